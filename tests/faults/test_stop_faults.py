"""SIGTERM: the batch is finished and acknowledged, the group is left, the exit is 0."""

from arena import Arena, until, wire
from confluent_kafka.admin import AdminClient
from sqlalchemy import text

HOLD = "INSERT INTO things (id, sequence, value, seen, applied) VALUES ('held', 0, '', 0, 0)"


def members(arena: Arena) -> int:
    """Return how many members the broker counts in the group."""
    admin = AdminClient({"bootstrap.servers": arena.kafka.bootstrap})
    return len(admin.describe_consumer_groups([arena.group])[arena.group].result().members)


async def test_a_worker_that_is_told_to_stop_finishes_its_batch_and_leaves_its_group(arena: Arena) -> None:
    await arena.send(
        [wire("held", "new", 1), *(wire(f"thing-{number}", "new", 1) for number in range(99))], partition=0
    )
    async with arena.database.begin() as session:
        await session.execute(text(HOLD))
        worker = await arena.start()
        await arena.somebody_waits()
        assert members(arena) == 1
        worker.ask_to_stop()

        async def heard() -> bool:
            return (await worker.health())[1] == ["stopping"]

        await until(heard, "the worker says that it stops")
    assert await worker.ended() == 0
    assert await arena.scalar("SELECT sum(applied) FROM things") == 100
    assert await arena.committed() == 100
    assert members(arena) == 0


async def test_what_a_stopped_worker_leaves_another_takes_over_at_once(arena: Arena) -> None:
    first = await arena.start()
    second = await arena.start()
    await arena.send([wire(f"thing-{number}", "one", 1) for number in range(100)])
    await arena.caught_up(100)
    first.ask_to_stop()
    assert await first.ended() == 0
    assert members(arena) == 1
    await arena.send([wire(f"thing-{number}", "two", 2) for number in range(100)])
    await arena.caught_up(200)
    assert await arena.scalar("SELECT count(*) FROM things WHERE value = 'two' AND applied = 2") == 100
    assert second.process.poll() is None
