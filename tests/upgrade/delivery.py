"""Delivers events from the outbox of one service to the subscriptions of the others, as relay and broker do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select

from chassis.database import Database
from chassis.subscriptions import Subscription
from chassis.tables import dead_letters
from contracts.events import EVENTS
from devstack.in_process import deliver, emitted, record_of
from tests.support.services import NAMES, subscriptions_of

MODELS = {event.ce_type: event for event in EVENTS}


@dataclass
class EventDelivery:
    """Delivers each event once. ``types`` counts what was delivered, ``readers`` the messages of each subscription."""

    databases: dict[str, Database]
    types: Counter[str] = field(default_factory=Counter)
    readers: Counter[str] = field(default_factory=Counter)
    _delivered: Counter[str] = field(default_factory=Counter)

    async def deliver_all(self) -> None:
        """Deliver until nobody publishes anything new."""
        while sum([await self._deliver(owner) for owner in self.databases]):
            continue

    async def _deliver(self, owner: str) -> int:
        """Hand the new events of ``owner`` to their readers and return how many there were."""
        new = (await emitted(self.databases[owner]))[self._delivered[owner] :]
        for row in new:
            self.types[row["type"]] += 1
            if row["topic"].startswith("external.") or row["value"] is None:
                continue
            event = MODELS[row["type"]].model_validate_json(row["value"])
            record = record_of(event, source=f"/services/{owner}", sequence=row["sequence"])
            readers = list(readers_of(row["topic"]))
            assert readers, row["topic"]
            for reader, subscription in readers:
                await deliver(self.databases[reader], subscription, record)
                self.readers[subscription.name] += 1
        self._delivered[owner] += len(new)
        return len(new)


def readers_of(topic: str) -> Iterator[tuple[str, Subscription]]:
    """Yield the subscriptions that read ``topic``, with their services."""
    for service in NAMES:
        yield from ((service, each) for each in subscriptions_of(service) if topic in each.topic_names)


async def dead_letters_in(database: Database) -> int:
    """Return how many messages could not be handled; what is parked behind one does not count."""
    failed = select(func.count()).select_from(dead_letters).where(dead_letters.c.state == "waiting")
    async with database.read() as session:
        return int(await session.scalar(failed) or 0)
