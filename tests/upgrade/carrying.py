"""Carries facts from the outbox of one service to the subscriptions of the others, as relay and broker do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select

from approval.consumers import SUBSCRIPTIONS as APPROVAL
from chassis.database import Database
from chassis.subscriptions import Subscription
from chassis.tables import dead_letters
from chassis.testing import deliver, emitted, record_of
from contracts.events import EVENTS
from jurisdiction.consumers import subscriptions as of_jurisdiction
from jurisdiction.authorities.rulebook import load_rulebook
from notification.consumers import SUBSCRIPTIONS as NOTIFICATION
from portal.consumers import subscriptions as of_portal
from publication.consumers import subscriptions as of_publication
from reporting.consumers import SUBSCRIPTIONS as REPORTING

MODELS = {event.ce_type: event for event in EVENTS}
SUBSCRIPTIONS: dict[str, tuple[Subscription, ...]] = {
    "reporting": tuple(REPORTING),
    "jurisdiction": tuple(of_jurisdiction(load_rulebook())),
    "approval": tuple(APPROVAL),
    "publication": tuple(of_publication()),
    "notification": tuple(NOTIFICATION),
    "portal": tuple(of_portal()),
}


@dataclass
class Carrier:
    """Carries each fact once. ``types`` counts what was carried, ``readers`` the messages of each subscription."""

    databases: dict[str, Database]
    types: Counter[str] = field(default_factory=Counter)
    readers: Counter[str] = field(default_factory=Counter)
    _carried: Counter[str] = field(default_factory=Counter)

    async def carry_all(self) -> None:
        """Carry until nobody says anything new."""
        while sum([await self._carry(owner) for owner in self.databases]):
            continue

    async def _carry(self, owner: str) -> int:
        """Hand the new facts of ``owner`` to their readers and return how many there were."""
        new = (await emitted(self.databases[owner]))[self._carried[owner] :]
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
        self._carried[owner] += len(new)
        return len(new)


def readers_of(topic: str) -> Iterator[tuple[str, Subscription]]:
    """Yield the subscriptions that read ``topic``, with their services."""
    for service, subscriptions in SUBSCRIPTIONS.items():
        yield from ((service, each) for each in subscriptions if topic in each.topic_names)


async def dead_letters_in(database: Database) -> int:
    """Return how many messages could not be handled; what is parked behind one does not count."""
    failed = select(func.count()).select_from(dead_letters).where(dead_letters.c.state == "waiting")
    async with database.read() as session:
        return int(await session.scalar(failed) or 0)
