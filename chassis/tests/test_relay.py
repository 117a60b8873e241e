"""The outbox relay and the worker on a real broker."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from sqlalchemy import insert, text, update

from chassis.database import Database, lock
from chassis.kafka import make_producer
from chassis.outbox import EventTooLarge, emit
from chassis.relay import Relay
from chassis.tables import outbox
from chassis.worker import Worker
from tests.support.things import THINGS, TOPIC, Thing, ThingChanged, ThingsSettings, change

STRICTLY_ORDERED = "things.strictly-ordered.v1"


@pytest.fixture
def settings(kafka: Any, database: Database) -> ThingsSettings:
    return ThingsSettings(
        environment="development",
        database_url=database.url,
        kafka_bootstrap=kafka.bootstrap,
        identity_issuer="http://127.0.0.1:1",
    )


@pytest.fixture(scope="module", autouse=True)
def topics(kafka: Any) -> None:
    kafka.create_topics([TOPIC, "things.dead-letters.v1"], partitions=3)
    kafka.create_topics([STRICTLY_ORDERED], partitions=1)


@pytest.fixture
async def relay(settings: ThingsSettings, database: Database) -> AsyncIterator[Relay]:
    stop = asyncio.Event()
    relay = Relay(database, lambda: make_producer(settings))
    yield relay
    stop.set()
    await relay.run(stop)


async def sent(kafka: Any, prefix: str, count: int, topic: str = TOPIC) -> list[tuple[str, str, int]]:
    """Return the first ``count`` records whose key begins with ``prefix``: key, value, sequence."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    found: list[tuple[str, str, int]] = []
    try:
        async with asyncio.timeout(20):
            while len(found) < count:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += [
                        (r.key.decode(), json.loads(r.value)["value"], int(dict(r.headers)["ce_sequence"]))
                        for r in records
                        if r.key.decode().startswith(prefix)
                    ]
    finally:
        await consumer.stop()
    return found


async def test_the_order_of_one_key_is_the_order_of_commits(
    database: Database, relay: Relay, kafka: Any, scalar: Any
) -> None:
    prefix = uuid4().hex

    async def write(key: str, number: int) -> None:
        async with database.begin() as session:
            await change(session, key, str(number))

    await asyncio.gather(*(write(f"{prefix}-{n % 5}", n) for n in range(100)))
    while await relay.relay_once():
        continue
    records = await sent(kafka, prefix, 100)
    for key in {record[0] for record in records}:
        sequences = [sequence for found, _, sequence in records if found == key]
        assert sequences == list(range(1, 21))
    assert await scalar("SELECT count(*) FROM outbox") == 0


async def test_a_strictly_ordered_topic_keeps_one_order_over_all_keys(
    settings: ThingsSettings, database: Database, kafka: Any
) -> None:
    prefix = uuid4().hex
    async with database.begin() as session:
        for number in (0, 1, 2, 3, 4, 5):
            await change(session, f"{prefix}-{number % 3 // 2}", str(number))
    relay = Relay(database, lambda: make_producer(settings), strictly_ordered=[STRICTLY_ORDERED])
    async with database.begin() as session:
        await session.execute(update(outbox).values(topic=STRICTLY_ORDERED))
    assert await relay.relay_once() == 6
    await relay.run(_set())
    records = await sent(kafka, prefix, 6, STRICTLY_ORDERED)
    assert [value for _, value, _ in records] == ["0", "1", "2", "3", "4", "5"]


def _set() -> asyncio.Event:
    stop = asyncio.Event()
    stop.set()
    return stop


async def test_what_starts_first_and_commits_last_is_sent_last(database: Database, relay: Relay, kafka: Any) -> None:
    key = uuid4().hex
    async with database.begin() as session:
        await change(session, key, "zero")
    first_holds_the_row = asyncio.Event()

    async def slow() -> None:
        async with database.begin() as session:
            thing = await lock(session, Thing, Thing.id == key)
            assert thing is not None
            first_holds_the_row.set()
            await asyncio.sleep(0.3)
            emit(session, ThingChanged(thing_id=key, value="slow"), aggregate=thing)

    async def fast() -> None:
        await first_holds_the_row.wait()
        async with database.begin() as session:
            await change(session, key, "fast")

    await asyncio.gather(slow(), fast(), relay.relay_once())
    while await relay.relay_once():
        continue
    assert [(value, sequence) for _, value, sequence in await sent(kafka, key, 3)] == [
        ("zero", 1),
        ("slow", 2),
        ("fast", 3),
    ]


async def test_a_row_that_cannot_be_sent_delays_only_its_own_key(
    database: Database, relay: Relay, kafka: Any, scalar: Any
) -> None:
    prefix = uuid4().hex
    async with database.begin() as session:
        await session.execute(insert(outbox).values(topic=TOPIC, key="too-large", headers={}, value=b"x" * 2_000_000))
        for n in range(3):
            await change(session, f"{prefix}-{n}", "fine")
    await relay.relay_once()
    while await relay.relay_once():
        continue
    assert len(await sent(kafka, prefix, 3)) == 3
    assert await scalar("SELECT string_agg(key, ',') FROM outbox") == "too-large"


async def test_a_topic_that_is_missing_holds_up_no_other_however_much_waits_for_it(
    database: Database, relay: Relay, kafka: Any, scalar: Any
) -> None:
    prefix = uuid4().hex
    lost = [{"topic": "nowhere.v1", "key": str(number), "headers": {}, "value": b"{}"} for number in range(1_000)]
    async with database.begin() as session:
        await session.execute(insert(outbox), lost)
        await change(session, prefix, "fine")
    assert await relay.relay_once() == 0
    assert await relay.relay_once() == 1
    assert len(await sent(kafka, prefix, 1)) == 1
    assert await scalar("SELECT count(*) FROM outbox WHERE topic = 'nowhere.v1'") == len(lost)


async def test_a_batch_of_large_rows_takes_a_bounded_memory(
    database: Database, relay: Relay, kafka: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.relay.MAX_BATCH_BYTES", 1_000_000)
    prefix = uuid4().hex
    async with database.begin() as session:
        for number in range(10):
            await change(session, f"{prefix}-{number}", "a" * 300_000)
    assert [await relay.relay_once() for _ in range(4)] == [4, 4, 2, 0]
    assert len(await sent(kafka, prefix, 10)) == 10


async def test_nothing_is_published_when_the_transaction_fails(database: Database, scalar: Any) -> None:
    async def fail() -> None:
        async with database.begin() as session:
            await change(session, "a", "never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await scalar("SELECT count(*) FROM outbox") == 0


async def test_an_event_that_is_too_large_is_refused_before_it_is_written(database: Database, scalar: Any) -> None:
    async with database.begin() as session:
        with pytest.raises(EventTooLarge):
            await change(session, "a", "x" * 1_000_000)
    assert await scalar("SELECT count(*) FROM outbox") == 0


async def test_a_worker_relays_and_consumes_and_stops_when_told(
    database: Database, settings: ThingsSettings, scalar: Any
) -> None:
    stop = asyncio.Event()
    worker = Worker(settings, subscriptions=[THINGS], database=database)
    running = asyncio.create_task(worker.run(stop))
    key = uuid4().hex
    async with database.begin() as session:
        await change(session, key, "over Kafka")
        await session.execute(text("UPDATE things SET value = '' WHERE id = :key"), {"key": key})
    async with asyncio.timeout(20):
        while await scalar("SELECT max(value) FROM things") != "over Kafka":
            await asyncio.sleep(0.05)
    assert await worker.reasons_not_ready() == []
    assert await worker.listeners[0].lag() == 0
    stop.set()
    async with asyncio.timeout(20):
        await running


LISTENING = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%outbox%'"


async def test_a_relay_whose_connection_is_lost_listens_again(database: Database, settings: ThingsSettings) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Relay(database, lambda: make_producer(settings)).run(stop))

    async def listening() -> int | None:
        async with database.read() as session:
            pid: int | None = await session.scalar(text(f"SELECT min(pid) {LISTENING}"))
        return pid

    async with asyncio.timeout(10):
        while (first := await listening()) is None:
            await asyncio.sleep(0.02)
        async with database.begin() as session:
            await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
        while await listening() in {None, first}:
            await asyncio.sleep(0.02)
    stop.set()
    await running
