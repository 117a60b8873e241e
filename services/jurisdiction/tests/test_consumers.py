"""What this service reads and writes has the shape that the contracts give it."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import Database
from chassis.subscriptions import Record
from contracts.events import EVENTS
from devstack.in_process import emitted, record_of
from jurisdiction.consumers import subscriptions
from services.jurisdiction.tests.factories import (
    TILBUD,
    created,
    dead_letters,
    handle,
    handle_records,
    record_for,
    sent,
)

GOLDEN = Path(__file__).parents[3] / "contracts" / "golden"
READ = {model for group in subscriptions() for model in group.on}


async def test_a_type_that_does_not_belong_on_the_topic_is_a_dead_letter(database: Database) -> None:
    record = record_for(sent())
    strange = Record(record.topic, 0, 9, TILBUD, [("ce_id", b"1"), ("ce_source", b"x"), ("ce_type", b"y")], b"{}")
    await handle_records(database, strange)
    assert await dead_letters(database) == 1


async def test_what_is_published_has_the_shape_of_the_golden_messages(database: Database) -> None:
    await handle(database, created(), sent(), sent(2, steps=("contact",), municipality="0411"))
    models = {event.ce_type: event for event in EVENTS}
    rows = {row["type"]: row["value"] for row in await emitted(database)}
    assert len(rows) == 3
    for ce_type, value in rows.items():
        models[ce_type].model_validate_json(value)
        golden = json.loads((GOLDEN / f"{ce_type}.json").read_text())
        assert shape(json.loads(value)) == shape(golden)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__.replace("NoneType", "str")


@pytest.mark.parametrize("name", ["tilbud-created", "submission-sent", "submission-closed"])
async def test_the_golden_messages_of_reporting_are_understood(database: Database, name: str) -> None:
    await read_golden(database, f"dk.tilbudsportalen.reporting.{name}.v1")


@pytest.mark.parametrize("name", ["case-opened", "case-returned", "case-approved", "case-closed"])
async def test_the_golden_messages_of_approval_are_understood(database: Database, name: str) -> None:
    await read_golden(database, f"dk.tilbudsportalen.approval.{name}.v1")


async def read_golden(database: Database, ce_type: str) -> None:
    model = next(event for event in EVENTS if event.ce_type == ce_type)
    event = model.model_validate_json((GOLDEN / f"{ce_type}.json").read_text())
    await handle_records(database, record_of(event, source="/services/other"))
    assert await dead_letters(database) == 0
    async with database.read() as session:
        # Nothing is remembered of a type that this group does not need.
        assert await session.scalar(text("SELECT count(*) FROM tilbud")) == int(type(event) in READ)
