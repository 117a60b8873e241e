"""The consume path against a bare aiokafka batch loop that sends the database the same SQL.

Ours is the worker's path without FastStream in front: a batch as it was fetched goes through decoding, inbox, lock,
handler and commit. The bare loop parses the same JSON and sends the same statements through asyncpg: the inbox row
of each message in one statement for the batch, the rows locked in one, and one guarded upsert for each message.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.consume import Consumer
from chassis.database import defer_insert
from chassis.envelope import Envelope
from chassis.kafka_consumer import as_record
from chassis.subscriptions import Subscription, lock_nothing
from devstack.in_process import Topic
from devstack.testing import Stack
from tests.bench.outbox_rows import measure_outbox_rows
from tests.bench.results import Result, in_turns, rate
from tests.chaos.worker_harness import WorkerHarness, open_harness, raw_message
from tests.support import things

COUNT = 5_000
BATCH = 500
FILLING = "x" * 900
INBOX = """INSERT INTO inbox (handler, source, id) SELECT $1, source, id
FROM unnest($2::text[], $3::text[]) AS new (source, id) ON CONFLICT DO NOTHING RETURNING source, id"""
UPSERT = """INSERT INTO things (id, value, seen, applied, sequence) VALUES ({0}, {1}, {2}, 1, 0)
ON CONFLICT (id) DO UPDATE SET value = excluded.value, seen = excluded.seen, applied = things.applied + 1
WHERE things.seen < excluded.seen"""
UPSERT_OURS = text(UPSERT.format(":id", ":value", ":seen"))
UPSERT_BARE = UPSERT.format("$1", "$2", "$3")


async def on_changed(session: AsyncSession, event: things.ThingChanged, envelope: Envelope) -> None:
    """Take a value that is newer than what is known."""
    await session.execute(UPSERT_OURS, {"id": event.thing_id, "value": event.value, "seen": envelope.sequence})


async def on_changed_deferred(session: AsyncSession, event: things.ThingChanged, envelope: Envelope) -> None:
    """Take the same with what the whole batch writes."""
    defer_insert(session, UPSERT_OURS, {"id": event.thing_id, "value": event.value, "seen": envelope.sequence})


TOPIC = Topic("things", frozenset({things.ThingChanged.ce_type}))
UPSERTING = Subscription("bench.things", (TOPIC,), lock=lock_nothing, on={things.ThingChanged: on_changed})
DEFERRED = Subscription("bench.deferred", (TOPIC,), lock=lock_nothing, on={things.ThingChanged: on_changed_deferred})
LOADING = things.THINGS


async def measure_consume(stack: Stack, folder: Path) -> list[Result]:
    """Measure one upsert for each message and one statement for the whole batch, on both sides and across.

    Then what an event in the outbox costs.
    """
    async with open_harness(stack.kafka, stack.postgres, folder) as harness:
        await harness.send(
            [raw_message(f"thing-{number}", FILLING, number + 1) for number in range(COUNT)], partition=0
        )
        results = []
        for what, handler, together, goal in (
            ("an upsert for each message", UPSERTING, False, "≥ 0.5"),
            ("deferred upserts; bare: one executemany", DEFERRED, True, "≥ 0.5"),
            ("deferred upserts; bare: one upsert each", DEFERRED, False, ""),
            ("a handler with loaded rows; bare: one upsert each", LOADING, False, ""),
            ("a handler with loaded rows; bare: one executemany", LOADING, True, ""),
        ):
            ours, bare = await in_turns(partial(_ours, harness, handler), partial(_bare, harness, together=together))
            results.append(Result(f"consume, {what}", ours, bare, "messages/s", goal))
        return results + await measure_outbox_rows(harness.database)


async def _clean(harness: WorkerHarness) -> None:
    async with harness.database.begin() as session:
        await session.execute(text("TRUNCATE inbox, things"))


async def _batches(harness: WorkerHarness, take: Callable[[list[Any]], Any]) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=harness.kafka.bootstrap, group_id="bench", enable_auto_commit=False)
    async with consumer:
        partition = TopicPartition(harness.topic, 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        taken = 0
        while taken < COUNT:
            for records in (await consumer.getmany(timeout_ms=500, max_records=BATCH)).values():
                await take(records)
                await consumer.commit()
                taken += len(records)


async def _ours(harness: WorkerHarness, subscription: Subscription) -> float:
    await _clean(harness)
    consumer = Consumer(subscription, harness.database, dead_letters_topic=harness.dead_letters)

    async def take(records: list[Any]) -> None:
        await consumer.handle([as_record(record) for record in records])

    return await rate(COUNT, lambda: _batches(harness, take))


async def _bare(harness: WorkerHarness, *, together: bool) -> float:
    await _clean(harness)
    connection = await asyncpg.connect(harness.database.url.replace("+asyncpg", ""))

    async def take(records: list[Any]) -> None:
        headers = [dict(record.headers) for record in records]
        sources, ids = ([each[name].decode() for each in headers] for name in ("ce_source", "ce_id"))
        async with connection.transaction():
            new = {(row[0], row[1]) for row in await connection.fetch(INBOX, "bench.bare", sources, ids)}
            rows = []
            for record, source, identifier, header in zip(records, sources, ids, headers, strict=True):
                if (source, identifier) in new:
                    data = json.loads(record.value)
                    rows.append((data["thing_id"], data["value"], int(header["ce_sequence"])))
            if together:
                await connection.executemany(UPSERT_BARE, rows)
            else:
                for row in rows:
                    await connection.execute(UPSERT_BARE, *row)

    try:
        return await rate(COUNT, lambda: _batches(harness, take))
    finally:
        await connection.close()
