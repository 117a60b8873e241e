"""Whether a worker grows with the messages that go through it; what it holds at rest is measured with its start."""

from pathlib import Path

from arena import Arena, arena_for, wire
from results import Result
from serving import resident
from sqlalchemy import insert

from chassis.tables import outbox
from devstack.testing import Stack

EARLY, LATE = 100_000, 200_000
KEYS = 5_000
SOME = 2_000
FILLING = "x" * 900


async def measure_memory(stack: Stack, folder: Path) -> list[Result]:
    """Measure a worker while 100,000 more messages go through its relay, its inbox and its handler."""
    async with arena_for(stack.kafka, stack.postgres, folder) as arena:
        worker = await arena.start()
        held = {}
        for begin, end in ((0, EARLY), (EARLY, LATE)):
            await _fill(arena, begin, end)
            await arena.until(f"SELECT count(*) >= {end} FROM inbox", patience=300)  # noqa: S608  A number.
            held[end] = resident(worker.process.pid)
    return [Result(f"memory after {LATE:,} messages; bare: after {EARLY:,}", held[LATE], held[EARLY], "MB", "≤ 1")]


async def _fill(arena: Arena, begin: int, end: int) -> None:
    """Put messages into the worker's outbox, from where its relay sends them to the topic that it reads."""
    for start in range(begin, end, SOME):
        messages = [wire(f"thing-{number % KEYS}", FILLING, number + 1) for number in range(start, start + SOME)]
        rows = [message.outbox_row(arena.topic) for message in messages]
        async with arena.database.begin() as session:
            await session.execute(insert(outbox), rows)
