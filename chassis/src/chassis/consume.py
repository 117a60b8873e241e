"""The one consume path: inbox, guard and change in one transaction, in batches, with a fallback.

A batch is one transaction: what was seen before is dropped in one statement, all rows are locked in the order of
their keys, then the messages are handled in order. When that fails, it is taken again in halves until the bad message
stands alone, so that it touches no other. An outage of the database is not a bad message: it is waited out.

However long the messages of a batch take, a transaction ends after some seconds with what is done by then. A message
that alone takes longer than the database waits for is a bad message, and not an outage.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opentelemetry.trace import SpanKind
from pydantic import ValidationError
from sqlalchemy import ARRAY, Text, delete, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import dead_letters, metrics
from chassis.database import Database, flush_deferred_inserts, flush_large_inserts, is_conflict, is_unavailable
from chassis.dead_letters import DeadLetter
from chassis.envelope import CorrelationContext, Envelope, MalformedMessage, correlated, read
from chassis.subscriptions import Record, Subscription
from chassis.tables import inbox
from chassis.telemetry import span

log = logging.getLogger(__name__)

ATTEMPTS = 3
BACK_OFF_SECONDS = 0.2
# After so long a transaction is committed with the messages that are done, and the rest goes into another.
TRANSACTION_SECONDS = 5.0
# After so long the rest of a batch is left to the next poll: who does not poll for a minute counts as dead.
HANDLE_SECONDS = 20.0
# A connection that breaks after so long in one transaction was not broken by an outage.
OVERLONG_SECONDS = 30.0
MAX_IDENTITY_BYTES = 2_000


class DatabaseUnavailable(Exception):
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
class MalformedRecord:
    """A record that cannot be read, and why."""

    record: Record
    reason: str


class Consumer:
    """Handles the records of one subscription."""

    def __init__(self, subscription: Subscription, database: Database, *, dead_letters_topic: str) -> None:
        self.subscription = subscription
        self._database = database
        self._dead_letters_topic = dead_letters_topic
        self._together = subscription.max_records

    async def handle(self, records: Sequence[Record]) -> int:
        """Take ``records`` in order and return how many of them are done; the rest has to come again.

        After DatabaseUnavailable nothing may be acknowledged, though some of it may be done: it is known by its inbox
        rows. Then fewer go into one transaction until it goes well again.
        """
        end = time.monotonic() + HANDLE_SECONDS
        done = 0
        while done < len(records) and time.monotonic() < end:
            some = records[done : done + self._together]
            try:
                count = await self._handle_some(some)
            except DatabaseUnavailable:
                self._together = max(1, len(some) // 2)
                raise
            done += count
            self._together = min(self.subscription.max_records, 2 * self._together) if count else len(some) // 2
        return done

    async def _handle_some(self, records: Sequence[Record]) -> int:
        """Take the first of ``records``, as many as go together, and return how many; 0 when fewer have to be tried."""
        items = [self._read(record) for record in records]
        bad = next((place for place, item in enumerate(items) if isinstance(item, MalformedRecord)), len(items))
        if bad == 0:
            await self._handle_alone(items[0])
            return 1
        messages = [(place, item) for place, item in enumerate(items[:bad]) if isinstance(item, Message)]
        if len(messages) > 1:
            count = await self._attempt([message for _, message in messages])
            if isinstance(count, int):
                return messages[count][0] if count < len(messages) else bad
            return 0
        for _, message in messages:
            await self._handle_alone(message)
        return bad

    def _read(self, record: Record) -> Message | MalformedRecord | None:
        """Return None for a message that this subscription does not need."""
        try:
            return self._decode(record)
        except MalformedMessage as error:
            return MalformedRecord(record, str(error))
        except ValidationError as error:
            places = ", ".join("/".join(map(str, item["loc"])) for item in error.errors()[:5])
            return MalformedRecord(record, f"the data does not fit its type at: {places}")

    def _decode(self, record: Record) -> Message | None:
        if self.subscription.raw:
            return Message(record, _position_of(record), None)
        envelope, data = read(record.headers, record.value)
        if not _can_be_kept(envelope.source + envelope.id):
            raise MalformedMessage("its id or source cannot be kept")
        if data is None:
            if self.subscription.on_deleted:
                return Message(record, envelope, None)
            raise MalformedMessage("a null value on a topic of events")
        for model in self.subscription.on:
            if model.ce_type == envelope.type:
                return Message(record, envelope, model.model_validate_json(data))
        if envelope.type in self.subscription.known_types:
            return None
        raise MalformedMessage("the type does not belong on this topic")

    async def _attempt(self, messages: Sequence[Message]) -> int | Exception:
        """Commit the first of ``messages`` together and return how many; or what kept that from happening."""
        failure: Exception = RuntimeError("not attempted")
        for attempt in range(ATTEMPTS):
            began = time.monotonic()
            try:
                return await self._transaction(messages)
            except Exception as error:  # A handler may raise anything; after the last attempt it is a dead letter.
                seconds = time.monotonic() - began
                await self._raise_if_unavailable(error, seconds=seconds)
                failure = error
                if seconds > OVERLONG_SECONDS or (len(messages) > 1 and not is_conflict(error)):
                    break
                log.exception("message failed", extra={"handler": self.subscription.name, "attempt": attempt})
                await asyncio.sleep(BACK_OFF_SECONDS * 2**attempt)
        return failure

    async def _handle_alone(self, item: Message | MalformedRecord | None) -> None:
        if item is None:
            return
        if isinstance(item, MalformedRecord):
            await self._dead_letter(_position_of(item.record), item.record, item.reason)
            return
        failure = await self._attempt([item])
        if isinstance(failure, int):
            return
        if is_conflict(failure):
            # Others hold its rows: that says nothing about the message.
            raise DatabaseUnavailable from failure
        await self._dead_letter(item.envelope, item.record, _reason(failure))

    async def _transaction(self, messages: Sequence[Message]) -> int:
        """Commit the first of ``messages``, as many as are done in the time of one transaction, and return how many."""
        end = time.monotonic() + TRANSACTION_SECONDS
        count = len(messages)
        async with self._database.begin() as session:
            fresh = await self._not_seen_before(session, messages)
            fresh = await self._without_parked(session, fresh)
            if fresh:
                keys = sorted({message.record.key for message in fresh})
                await self.subscription.lock(session, keys)
            for place, message in enumerate(fresh):
                if place and time.monotonic() > end:
                    await self._forget_seen(session, fresh[place:])
                    count = next(number for number, each in enumerate(messages) if each is message)
                    break
                await self._apply(session, message, last=message is fresh[-1])
        metrics.consumed.labels(self.subscription.name).inc(count)
        return count

    async def _forget_seen(self, session: AsyncSession, messages: Sequence[Message]) -> None:
        """Take back that ``messages`` were seen: they are handled in another transaction."""
        identities = [message.identity for message in messages]
        mine = (inbox.c.handler == self.subscription.name) & tuple_(inbox.c.source, inbox.c.id).in_(identities)
        await session.execute(delete(inbox).where(mine))

    async def replay_next(self) -> bool:
        """Handle the next letter that the operator has released; False when there is none."""
        letter: DeadLetter | None = None
        try:
            async with self._database.begin() as session:
                letter = await dead_letters.next_to_replay(session, self.subscription.name)
                if letter is None:
                    return False
                message = self._read(letter.record)
                if isinstance(message, MalformedRecord):
                    raise MalformedMessage(message.reason)
                if message:
                    await self.subscription.lock(session, [letter.record.key])
                    await self._apply(session, message, last=True)
                await dead_letters.move(session, letter.id, dead_letters.REPLAYED)
        except Exception as error:  # noqa: BLE001  Whatever it is, the letter is still there.
            await self._raise_if_unavailable(error)
            if letter is None or is_conflict(error):
                return False
            async with self._database.begin() as session:
                await dead_letters.move(session, letter.id, dead_letters.WAITING, reason=_reason(error))
        return True

    async def _apply(self, session: AsyncSession, message: Message, *, last: bool) -> None:
        """Call the handler of one message inside the caller's transaction; with the last one the batch is written.

        So a message that came alone, as most do, has all of its SQL in its trace.
        """
        subscription, envelope = self.subscription, message.envelope
        context = CorrelationContext(correlation_id=envelope.correlation_id or envelope.id, causation_id=envelope.id)
        with span(f"handle {envelope.type}", kind=SpanKind.CONSUMER, parent=envelope.traceparent), correlated(context):
            if subscription.raw:
                await subscription.raw(session, message.record)
            elif message.event is None and subscription.on_deleted:
                await subscription.on_deleted(session, message.record.key, envelope)
            else:
                await subscription.on[type(message.event)](session, message.event, envelope)
            await (flush_deferred_inserts if last else flush_large_inserts)(session)

    async def _not_seen_before(self, session: AsyncSession, messages: Sequence[Message]) -> list[Message]:
        by_identity = {message.identity: message for message in reversed(messages)}
        columns = [func.unnest(literal(list(column), ARRAY(Text))) for column in zip(*sorted(by_identity), strict=True)]
        rows = select(literal(self.subscription.name), *columns)
        statement = insert(inbox).from_select(["handler", "source", "id"], rows).on_conflict_do_nothing()
        found = await session.execute(statement.returning(inbox.c.source, inbox.c.id))
        new = {(source, identifier) for source, identifier in found}
        fresh = [each for each in messages if each.identity in new and by_identity[each.identity] is each]
        metrics.duplicates.labels(self.subscription.name).inc(len(messages) - len(fresh))
        return fresh

    async def _without_parked(self, session: AsyncSession, messages: list[Message]) -> list[Message]:
        """Put what comes behind a dead letter of the same key beside it, in order."""
        if not self.subscription.parks or not messages:
            return messages
        name = self.subscription.name
        blocked = await dead_letters.blocked_keys(session, name, {message.record.key for message in messages})
        for message in messages:
            if message.record.key in blocked:
                await dead_letters.park(session, name, message.record)
        return [message for message in messages if message.record.key not in blocked]

    async def _dead_letter(self, envelope: Envelope, record: Record, reason: str) -> None:
        """Write the dead letter; where the database cannot take it, the message stays where it is."""
        name = self.subscription.name
        row = {"handler": name, "source": envelope.source, "id": envelope.id}
        new = insert(inbox).values(row).on_conflict_do_nothing().returning(inbox.c.id)
        try:
            async with self._database.begin() as session:
                if await session.scalar(new) is not None:
                    await dead_letters.add(session, name, record, reason, topic=self._dead_letters_topic)
        except Exception as error:
            raise DatabaseUnavailable from error
        metrics.dead_lettered.labels(name).inc()

    async def _raise_if_unavailable(self, error: Exception, *, seconds: float = 0) -> None:
        """Raise where ``error`` says nothing about what failed with it after ``seconds`` of its transaction."""
        if is_unavailable(error) and seconds < OVERLONG_SECONDS:
            raise DatabaseUnavailable from error
        try:
            await self._database.ping()
        except Exception as ping_error:
            raise DatabaseUnavailable from ping_error


def _position_of(record: Record) -> Envelope:
    """Name a record by its place, for what has no readable id of its own."""
    return Envelope(id=f"{record.partition}/{record.offset}", source=record.topic, type="")


def _can_be_kept(identity: str) -> bool:
    """Return whether the key of an inbox row can hold it: text for PostgreSQL, and short enough for its index."""
    return identity.isprintable() and len(identity.encode()) <= MAX_IDENTITY_BYTES


def _reason(error: Exception) -> str:
    """Say what failed without the text of the error, which can hold data of the message; ours never does."""
    return str(error) if isinstance(error, MalformedMessage) else type(error).__name__
