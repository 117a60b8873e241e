"""The relay while it, a second relay, the broker or one row fails: nothing lost, no key out of order."""

import asyncio
import random
from collections import defaultdict

from sqlalchemy import insert, text

from chassis.database import lock
from chassis.outbox import emit
from chassis.tables import outbox
from tests.chaos.scale import Scale
from tests.chaos.worker_harness import TopicRecord, WorkerHarness, WorkerProcess, wait_until
from tests.support import things

KEYS = 7


async def write(harness: WorkerHarness, key: str) -> None:
    """Change a thing under its lock; who starts first may well commit last."""
    async with harness.database.begin() as session:
        await things.change(session, key, "new")


async def writes(harness: WorkerHarness, scale: Scale) -> None:
    """Let many writers change few things at once."""
    keys = random.Random(scale.seed).choices([f"thing-{number}" for number in range(KEYS)], k=scale.size)
    few_at_once = asyncio.Semaphore(8)

    async def one(key: str) -> None:
        async with few_at_once:
            await write(harness, key)

    await asyncio.gather(*(one(key) for key in keys))


def by_key(records: list[TopicRecord]) -> dict[str, list[int]]:
    """Return the sequences of each key as they stand on the topic."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in records:
        found[record.key].append(record.sequence)
    return found


async def expect_order(harness: WorkerHarness, scale: Scale) -> int:
    """Hold the topic against the database and return how many records came more than once."""
    records = await harness.read()
    sequences = by_key(records)
    for key, found in sequences.items():
        last = await harness.scalar(f"SELECT sequence FROM things WHERE id = '{key}'")  # noqa: S608
        assert list(dict.fromkeys(found)) == list(range(1, last + 1)), key
        assert found[-1] == last, f"{key} ends with an old record: that is what compaction keeps"
    assert sum(len(set(found)) for found in sequences.values()) == scale.size
    assert len({record.headers["ce_id"] for record in records}) == scale.size
    return len(records) - scale.size


async def test_who_starts_first_and_commits_last_is_sent_last(harness: WorkerHarness) -> None:
    await harness.start()
    await write(harness, "a")
    await harness.wait_for_empty_outbox()
    async with harness.database.begin() as first:
        thing = await lock(first, things.Thing, things.Thing.id == "a")
        assert thing is not None
        second = asyncio.create_task(write(harness, "a"))
        await harness.wait_for_blocked_transaction()
        await write(harness, "b")
        await harness.wait_for_empty_outbox()
        emit(first, things.ThingChanged(thing_id="a", value="first"), aggregate=thing)
    await second
    await harness.wait_for_empty_outbox()
    assert by_key(await harness.read()) == {"a": [1, 2, 3], "b": [1]}


async def test_two_relays_on_one_database_send_everything_once_and_in_order(
    harness: WorkerHarness, scale: Scale
) -> None:
    await harness.start()
    await harness.start()
    await writes(harness, scale)
    await harness.wait_for_empty_outbox()
    assert await expect_order(harness, scale) == 0


async def test_a_broker_that_was_away_gets_everything_in_order(harness: WorkerHarness, scale: Scale) -> None:
    worker = await harness.start()
    writing = asyncio.create_task(writes(harness, scale))
    await harness.wait_for("SELECT count(*) > 0 FROM things")
    harness.kafka.stop()
    try:
        await writing
        await wait_until(lambda: _not_ready(worker), "the worker says that the broker is away")
        await asyncio.sleep(scale.broker_away)
        assert await harness.scalar("SELECT count(*) FROM outbox") > 0
    finally:
        await harness.start_broker()
    await harness.wait_for_empty_outbox()
    await expect_order(harness, scale)


async def _not_ready(worker: WorkerProcess) -> bool:
    return "kafka" in (await worker.health())[1]


async def test_a_relay_killed_between_acknowledgement_and_delete_sends_again_in_order(
    harness: WorkerHarness, scale: Scale
) -> None:
    for key in range(scale.size):
        await write(harness, f"thing-{key % KEYS}")
    for _ in range(scale.rounds):
        async with harness.database.begin() as session:
            # Whoever only reads passes by; the relay's delete waits here.
            await session.execute(text("SELECT id FROM outbox FOR UPDATE"))
            before = len(await harness.read())
            worker = await harness.start()

            async def all_acknowledged(at_least: int = before + scale.size) -> bool:
                return len(await harness.read()) >= at_least

            await wait_until(all_acknowledged, "the relay has sent everything")
            await harness.wait_for_blocked_transaction()
            worker.kill()
    assert await harness.scalar("SELECT count(*) FROM outbox") == scale.size
    await harness.start()
    await harness.wait_for_empty_outbox()
    assert await expect_order(harness, scale) == scale.rounds * scale.size


async def test_a_relay_killed_at_any_moment_loses_nothing(harness: WorkerHarness, scale: Scale) -> None:
    chance = random.Random(scale.seed)
    writing = asyncio.create_task(writes(harness, scale))
    for _ in range(scale.rounds):
        worker = await harness.start()
        sent = chance.randrange(scale.size // 4)
        await wait_until(lambda: _relayed(harness, sent), f"{sent} records relayed")  # noqa: B023  Called in this round only.
        worker.kill()
    await writing
    await harness.start()
    await harness.wait_for_empty_outbox()
    await expect_order(harness, scale)


async def _relayed(harness: WorkerHarness, at_least: int) -> bool:
    written = await harness.scalar("SELECT coalesce(sum(sequence), 0) FROM things")
    return bool(written - await harness.scalar("SELECT count(*) FROM outbox") >= at_least)


async def test_a_row_that_cannot_be_sent_delays_its_own_key_only(harness: WorkerHarness, scale: Scale) -> None:
    worker = await harness.start()
    async with harness.database.begin() as session:
        poison = {"topic": harness.topic, "key": "thing-0", "headers": {}, "value": b"x" * 9_000_000}
        await session.execute(insert(outbox).values(poison))
    await writes(harness, scale)
    await harness.wait_for("SELECT count(*) = 0 FROM outbox WHERE key <> 'thing-0'")
    waiting = await harness.scalar("SELECT count(*) FROM outbox")
    assert waiting == 1 + await harness.scalar("SELECT sequence FROM things WHERE id = 'thing-0'")
    assert "thing-0" not in by_key(await harness.read())
    assert await worker.metric("outbox_relay_failures_total") > 0
    async with harness.database.begin() as session:
        await session.execute(text("DELETE FROM outbox WHERE length(value) > 8000000"))
    await harness.wait_for_empty_outbox()
    assert await expect_order(harness, scale) == 0
