"""What comes back from the other services: guarded, in any order, as often as it likes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import Database
from chassis.subscriptions import Subscription
from contracts.events import types_on
from contracts.events.base import Event
from contracts.testing import factories
from contracts.topics import topic
from devstack.in_process import deliver, record_of
from reporting.consumers import subscriptions
from services.reporting.tests.http_requests import (
    count_rows,
    deliver_events,
    golden,
    last_sent,
)


def test_every_type_on_a_topic_is_handled_or_left_out_on_purpose() -> None:
    for subscription in subscriptions():
        (name,) = subscription.topic_names
        handled = {model.ce_type for model in subscription.on}
        assert handled <= subscription.known_types == types_on(name)
        assert "reporting" in topic(name).readers


async def test_an_event_about_something_unheard_of_is_a_dead_letter(sent: Any, database: Database) -> None:
    event = (await last_sent(database, sent.submission_id)).model_copy(
        update={"submission_id": "unheard-of", "tilbud_id": "CRV-1"}
    )
    await deliver_events(database, factories.case_approved(of=event))
    assert await count_rows(database, "dead_letters") == 1


READ = [(subscription, model) for subscription in subscriptions() for model in subscription.on]


@pytest.mark.parametrize(("subscription", "model"), READ, ids=[model.ce_type for _, model in READ])
async def test_the_golden_messages_of_the_others_are_understood(
    tilbud_id: str, database: Database, subscription: Subscription, model: type[Event]
) -> None:
    event = model.model_validate_json(golden(model.ce_type))
    await stand_in(database, tilbud_id, json.loads(golden(model.ce_type)))
    record = record_of(event, source="/services/others")
    await deliver(database, subscription, record)
    assert await count_rows(database, "dead_letters") == 0


async def stand_in(database: Database, tilbud_id: str, data: dict[str, Any]) -> None:
    """Give the tilbud the id of the golden message, and a submission that it can be about."""
    insert = text(
        "INSERT INTO submissions (id, tilbud_id, number, revision, initial, state, form_version, sent_at, sent_by) "
        "VALUES (:id, :tilbud, 1, :revision, true, 'awaiting', 'x', :at, '{}')"
    )
    copy = text("CREATE TEMPORARY TABLE one ON COMMIT DROP AS SELECT * FROM tilbud WHERE id = :old; ")
    async with database.begin() as session:
        if "tilbud_id" not in data:
            return
        await session.execute(copy, {"old": tilbud_id})
        await session.execute(text("UPDATE one SET id = :new"), {"new": data["tilbud_id"]})
        await session.execute(text("INSERT INTO tilbud SELECT * FROM one"))
        sid = data.get("case_id") or data.get("submission_id")
        if sid:
            values = {"id": sid, "tilbud": data["tilbud_id"], "revision": data["revision"], "at": datetime.now(UTC)}
            await session.execute(insert, values)
