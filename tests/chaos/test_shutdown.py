"""SIGTERM: the batch is finished and acknowledged, the group is left, the exit is 0."""

from confluent_kafka.admin import AdminClient
from sqlalchemy import text

from tests.chaos.worker_harness import WorkerHarness, raw_message, wait_until

HOLD = "INSERT INTO things (id, sequence, value, seen, applied) VALUES ('held', 0, '', 0, 0)"


def members(harness: WorkerHarness) -> int:
    """Return how many members the broker counts in the group."""
    admin = AdminClient({"bootstrap.servers": harness.kafka.bootstrap})
    return len(admin.describe_consumer_groups([harness.group])[harness.group].result().members)


async def test_a_worker_that_is_told_to_stop_finishes_its_batch_and_leaves_its_group(harness: WorkerHarness) -> None:
    await harness.send(
        [raw_message("held", "new", 1), *(raw_message(f"thing-{number}", "new", 1) for number in range(99))],
        partition=0,
    )
    async with harness.database.begin() as session:
        await session.execute(text(HOLD))
        worker = await harness.start()
        await harness.wait_for_blocked_transaction()
        assert members(harness) == 1
        worker.terminate()

        async def is_stopping() -> bool:
            return (await worker.health())[1] == ["stopping"]

        await wait_until(is_stopping, "the worker says that it stops")
    assert await worker.wait() == 0
    assert await harness.scalar("SELECT sum(applied) FROM things") == 100
    assert await harness.committed() == 100
    assert members(harness) == 0


async def test_what_a_stopped_worker_leaves_another_takes_over_at_once(harness: WorkerHarness) -> None:
    first = await harness.start()
    second = await harness.start()
    await harness.send([raw_message(f"thing-{number}", "one", 1) for number in range(100)])
    await harness.wait_for_acknowledged(100)
    first.terminate()
    assert await first.wait() == 0
    assert members(harness) == 1
    await harness.send([raw_message(f"thing-{number}", "two", 2) for number in range(100)])
    await harness.wait_for_acknowledged(200)
    assert await harness.scalar("SELECT count(*) FROM things WHERE value = 'two' AND applied = 2") == 100
    assert second.process.poll() is None
