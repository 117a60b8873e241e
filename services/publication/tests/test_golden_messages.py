"""The golden messages: what is read can be read, and what is written has the shape that was promised."""

import json
from pathlib import Path
from typing import Any

import pytest

from chassis.database import Database
from chassis.subscriptions import Record
from contracts.events.publication import FeedEntry, TilbudPublished
from contracts.testing.factories import authority_assigned, tilbud_created, tilsyn_published, vacancies_changed
from devstack.in_process import deliver, emitted
from publication.consumers import subscriptions
from publication.feed.commands import append_pending
from publication.records.models import Tilbud
from services.publication.tests.factories import SANCTIONS, approved_case

GOLDEN = Path(__file__).parents[3] / "contracts" / "golden"
# The steps are the form's, and the pointers of what changed or was confirmed lead into them.
UNSHAPED = {"steps", "changes", "confirmed"}
READ = [event for subscription in subscriptions() for event in subscription.on]


def golden(event: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((GOLDEN / f"{event.ce_type}.json").read_text(encoding="utf-8"))
    return data


def message(event: Any, number: int) -> Record:
    headers = {"ce_id": f"golden-{number}", "ce_source": "/services/golden", "ce_type": event.ce_type}
    encoded = [(name, value.encode()) for name, value in headers.items()]
    data = golden(event)
    return Record(event.topic, 0, number, data["tilbud_id"], encoded, json.dumps(data).encode())


async def deliver_golden(database: Database, *events: Any) -> None:
    by_topic = {topic: each for each in subscriptions() for topic in each.topic_names}
    for number, event in enumerate(events):
        await deliver(database, by_topic[event.topic], message(event, number))


@pytest.mark.parametrize("event", READ)
async def test_the_golden_messages_are_understood(database: Database, event: Any) -> None:
    await deliver_golden(database, event)
    async with database.read() as session:
        tilbud = await session.get_one(Tilbud, golden(event)["tilbud_id"])
        assert tilbud.state


async def test_what_is_written_is_as_promised(database: Database, deliver_facts: Any) -> None:
    await deliver_facts(
        tilbud_created(), authority_assigned(), approved_case(), tilsyn_published(**SANCTIONS), vacancies_changed()
    )
    while await append_pending(database):
        continue
    rows = await emitted(database)
    for event in (TilbudPublished, FeedEntry):
        written = json.loads(next(row["value"] for row in reversed(rows) if row["type"] == event.ce_type))
        promised = golden(event)
        event.model_validate(promised)
        # Of an entry of the feed, Kafka has the data as the value, and all else as headers.
        assert shape(written) == shape(promised["data"] if event is FeedEntry else promised)


def shape(value: Any) -> Any:
    """The fields of a message, without what stands in them."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items() if name not in UNSHAPED}
    if isinstance(value, list):
        return [shape(each) for each in value[:1]]
    return None
