"""Database or broker away: not ready and why, nothing dead-lettered, everything goes on by itself."""

import asyncio

from tests.chaos.scale import Scale
from tests.chaos.worker_harness import WorkerHarness, WorkerProcess, raw_message, wait_until


async def wait_until_not_ready(worker: WorkerProcess, reason: str) -> None:
    """Wait until the worker is not ready for ``reason``."""

    async def it_does() -> bool:
        status, reasons = await worker.health()
        return status == 503 and reason in reasons

    await wait_until(it_does, f"not ready: {reason}")


async def wait_until_ready(worker: WorkerProcess) -> None:
    """Wait until the same process is ready."""

    async def it_is() -> bool:
        return await worker.health() == (200, [])

    await wait_until(it_is, "ready again")
    assert worker.process.poll() is None


async def expect_everything(harness: WorkerHarness, count: int) -> None:
    """Hold what was sent and written against what stands in the database and on the topic."""
    await harness.wait_for(f"SELECT coalesce(sum(applied), 0) = {count} FROM things")  # noqa: S608
    await harness.wait_for_acknowledged(count)
    assert await harness.scalar("SELECT count(*) FROM dead_letters") == 0
    assert await harness.scalar("SELECT count(*) FROM version_regressions") == 0
    assert await harness.read(harness.dead_letters, partitions=1) == []


async def test_a_database_that_is_away_is_waited_out(harness: WorkerHarness, scale: Scale) -> None:
    worker = await harness.start()
    await harness.send([raw_message(f"thing-{number}", "before", 1) for number in range(scale.size)])
    await harness.wait_for_acknowledged(scale.size)
    harness.postgres.kill()
    try:
        await harness.send([raw_message(f"thing-{number}", "while away", 2) for number in range(scale.size)])
        await wait_until_not_ready(worker, "database")
        await wait_until_not_ready(worker, f"{harness.group}: waits")
        await asyncio.sleep(scale.database_away)
        assert await worker.metric("dead_letters_total") == 0
        assert await worker.metric("consumer_outages_total") > 0
    finally:
        harness.postgres.start()
    await harness.database.close()
    await wait_until_ready(worker)
    await expect_everything(harness, 2 * scale.size)
    assert await harness.scalar("SELECT count(*) FROM things WHERE value <> 'while away'") == 0


async def test_a_broker_that_is_away_is_waited_out(harness: WorkerHarness, scale: Scale) -> None:
    worker = await harness.start()
    await harness.send([raw_message(f"thing-{number}", "before", 1) for number in range(scale.size)])
    await harness.wait_for_acknowledged(scale.size)
    harness.kafka.kill()
    try:
        await wait_until_not_ready(worker, "kafka")
        await asyncio.sleep(scale.broker_away)
    finally:
        await harness.start_broker()
    await wait_until_ready(worker)
    await harness.send([raw_message(f"thing-{number}", "after", 2) for number in range(scale.size)])
    await expect_everything(harness, 2 * scale.size)


async def test_a_worker_that_starts_while_everything_is_away_begins_when_it_is_there(harness: WorkerHarness) -> None:
    await harness.send([raw_message("a", "first", 1)])
    harness.postgres.stop()
    harness.kafka.stop()
    try:
        worker = await harness.start(until_ready=False)
        await wait_until_not_ready(worker, "kafka")
        await wait_until_not_ready(worker, "database")
    finally:
        harness.postgres.start()
        await harness.start_broker()
    await harness.database.close()
    await wait_until_ready(worker)
    await expect_everything(harness, 1)
