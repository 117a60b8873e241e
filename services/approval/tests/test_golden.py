"""The golden messages of the contracts: those of others are handled, and ours have their fields."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from approval.consumers import subscriptions
from chassis.database import Database
from chassis.tables import dead_letters
from contracts.events import EVENTS
from devstack.in_process import deliver, record_of

GOLDEN = Path(__file__).parents[3] / "contracts" / "golden"

GOLDEN_READ = [
    event
    for event in EVENTS
    for subscription in subscriptions()
    if event in subscription.on and (GOLDEN / f"{event.ce_type}.json").exists()
]


@pytest.mark.parametrize("event", GOLDEN_READ, ids=lambda event: event.ce_type)
async def test_golden_messages_of_others_are_handled(database: Database, event: Any) -> None:
    read = event.model_validate_json((GOLDEN / f"{event.ce_type}.json").read_text())
    subscription = next(item for item in subscriptions() if event.topic in item.topic_names)
    await deliver(database, subscription, record_of(read, source="/services/other"))
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(dead_letters)) == 0


async def test_what_we_write_has_the_fields_of_the_golden_messages(scenario: Any) -> None:
    await scenario.open_case()
    for fact in await scenario.published():
        golden = json.loads((GOLDEN / f"{fact['type']}.json").read_text())
        assert fact["data"].keys() == golden.keys()
