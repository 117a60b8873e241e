"""Database or broker away: not ready and why, nothing dead-lettered, everything goes on by itself."""

import asyncio

from arena import Arena, WorkerProcess, until, wire
from scale import Scale


async def says(worker: WorkerProcess, reason: str) -> None:
    """Wait until the worker is not ready for ``reason``."""

    async def it_does() -> bool:
        status, reasons = await worker.health()
        return status == 503 and reason in reasons

    await until(it_does, f"not ready: {reason}")


async def ready_again(worker: WorkerProcess) -> None:
    """Wait until the same process is ready."""

    async def it_is() -> bool:
        return await worker.health() == (200, [])

    await until(it_is, "ready again")
    assert worker.process.poll() is None


async def expect_everything(arena: Arena, count: int) -> None:
    """Hold what was sent and written against what stands in the database and on the topic."""
    await arena.until(f"SELECT coalesce(sum(applied), 0) = {count} FROM things")  # noqa: S608
    await arena.caught_up(count)
    assert await arena.scalar("SELECT count(*) FROM dead_letters") == 0
    assert await arena.scalar("SELECT count(*) FROM steps_back") == 0
    assert await arena.read(arena.dead_letters, partitions=1) == []


async def test_a_database_that_is_away_is_waited_out(arena: Arena, scale: Scale) -> None:
    worker = await arena.start()
    await arena.send([wire(f"thing-{number}", "before", 1) for number in range(scale.size)])
    await arena.caught_up(scale.size)
    arena.postgres.kill()
    try:
        await arena.send([wire(f"thing-{number}", "while away", 2) for number in range(scale.size)])
        await says(worker, "database")
        await says(worker, f"{arena.group}: waits")
        await asyncio.sleep(scale.database_away)
        assert await worker.metric("dead_letters_total") == 0
        assert await worker.metric("consumer_outages_total") > 0
    finally:
        arena.postgres.start()
    await arena.database.close()
    await ready_again(worker)
    await expect_everything(arena, 2 * scale.size)
    assert await arena.scalar("SELECT count(*) FROM things WHERE value <> 'while away'") == 0


async def test_a_broker_that_is_away_is_waited_out(arena: Arena, scale: Scale) -> None:
    worker = await arena.start()
    await arena.send([wire(f"thing-{number}", "before", 1) for number in range(scale.size)])
    await arena.caught_up(scale.size)
    arena.kafka.kill()
    try:
        await says(worker, "kafka")
        await asyncio.sleep(scale.broker_away)
    finally:
        await arena.start_broker()
    await ready_again(worker)
    await arena.send([wire(f"thing-{number}", "after", 2) for number in range(scale.size)])
    await expect_everything(arena, 2 * scale.size)


async def test_a_worker_that_starts_while_everything_is_away_begins_when_it_is_there(arena: Arena) -> None:
    await arena.send([wire("a", "first", 1)])
    arena.postgres.stop()
    arena.kafka.stop()
    try:
        worker = await arena.start(until_ready=False)
        await says(worker, "kafka")
        await says(worker, "database")
    finally:
        arena.postgres.start()
        await arena.start_broker()
    await arena.database.close()
    await ready_again(worker)
    await expect_everything(arena, 1)
