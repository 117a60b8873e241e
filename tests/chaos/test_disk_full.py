"""A database whose disk is full says so to every write: that is an outage, and no fault of any message."""

from sqlalchemy import text

from tests.chaos.worker_harness import WorkerHarness, raw_message, wait_until

FULL = (
    """CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$""",
    "CREATE TRIGGER disk_full BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION disk_full()",
)


async def execute(harness: WorkerHarness, *statements: str) -> None:
    """Run statements on the database of the little service."""
    async with harness.database.begin() as session:
        for statement in statements:
            await session.execute(text(statement))


async def test_a_full_disk_is_waited_out(harness: WorkerHarness) -> None:
    await execute(harness, *FULL)
    await harness.send([raw_message(f"thing-{number}", "new", 1) for number in range(50)])
    worker = await harness.start()

    async def waits_again() -> bool:
        return await worker.metric("consumer_outages_total") > 1

    await wait_until(waits_again, "the worker tries again and waits again")
    assert f"{harness.group}: waits" in (await worker.health())[1]
    assert await harness.scalar("SELECT count(*) FROM dead_letters") == 0
    await execute(harness, "DROP TRIGGER disk_full ON things")
    await harness.wait_for_acknowledged(50)
    assert await harness.scalar("SELECT count(*) FROM things WHERE value = 'new' AND applied = 1") == 50
    assert await harness.scalar("SELECT count(*) FROM dead_letters") == 0
