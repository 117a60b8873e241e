"""The outbox relay against a bare idempotent producer: the same messages to the same topic."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from aiokafka import AIOKafkaProducer
from arena import Arena, Wire, arena_for, wire
from results import Result, in_turns, rate
from sqlalchemy import insert
from things import ThingsSettings

from chassis.kafka import make_producer
from chassis.relay import Relay
from chassis.tables import outbox
from devstack.testing import Stack

COUNT = 5_000
FILLING = "x" * 900
SOME = 1_000
UNIT = "messages/s"


async def measure_relay(stack: Stack, folder: Path) -> list[Result]:
    """Measure with as many keys as messages, and with few keys, of which each waits for its last message.

    The bare producer is taken as aiokafka makes it, and with our options, of which larger batches matter here.
    """
    results = []
    async with arena_for(stack.kafka, stack.postgres, folder) as arena:
        for keys in (COUNT, 200):
            messages = [wire(f"thing-{number % keys}", FILLING, number) for number in range(COUNT)]
            for options, goal in (("its own options", "≥ 0.8"), ("our options", "")):
                make = (lambda: make_producer(_settings(arena))) if goal == "" else (lambda: _plain(arena))
                ours, bare = await in_turns(partial(_ours, arena, messages), partial(_bare, make, arena, messages))
                results.append(Result(f"relay, {keys} keys; bare producer with {options}", ours, bare, UNIT, goal))
    return results


def _settings(arena: Arena) -> ThingsSettings:
    return ThingsSettings(
        database_url=arena.database.url, kafka_bootstrap=arena.kafka.bootstrap, identity_issuer="http://127.0.0.1:1"
    )


async def _ours(arena: Arena, messages: list[Wire]) -> float:
    rows = [message.outbox_row(arena.topic) for message in messages]
    async with arena.database.begin() as session:
        for start in range(0, len(rows), SOME):
            await session.execute(insert(outbox), rows[start : start + SOME])
    relay = Relay(arena.database, lambda: make_producer(_settings(arena)))

    async def all_of_them() -> None:
        while await relay.relay_once():
            continue

    try:
        return await rate(len(rows), all_of_them)
    finally:
        stop = asyncio.Event()
        stop.set()
        await relay.run(stop)


def _plain(arena: Arena) -> AIOKafkaProducer:
    return AIOKafkaProducer(bootstrap_servers=arena.kafka.bootstrap, enable_idempotence=True, acks="all")


async def _bare(make: Callable[[], AIOKafkaProducer], arena: Arena, messages: list[Wire]) -> float:
    async with make() as producer:

        async def all_of_them() -> None:
            for start in range(0, len(messages), SOME):
                some = messages[start : start + SOME]
                await asyncio.gather(
                    *[await producer.send(arena.topic, m.value, m.key.encode(), headers=m.headers) for m in some]
                )

        return await rate(len(messages), all_of_them)
