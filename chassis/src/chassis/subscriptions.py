"""What a service listens to, declared as data; ``consume`` does the rest."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.envelope import Envelope, Headers


class SourceTopic(Protocol):
    """A topic as the contracts describe it: its name, and the CloudEvents types that it carries."""

    @property
    def name(self) -> str: ...
    @property
    def types(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class Record:
    """One Kafka record as it came."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: Headers
    value: bytes | None


Handler = Callable[[AsyncSession, Any, Envelope], Awaitable[None]]
RawHandler = Callable[[AsyncSession, Record], Awaitable[None]]
Deleted = Callable[[AsyncSession, str, Envelope], Awaitable[None]]
Lock = Callable[[AsyncSession, Sequence[str]], Awaitable[object]]


@dataclass(frozen=True)
class Subscription:
    """One consumer group: a name, its topics, and a handler for each type of event.

    ``name`` is ``<service>.<handler>``: the group id and the owner of the inbox rows.
    ``on`` gives the handler of each event model. A type that the topics carry and that has no handler is not needed
    here and passed over. Any other type is a fault and goes to the dead letters.
    ``lock`` takes the keys of a batch, sorted, and locks every row that the handlers will touch.
    ``full_state`` says that each message carries the whole state, so that a later one may pass a failed one;
    only then may ``on_deleted`` take null values.
    ``order_independent`` says that the messages of a key give the same result in whatever order they are handled:
    then too a later one passes a failed one and is not parked behind it.
    ``raw`` takes records that may be anything, as outside parties send them, and answers for every one of them.
    """

    name: str
    topics: tuple[SourceTopic, ...]
    lock: Lock
    on: Mapping[type[Any], Handler] = field(default_factory=dict)
    full_state: bool = False
    order_independent: bool = False
    on_deleted: Deleted | None = None
    raw: RawHandler | None = None
    max_records: int = 500

    def __post_init__(self) -> None:
        if bool(self.on) == bool(self.raw):
            raise ValueError(f"{self.name} needs either handlers by type or a raw handler")
        if self.on_deleted and not self.full_state:
            raise ValueError(f"{self.name} takes deletions but does not read full state")
        if foreign := {model.ce_type for model in self.on} - self.known_types:
            raise ValueError(f"{self.name} handles what its topics do not carry: {', '.join(sorted(foreign))}")

    @property
    def parks(self) -> bool:
        """Return whether what comes behind a failed message of its key waits for that one."""
        return not (self.full_state or self.order_independent or self.raw)

    @cached_property
    def known_types(self) -> frozenset[str]:
        """Return the CloudEvents types that may come."""
        return frozenset[str]().union(*(topic.types for topic in self.topics))

    @property
    def topic_names(self) -> tuple[str, ...]:
        """Return the names of the topics."""
        return tuple(topic.name for topic in self.topics)


async def lock_nothing(session: AsyncSession, keys: Sequence[str]) -> None:
    """The lock of a subscription whose handlers only insert or upsert rows of one key in a single statement."""
