"""The one consume path: inbox, guard and change in one transaction, in batches, with a fallback.

A batch is one transaction: what was seen before is dropped in one statement, all rows are locked in the order of
their keys, then the messages are handled in order. When that fails, the batch is taken again message by message,
so that one bad message touches no other. An outage of the database is not a bad message: it is waited out.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from opentelemetry.trace import Span, SpanKind
from pydantic import ValidationError
from sqlalchemy import ARRAY, Text, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import dead_letters, metrics
from chassis.database import Database, is_conflict, is_outage
from chassis.dead_letters import DeadLetter
from chassis.envelope import Cause, Envelope, Unreadable, caused_by, read
from chassis.subscriptions import Handler, Record, Subscription
from chassis.tables import inbox
from chassis.telemetry import span

log = logging.getLogger(__name__)

ATTEMPTS = 3
BACK_OFF_SECONDS = 0.2


class Outage(Exception):
    """The database is away, or others hold what is needed; nothing was decided about any message."""


@dataclass(frozen=True)
class Message:
    """A record that could be read; ``event`` is None for a deletion and for a raw subscription."""

    record: Record
    envelope: Envelope
    event: Any

    @property
    def identity(self) -> tuple[str, str]:
        """Return what tells this message from every other one."""
        return self.envelope.source, self.envelope.id


@dataclass(frozen=True)
class Broken:
    """A record that cannot be read, and why."""

    record: Record
    reason: str


class Consumer:
    """Handles the records of one subscription."""

    def __init__(self, subscription: Subscription, database: Database, *, dead_letters_topic: str) -> None:
        self.subscription = subscription
        self._database = database
        self._dead_letters_topic = dead_letters_topic

    async def handle(self, records: Sequence[Record]) -> None:
        """Take ``records`` in order; Outage when the database is away, and then nothing may be acknowledged."""
        read_records = [self._read(record) for record in records]
        messages = [item for item in read_records if isinstance(item, Message)]
        broken = [item for item in read_records if isinstance(item, Broken)]
        if not broken and await self._handle_together(messages):
            return
        for item in read_records:
            if item is not None:
                await self._handle_alone(item)

    def _read(self, record: Record) -> Message | Broken | None:
        """Return None for a message that this subscription does not need."""
        if self.subscription.raw:
            return Message(record, _position_of(record), None)
        try:
            return self._decode(record)
        except Unreadable as error:
            return Broken(record, str(error))
        except ValidationError as error:
            places = ", ".join("/".join(map(str, item["loc"])) for item in error.errors()[:5])
            return Broken(record, f"the data does not fit its type at: {places}")

    def _decode(self, record: Record) -> Message | None:
        envelope, data = read(record.headers, record.value)
        if data is None:
            if self.subscription.on_deleted:
                return Message(record, envelope, None)
            raise Unreadable("a null value on a topic of events")
        for model in self.subscription.on:
            if model.ce_type == envelope.type:
                return Message(record, envelope, model.model_validate_json(data))
        if envelope.type in self.subscription.ignored:
            return None
        raise Unreadable("the type does not belong on this topic")

    async def _handle_together(self, messages: Sequence[Message]) -> bool:
        """Return whether the whole batch is committed; False when it has to be taken message by message."""
        if not messages:
            return True
        for attempt in range(ATTEMPTS):
            try:
                await self._transaction(messages)
            except Exception as error:  # noqa: BLE001  What it means is decided by the message-by-message way.
                await self._raise_if_outage(error)
                if not is_conflict(error):
                    return False
                await asyncio.sleep(BACK_OFF_SECONDS * attempt)
            else:
                return True
        return False

    async def _handle_alone(self, item: Message | Broken) -> None:
        if isinstance(item, Broken):
            await self._bury(item.record, item.reason)
            return
        reason = ""
        for attempt in range(ATTEMPTS):
            try:
                await self._transaction([item])
            except Exception as error:  # A handler may raise anything; after the last attempt it is a dead letter.
                await self._raise_if_outage(error)
                if is_conflict(error) and attempt == ATTEMPTS - 1:
                    # Others hold its rows: that says nothing about the message.
                    raise Outage from error
                reason = _reason(error)
                log.exception("message failed", extra={"handler": self.subscription.name, "attempt": attempt})
                await asyncio.sleep(BACK_OFF_SECONDS * 2**attempt)
            else:
                return
        await self._bury(item.record, reason, item.identity)

    async def _transaction(self, messages: Sequence[Message]) -> None:
        async with self._database.begin() as session:
            fresh = await self._not_seen_before(session, messages)
            fresh = await self._without_parked(session, fresh)
            if fresh:
                keys = sorted({message.record.key for message in fresh})
                await self.subscription.lock(session, keys)
                for message in fresh:
                    await self._apply(session, message)
        metrics.consumed.labels(self.subscription.name).inc(len(messages))

    async def replay_next(self) -> bool:
        """Handle the next letter that the operator has released; False when there is none."""
        letter: DeadLetter | None = None
        try:
            async with self._database.begin() as session:
                letter = await dead_letters.next_to_replay(session, self.subscription.name)
                if letter is None:
                    return False
                message = self._decode_again(letter.record)
                if message:
                    await self.subscription.lock(session, [letter.record.key])
                    await self._apply(session, message)
                await dead_letters.settle(session, letter.id)
        except Exception as error:  # noqa: BLE001  Whatever it is, the letter is still there.
            await self._raise_if_outage(error)
            if letter is None or is_conflict(error):
                return False
            async with self._database.begin() as session:
                await dead_letters.fail_again(session, letter.id, _reason(error))
        return True

    async def _apply(self, session: AsyncSession, message: Message) -> None:
        """Call the handler of one message inside the caller's transaction."""
        with self._span(message), caused_by(_cause_of(message.envelope)):
            if self.subscription.raw:
                await self.subscription.raw(session, message.record)
            elif message.event is None and self.subscription.on_deleted:
                await self.subscription.on_deleted(session, message.record.key, message.envelope)
            else:
                await self._handler_of(message)(session, message.event, message.envelope)

    def _decode_again(self, record: Record) -> Message | None:
        """Read a dead letter once more; Unreadable or ValidationError when it is still broken."""
        return Message(record, _position_of(record), None) if self.subscription.raw else self._decode(record)

    def _handler_of(self, message: Message) -> Handler:
        return self.subscription.on[type(message.event)]

    def _span(self, message: Message) -> AbstractContextManager[Span]:
        return span(
            f"handle {message.envelope.type}",
            kind=SpanKind.CONSUMER,
            parent=message.envelope.traceparent,
            attributes={"messaging.consumer.group.name": self.subscription.name},
        )

    async def _not_seen_before(self, session: AsyncSession, messages: Sequence[Message]) -> list[Message]:
        by_identity = {message.identity: message for message in reversed(messages)}
        columns = [func.unnest(literal(list(column), ARRAY(Text))) for column in zip(*sorted(by_identity), strict=True)]
        rows = select(literal(self.subscription.name), *columns)
        statement = insert(inbox).from_select(["handler", "source", "id"], rows).on_conflict_do_nothing()
        found = await session.execute(statement.returning(inbox.c.source, inbox.c.id))
        new = {(source, identifier) for source, identifier in found}
        fresh = [
            message for message in messages if message.identity in new and by_identity[message.identity] is message
        ]
        metrics.duplicates.labels(self.subscription.name).inc(len(messages) - len(fresh))
        return fresh

    async def _without_parked(self, session: AsyncSession, messages: list[Message]) -> list[Message]:
        """Put what comes behind a dead letter of the same key beside it, in order."""
        if self.subscription.full_state or self.subscription.raw or not messages:
            return messages
        keys = {message.record.key for message in messages}
        blocked = await dead_letters.blocked_keys(session, self.subscription.name, keys)
        for message in messages:
            if message.record.key in blocked:
                await dead_letters.park(session, self.subscription.name, message.record)
        return [message for message in messages if message.record.key not in blocked]

    async def _bury(self, record: Record, reason: str, identity: tuple[str, str] | None = None) -> None:
        """Write the dead letter; where the database cannot take it, the message stays where it is."""
        position = _position_of(record)
        source, identifier = identity or (position.source, position.id)
        try:
            async with self._database.begin() as session:
                row = {"handler": self.subscription.name, "source": source, "id": identifier}
                added = await session.scalar(insert(inbox).values(row).on_conflict_do_nothing().returning(inbox.c.id))
                if added is not None:
                    await dead_letters.bury(
                        session, self.subscription.name, record, reason, topic=self._dead_letters_topic
                    )
        except Exception as error:
            raise Outage from error
        metrics.dead_lettered.labels(self.subscription.name).inc()

    async def _raise_if_outage(self, error: Exception) -> None:
        if is_outage(error):
            raise Outage from error
        try:
            await self._database.ping()
        except Exception as ping_error:
            raise Outage from ping_error


def _position_of(record: Record) -> Envelope:
    """Name a record by its place, for what has no readable id of its own."""
    return Envelope(id=f"{record.partition}/{record.offset}", source=record.topic, type="")


def _cause_of(envelope: Envelope) -> Cause:
    return Cause(correlation_id=envelope.correlation_id or envelope.id, causation_id=envelope.id)


def _reason(error: Exception) -> str:
    """Say what failed without the text of the error, which can hold data of the message."""
    return type(error).__name__


async def forget_old(session: AsyncSession, *, days: int = 100) -> None:
    """Delete inbox rows that are older than anything that can still be delivered again."""
    limit = func.now() - func.make_interval(0, 0, 0, days)
    await session.execute(delete(inbox).where(inbox.c.created_at < limit))
