"""The outbox relay: committed rows go to Kafka in the order of their commits.

One relay at a time works on a database, by an advisory lock. It takes rows in id order, keeps at most one row in
flight for each key, lets a failed key wait while the others go on, and deletes a row only when the broker has
acknowledged it. A crash in between sends a row twice, never in another order: readers drop what they have seen.
"""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext, suppress
from itertools import chain, zip_longest
from typing import Any, cast

from aiokafka import AIOKafkaProducer
from opentelemetry.trace import SpanKind
from sqlalchemy import ARRAY, BigInteger, Row, any_, delete, func, literal, select, tuple_

from chassis import metrics
from chassis.database import Database
from chassis.kafka import broker_answers
from chassis.library_internals import discard_producer
from chassis.outbox import decode_headers
from chassis.periodic import pause
from chassis.tables import OUTBOX_CHANNEL, outbox
from chassis.telemetry import span

log = logging.getLogger(__name__)

RELAY_LOCK = 7_235_001
BATCH = 1_000
# A row may have 900 kB, and all of a batch are held in memory.
MAX_BATCH_BYTES = 16 * 1024 * 1024
IDLE_SECONDS = 1.0
SEND_SECONDS = 10.0
# One batch ends well before PostgreSQL would end its idle transaction and let another relay begin.
BATCH_SECONDS = 20.0
KEY_BACK_OFF_SECONDS = 5.0
MAX_BACK_OFF_SECONDS = 300.0

OutboxRow = Row[Any]
Key = tuple[str, str]


class Relay:
    """Moves the rows of one database's outbox to Kafka until it is told to stop.

    ``strictly_ordered`` are topics whose rows keep one order over all keys: one row of such a topic is in flight.
    """

    def __init__(
        self,
        database: Database,
        make_producer: Callable[[], AIOKafkaProducer],
        *,
        strictly_ordered: Collection[str] = (),
    ) -> None:
        self._strictly_ordered = frozenset(strictly_ordered)
        self._database = database
        self._make_producer = make_producer
        self._producer: AIOKafkaProducer | None = None
        # Until when a failed key waits, and how long that is; the longer, the more often it has failed in a row.
        self._held: dict[Key, tuple[float, float]] = {}
        # How many rows of the last batch are not acknowledged.
        self._left = 0
        # Whether more may have waited than the last batch took.
        self._full = False
        self._wake = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until ``stop`` is set; an outage of database or broker is waited out."""
        while not stop.is_set():
            try:
                async with self._database.listen(OUTBOX_CHANNEL, self._wake) as listening:
                    while not stop.is_set() and not listening.is_closed():
                        await self._drain()
            except Exception as error:  # noqa: BLE001  Whatever it is, the rows are still there and are tried again.
                metrics.relay_failures.inc()
                log.warning("relay waits", extra={"error": type(error).__name__})
                await self._discard_producer()
                await pause(IDLE_SECONDS, stop)
        await self._discard_producer()

    async def _drain(self) -> None:
        """Send a batch; wait for news when nothing is left."""
        self._wake.clear()
        sent = await self.relay_once()
        # What is committed after a batch was read wakes us: an empty look to make sure would cost as much again.
        if sent == 0 or not (self._full or self._left):
            await pause(IDLE_SECONDS, self._wake)

    async def relay_once(self) -> int:
        """Send one batch and return how many rows were acknowledged; 0 when another relay is at work."""
        async with self._database.begin() as session:
            locked = await session.scalar(select(func.pg_try_advisory_xact_lock(RELAY_LOCK)))
            if not locked:
                return 0
            rows = (await session.execute(self._next_rows())).all()
            if not rows:
                return 0
            acknowledged = await self._send_in_waves(rows)
            self._left = len(rows) - len(acknowledged)
            self._full = len(rows) == BATCH or sum(len(row.value or b"") for row in rows) >= MAX_BATCH_BYTES
            if acknowledged:
                await session.execute(
                    delete(outbox).where(outbox.c.id == any_(literal(acknowledged, ARRAY(BigInteger))))
                )
        metrics.relayed.inc(len(acknowledged))
        return len(acknowledged)

    def _next_rows(self) -> Any:
        waiting = [key for key, (until, _) in self._held.items() if until > time.monotonic()]
        ordered = [topic for topic, _ in waiting if topic in self._strictly_ordered]
        size = func.coalesce(func.octet_length(outbox.c.value), 0).label("size")
        statement = select(outbox.c.id, size).order_by(outbox.c.id).limit(BATCH)
        if waiting:
            statement = statement.where(
                tuple_(outbox.c.topic, outbox.c.key).not_in(waiting), outbox.c.topic.not_in(ordered)
            )
        first = statement.subquery()
        before = (func.sum(first.c.size).over(order_by=first.c.id) - first.c.size).label("before")
        chosen = select(first.c.id, before).subquery()
        fits = chosen.c.before < MAX_BATCH_BYTES
        return select(outbox).join(chosen, chosen.c.id == outbox.c.id).where(fits).order_by(outbox.c.id)

    def _queue_of(self, row: OutboxRow) -> Key:
        """Return what a row waits behind: the row before it with the same key, or any before it on its topic."""
        return row.topic, "" if row.topic in self._strictly_ordered else row.key

    async def _send_in_waves(self, rows: Sequence[OutboxRow]) -> list[int]:
        queues: dict[Key, deque[OutboxRow]] = defaultdict(deque)
        for row in rows:
            queues[self._queue_of(row)].append(row)
        acknowledged: list[int] = []
        end = time.monotonic() + BATCH_SECONDS
        while queues and time.monotonic() < end:
            wave = [queue.popleft() for queue in queues.values()]
            failures = await self._send_wave(wave, acknowledged)
            if failures:
                await self._recover(failures)
                break
            queues = {key: queue for key, queue in queues.items() if queue}
        return acknowledged

    async def _send_wave(self, wave: list[OutboxRow], acknowledged: list[int]) -> dict[Key, Exception]:
        producer = await self._started_producer()
        by_topic: dict[str, list[OutboxRow]] = defaultdict(list)
        for row in wave:
            by_topic[row.topic].append(row)
        outcomes = await asyncio.gather(*(_send(producer, rows) for rows in by_topic.values()))
        failures: dict[Key, Exception] = {}
        for row, error in chain.from_iterable(outcomes):
            if error is None:
                acknowledged.append(row.id)
                self._held.pop(self._queue_of(row), None)
            else:
                failures[self._queue_of(row)] = error
        return failures

    async def _recover(self, failures: dict[Key, Exception]) -> None:
        """Let the failed keys wait, longer each time; start over with a new producer.

        An idempotent producer that has lost its sequence refuses everything from then on (aiokafka #1017).
        When there is no broker that answers, no key is to blame.
        """
        metrics.relay_failures.inc(len(failures))
        answers = self._producer is not None and await broker_answers(self._producer.client)
        await self._discard_producer()
        if not answers:
            raise next(iter(failures.values()))
        for key, error in failures.items():
            _, waited = self._held.get(key, (0, KEY_BACK_OFF_SECONDS / 2))
            seconds = min(2 * waited, MAX_BACK_OFF_SECONDS)
            self._held[key] = time.monotonic() + seconds, seconds
            log.warning("outbox key waits", extra={"topic": key[0], "error": type(error).__name__})

    async def _started_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = self._make_producer()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await producer.start()
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer

    async def _discard_producer(self) -> None:
        """Give the producer up with what it still holds: those rows are in the outbox and are sent anew."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await discard_producer(producer)


async def _send(producer: AIOKafkaProducer, rows: Sequence[OutboxRow]) -> list[tuple[OutboxRow, Exception | None]]:
    """Send rows of one topic, all of different keys; a topic that cannot be sent to holds up no other."""
    sent: list[asyncio.Future[Any]] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(SEND_SECONDS):
            for row in rows:
                sent += [await _hand_over(producer, row)]
            await asyncio.wait(sent)
    return [(row, _failure(future)) for row, future in zip_longest(rows, sent)]


def _failure(sent: "asyncio.Future[Any] | None") -> Exception | None:
    if sent is None or not sent.done():
        return TimeoutError()
    return cast("Exception | None", sent.exception())


async def _hand_over(producer: AIOKafkaProducer, row: OutboxRow) -> "asyncio.Future[Any]":
    headers = decode_headers(row.headers)
    traceparent = dict(headers).get("traceparent", b"").decode(errors="replace")
    traced = span(f"send {row.topic}", kind=SpanKind.PRODUCER, parent=traceparent) if traceparent else nullcontext()
    try:
        with traced:
            sent = await producer.send(row.topic, value=row.value, key=row.key.encode(), headers=headers)
    except Exception as error:  # noqa: BLE001  One row that cannot be sent says nothing about the others.
        sent = asyncio.get_running_loop().create_future()
        sent.set_exception(error)
    return cast("asyncio.Future[Any]", sent)
