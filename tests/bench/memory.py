"""Whether a worker grows with the messages that go through it; what it holds at rest is measured with its start."""

from pathlib import Path

from sqlalchemy import insert

from chassis.tables import outbox
from devstack.testing import Stack
from tests.bench.results import Result
from tests.bench.serving import resident
from tests.chaos.worker_harness import WorkerHarness, open_harness, raw_message

EARLY, LATE = 100_000, 200_000
KEYS = 5_000
SOME = 2_000
FILLING = "x" * 900


async def measure_memory(stack: Stack, folder: Path) -> list[Result]:
    """Measure a worker while 100,000 more messages go through its relay, its inbox and its handler."""
    async with open_harness(stack.kafka, stack.postgres, folder) as harness:
        worker = await harness.start()
        held = {}
        for begin, end in ((0, EARLY), (EARLY, LATE)):
            await _fill(harness, begin, end)
            await harness.wait_for(f"SELECT count(*) >= {end} FROM inbox", seconds=300)  # noqa: S608  A number.
            held[end] = resident(worker.process.pid)
    return [Result(f"memory after {LATE:,} messages; bare: after {EARLY:,}", held[LATE], held[EARLY], "MB", "≤ 1")]


async def _fill(harness: WorkerHarness, begin: int, end: int) -> None:
    """Put messages into the worker's outbox, from where its relay sends them to the topic that it reads."""
    for start in range(begin, end, SOME):
        messages = [raw_message(f"thing-{number % KEYS}", FILLING, number + 1) for number in range(start, start + SOME)]
        rows = [message.outbox_row(harness.topic) for message in messages]
        async with harness.database.begin() as session:
            await session.execute(insert(outbox), rows)
