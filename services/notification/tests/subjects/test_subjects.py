"""What is remembered of a tilbud, in whatever order its facts come."""

from itertools import permutations

import pytest
from sqlalchemy import text

from chassis.database import Database
from services.notification.tests.factories import (
    RASMUS,
    FollowedTilbud,
    approved,
    assigned,
    created,
    dead_letters,
    handle,
    mails,
    opened,
    public,
    text_of,
)


async def test_a_case_without_the_name_does_not_bring_the_old_one_back(followed: FollowedTilbud) -> None:
    other = approved(number=3, name="Solsikken Syd").model_copy(update={"steps": []})
    await handle(followed.database, created(), approved(number=2, name="Solsikken Nord"), other)
    await handle(followed.database, opened(number=4))
    assert "Solsikken Nord" in (await text_of(followed.database, "case-opened", RASMUS)).subject


async def test_an_older_name_never_overwrites_a_newer_one(followed: FollowedTilbud) -> None:
    await handle(followed.database, approved(number=3, name="Solsikken Nord"), approved(number=2), created())
    await handle(followed.database, opened(number=4))
    assert "Solsikken Nord" in (await text_of(followed.database, "case-opened", RASMUS)).subject


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_in_any_order_the_same_is_remembered(database: Database, order: tuple[int, ...]) -> None:
    events = [created(), assigned(), approved(number=1, name="Solsikken II"), public()]
    await handle(database, *(events[place] for place in order))
    async with database.read() as session:
        row = (await session.execute(text("SELECT * FROM tilbud"))).one()
    assert (row.name, row.authority, row.is_public, row.content_number) == (
        "Solsikken II", "socialtilsyn-nord", True, 1,
    )  # fmt: skip
    assert len(await mails(database, kind="tilbud-created")) == 2
    assert await dead_letters(database) == 0
