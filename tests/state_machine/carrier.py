"""What Kafka does, in memory and by hand: late, again, interleaved between keys, and in order within each key."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chassis.subscriptions import Record, Subscription
from devstack.in_process import deliver
from publication.consumers import REMOVALS
from tests.chaos.ordering.system import Service
from tests.support.services import subscriptions_of

Key = tuple[str, str]
"""A topic and a key of its records."""


@dataclass
class Group:
    """One consumer group: how many records of each key it has read. ``last`` is how many of each came last."""

    service: Service
    subscription: Subscription
    read: dict[Key, int] = field(default_factory=dict)
    last: dict[Key, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name of the group."""
        return self.subscription.name


@dataclass
class Carrier:
    """Every record that was published, by topic and key, and the groups that read them.

    With ``twice`` the relay dies before it has deleted what it sends next, and so sends that again.
    """

    groups: dict[str, Group]
    log: dict[Key, list[Record]] = field(default_factory=lambda: defaultdict(list))
    offsets: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    twice: bool = False

    @classmethod
    def between(cls, services: Iterable[Service]) -> "Carrier":
        """Return a carrier with every group of ``services`` that listens to a topic of tilbud."""
        groups = {}
        for service in services:
            own = subscriptions_of(service.name)
            for each in (*own, REMOVALS) if service.name == "publication" else own:
                groups[each.name] = Group(service, each)
        return cls(groups)

    def records(self) -> Iterator[Record]:
        """Yield every record, those of each key in order."""
        for records in self.log.values():
            yield from records

    def write(self, topic: str, key: str, headers: list[tuple[str, bytes]], value: bytes | None) -> None:
        """Append a record to a topic."""
        self.log[topic, key].append(Record(topic, 0, self.offsets[topic], key, headers, value))
        self.offsets[topic] += 1

    async def relay(self, service: Service) -> None:
        """Take what stands in the outbox of a service to the topics."""
        rows = await service.take_outbox()
        for topic, key, headers, value in rows * (2 if self.twice else 1):
            self.write(topic, key, headers, value)
        self.twice = self.twice and not rows

    def waiting(self, group: Group) -> list[Key]:
        """Return the keys of which a group has not read everything."""
        topics = set(group.subscription.topic_names)
        return sorted(
            key for key, records in self.log.items() if key[0] in topics and group.read.get(key, 0) < len(records)
        )

    async def deliver(self, name: str, count: int, *, first: int = 0) -> list[Record]:
        """Hand a batch of up to ``count`` records to a group, in turn of each key that waits, and return it."""
        group = self.groups[name]
        batch: list[Record] = []
        group.last = {}
        while len(batch) < count and (keys := self.waiting(group)):
            key = keys[(first + len(batch)) % len(keys)]
            place = group.read.get(key, 0)
            batch.append(self.log[key][place])
            group.read[key] = place + 1
            group.last[key] = group.last.get(key, 0) + 1
        if batch:
            await deliver(group.service.database, group.subscription, *batch)
            await self.relay(group.service)
        return batch

    def rewind(self, name: str, by: int) -> None:
        """Let a group read the last ``by`` records of each key once more."""
        group = self.groups[name]
        for key, place in group.read.items():
            group.read[key] = max(0, place - by)

    def forget_last_batches(self) -> None:
        """Let every group read its last batch once more: it was killed before it said that it has."""
        for group in self.groups.values():
            for key, count in group.last.items():
                group.read[key] = max(0, group.read[key] - count)
            group.last = {}

    def is_quiet(self) -> bool:
        """Return whether everything has been read."""
        return not any(self.waiting(group) for group in self.groups.values())
