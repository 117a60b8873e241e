"""Who supervises a tilbud from its creation on, whatever comes first."""

import json
from itertools import permutations

import pytest
from sqlalchemy import text

from chassis.database import Database
from devstack.in_process import emitted
from services.jurisdiction.tests.factories import (
    approved,
    created,
    dead_letters,
    handle,
    published,
    sent,
)


async def test_what_the_rules_cannot_decide_stays_with_who_created_it(database: Database) -> None:
    await handle(database, created(municipality="0411"))
    (event,) = [json.loads(row["value"]) for row in await emitted(database)]
    assert event["authority"] == "socialtilsyn-nord"
    assert event["rule"] == "created-by"
    assert "Christiansø" in event["explanation"]
    assert "Socialtilsyn Nord, som har oprettet tilbuddet" in event["explanation"]


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_in_any_order_the_tilbud_ends_at_the_same_authority(database: Database, order: tuple[int, ...]) -> None:
    events = [
        created(),
        sent(),
        sent(2, steps=("contact",), municipality="0751"),
        approved(2, "socialtilsyn-midt", steps=("contact",)),
    ]
    await handle(database, *(events[place] for place in order))
    await handle(database, *events)
    async with database.read() as session:
        row = (await session.execute(text("SELECT authority, version FROM tilbud"))).one()
    assert row.authority == "socialtilsyn-midt"
    assert row.version in {1, 2}
    assert await dead_letters(database) == 0


async def test_an_approval_by_the_same_authority_moves_nothing(database: Database) -> None:
    await handle(database, created(), sent(), approved())
    assert len(await published(database)) == 2
