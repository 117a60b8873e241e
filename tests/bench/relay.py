"""The outbox relay against a bare idempotent producer: the same messages to the same topic."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from aiokafka import AIOKafkaProducer
from sqlalchemy import insert

from chassis.kafka import make_producer
from chassis.relay import Relay
from chassis.tables import outbox
from devstack.testing import Stack
from tests.bench.results import Result, in_turns, rate
from tests.chaos.worker_harness import RawMessage, WorkerHarness, open_harness, raw_message
from tests.support.things import ThingsSettings

COUNT = 5_000
FILLING = "x" * 900
SOME = 1_000
UNIT = "messages/s"


async def measure_relay(stack: Stack, folder: Path) -> list[Result]:
    """Measure with as many keys as messages, and with few keys, of which each waits for its last message.

    The bare producer is taken as aiokafka makes it, and with our options, of which larger batches matter here.
    """
    results = []
    async with open_harness(stack.kafka, stack.postgres, folder) as harness:
        for keys in (COUNT, 200):
            messages = [raw_message(f"thing-{number % keys}", FILLING, number) for number in range(COUNT)]
            for options, goal in (("its own options", "≥ 0.8"), ("our options", "")):
                make = (lambda: make_producer(_settings(harness))) if goal == "" else (lambda: _plain(harness))
                ours, bare = await in_turns(partial(_ours, harness, messages), partial(_bare, make, harness, messages))
                results.append(Result(f"relay, {keys} keys; bare producer with {options}", ours, bare, UNIT, goal))
    return results


def _settings(harness: WorkerHarness) -> ThingsSettings:
    return ThingsSettings(
        database_url=harness.database.url, kafka_bootstrap=harness.kafka.bootstrap, identity_issuer="http://127.0.0.1:1"
    )


async def _ours(harness: WorkerHarness, messages: list[RawMessage]) -> float:
    rows = [message.outbox_row(harness.topic) for message in messages]
    async with harness.database.begin() as session:
        for start in range(0, len(rows), SOME):
            await session.execute(insert(outbox), rows[start : start + SOME])
    relay = Relay(harness.database, lambda: make_producer(_settings(harness)))

    async def all_of_them() -> None:
        while await relay.relay_once():
            continue

    try:
        return await rate(len(rows), all_of_them)
    finally:
        stop = asyncio.Event()
        stop.set()
        await relay.run(stop)


def _plain(harness: WorkerHarness) -> AIOKafkaProducer:
    return AIOKafkaProducer(bootstrap_servers=harness.kafka.bootstrap, enable_idempotence=True, acks="all")


async def _bare(make: Callable[[], AIOKafkaProducer], harness: WorkerHarness, messages: list[RawMessage]) -> float:
    async with make() as producer:

        async def all_of_them() -> None:
            for start in range(0, len(messages), SOME):
                some = messages[start : start + SOME]
                await asyncio.gather(
                    *[await producer.send(harness.topic, m.value, m.key.encode(), headers=m.headers) for m in some]
                )

        return await rate(len(messages), all_of_them)
