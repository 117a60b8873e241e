"""What this service reads and writes has the shape that the contracts give it."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import Database
from contracts.events import EVENTS, FollowersChanged
from devstack.in_process import emitted
from notification.consumers import subscriptions
from services.notification.tests.factories import (
    SOLSIKKEN,
    Client,
    created,
    dead_letters,
    handle,
)

GOLDEN = Path(__file__).parents[3] / "contracts" / "golden"


async def test_what_is_published_has_the_shape_of_the_golden_message(
    database: Database, client: Client, identity: Any
) -> None:
    await handle(database, created())
    async with client(identity.token("officer-nord-a")) as api:
        await api.put(f"/v1/follows/tilbud/{SOLSIKKEN}")
    (row,) = await emitted(database)
    FollowersChanged.model_validate_json(row["value"])
    golden = json.loads((GOLDEN / f"{FollowersChanged.ce_type}.json").read_text())
    told = json.loads(row["value"])
    assert told.keys() == golden.keys()
    assert told["followers"][0].keys() == golden["followers"][0].keys()


READ = [model.ce_type for each in subscriptions() for model in each.on]


@pytest.mark.parametrize("ce_type", READ)
async def test_the_golden_messages_of_the_writers_are_understood(database: Database, ce_type: str) -> None:
    model = next(event for event in EVENTS if event.ce_type == ce_type)
    await handle(database, model.model_validate_json((GOLDEN / f"{ce_type}.json").read_text()))
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM tilbud")) == 1
    assert await dead_letters(database) == 0
