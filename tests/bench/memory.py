"""What each process holds in memory, and uses of the processor, while nothing happens; and whether it grows at work."""

import asyncio
import time
from pathlib import Path

from arena import Arena, arena_for, wire
from results import Result
from serving import Process, cpu_seconds, launch_bare, resident
from sqlalchemy import insert

from chassis.tables import outbox
from devstack.services import SERVICES, Part
from devstack.system import System
from devstack.testing import Stack

REST_SECONDS = 10.0
EARLY, LATE = 20_000, 100_000
KEYS = 5_000
SOME = 2_000
FILLING = "x" * 900


async def measure_memory(stack: Stack, folder: Path) -> list[Result]:
    """Measure the running system at rest, and a worker while 100,000 messages go through its relay and its inbox."""
    return [*await _at_rest(stack, folder), await _growth(stack, folder)]


async def _at_rest(stack: Stack, folder: Path) -> list[Result]:
    system = stack.system
    parts = [part for service in SERVICES for part in service.parts]
    topic = "bare-rest"
    stack.kafka.create_topics([topic])
    url = stack.postgres.create_database("bare")
    bare = {kind: launch_bare(kind, stack.kafka.bootstrap, topic, url, folder) for kind in ("app", "worker")}
    try:
        return await _resting(system, parts, bare)
    finally:
        for process in bare.values():
            process.stop()


async def _resting(system: System, parts: list[Part], bare: dict[str, Process]) -> list[Result]:
    for process in bare.values():
        await process.ready()
    pids = {part.name: system.pid(part.name) for part in parts} | {
        process.name: process.process.pid for process in bare.values()
    }
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    began = time.monotonic()
    await asyncio.sleep(REST_SECONDS)
    passed = time.monotonic() - began
    used = {name: 1000 * (cpu_seconds(pid) - before[name]) / passed for name, pid in pids.items()}
    results = []
    for part in parts:
        other = bare["app" if part.kind == "api" else "worker"].name
        mine, its = resident(pids[part.name]), resident(pids[other])
        results.append(Result(f"memory at rest: {part.name}", mine, its, "MB", "≤ 150 MB"))
        results.append(Result(f"CPU at rest: {part.name}", used[part.name], used[other], "ms/s", ""))
    return results


async def _growth(stack: Stack, folder: Path) -> Result:
    async with arena_for(stack.kafka, stack.postgres, folder) as arena:
        worker = await arena.start()
        held = {}
        for begin, end in ((0, EARLY), (EARLY, LATE)):
            await _fill(arena, begin, end)
            await arena.until(f"SELECT count(*) >= {end} FROM inbox", patience=300)  # noqa: S608  A number.
            held[end] = resident(worker.process.pid)
    return Result(f"memory after {LATE:,} messages; bare: after {EARLY:,}", held[LATE], held[EARLY], "MB", "no growth")


async def _fill(arena: Arena, begin: int, end: int) -> None:
    """Put messages into the worker's outbox, from where its relay sends them to the topic that it reads."""
    for start in range(begin, end, SOME):
        messages = [wire(f"thing-{number % KEYS}", FILLING, number + 1) for number in range(start, start + SOME)]
        rows = [
            {
                "topic": arena.topic,
                "key": message.key,
                "headers": {name: value.decode() for name, value in message.headers},
                "value": message.value,
            }
            for message in messages
        ]
        async with arena.database.begin() as session:
            await session.execute(insert(outbox), rows)
