"""The relay while it, its twin, the broker or one row fails: nothing lost, no key out of order."""

import asyncio
import random
from collections import defaultdict

import things
from arena import Arena, Sent, WorkerProcess, until
from scale import Scale
from sqlalchemy import insert, text

from chassis.database import lock
from chassis.outbox import emit
from chassis.tables import outbox

KEYS = 7


async def write(arena: Arena, key: str) -> None:
    """Change a thing under its lock; who starts first may well commit last."""
    async with arena.database.begin() as session:
        await things.change(session, key, "new")


async def writes(arena: Arena, scale: Scale) -> None:
    """Let many writers change few things at once."""
    keys = random.Random(scale.seed).choices([f"thing-{number}" for number in range(KEYS)], k=scale.size)
    few_at_once = asyncio.Semaphore(8)

    async def one(key: str) -> None:
        async with few_at_once:
            await write(arena, key)

    await asyncio.gather(*(one(key) for key in keys))


def by_key(records: list[Sent]) -> dict[str, list[int]]:
    """Return the sequences of each key as they stand on the topic."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in records:
        found[record.key].append(record.sequence)
    return found


async def expect_order(arena: Arena, scale: Scale) -> int:
    """Hold the topic against the database and return how many records came more than once."""
    records = await arena.read()
    sequences = by_key(records)
    for key, found in sequences.items():
        last = await arena.scalar(f"SELECT sequence FROM things WHERE id = '{key}'")  # noqa: S608
        assert list(dict.fromkeys(found)) == list(range(1, last + 1)), key
        assert found[-1] == last, f"{key} ends with an old record: that is what compaction keeps"
    assert sum(len(set(found)) for found in sequences.values()) == scale.size
    assert len({record.headers["ce_id"] for record in records}) == scale.size
    return len(records) - scale.size


async def test_who_starts_first_and_commits_last_is_sent_last(arena: Arena) -> None:
    await arena.start()
    await write(arena, "a")
    await arena.drained()
    async with arena.database.begin() as first:
        thing = await lock(first, things.Thing, things.Thing.id == "a")
        assert thing is not None
        second = asyncio.create_task(write(arena, "a"))
        await arena.somebody_waits()
        await write(arena, "b")
        await arena.drained()
        emit(first, things.ThingChanged(thing_id="a", value="first"), aggregate=thing)
    await second
    await arena.drained()
    assert by_key(await arena.read()) == {"a": [1, 2, 3], "b": [1]}


async def test_two_relays_on_one_database_send_everything_once_and_in_order(arena: Arena, scale: Scale) -> None:
    await arena.start()
    await arena.start()
    await writes(arena, scale)
    await arena.drained()
    assert await expect_order(arena, scale) == 0


async def test_a_broker_that_was_away_gets_everything_in_order(arena: Arena, scale: Scale) -> None:
    worker = await arena.start()
    writing = asyncio.create_task(writes(arena, scale))
    await arena.until("SELECT count(*) > 0 FROM things")
    arena.kafka.stop()
    try:
        await writing
        await until(lambda: _not_ready(worker), "the worker says that the broker is away")
        await asyncio.sleep(scale.broker_away)
        assert await arena.scalar("SELECT count(*) FROM outbox") > 0
    finally:
        await arena.start_broker()
    await arena.drained()
    await expect_order(arena, scale)


async def _not_ready(worker: WorkerProcess) -> bool:
    return "kafka" in (await worker.health())[1]


async def test_a_relay_killed_between_acknowledgement_and_delete_sends_again_in_order(
    arena: Arena, scale: Scale
) -> None:
    for key in range(scale.size):
        await write(arena, f"thing-{key % KEYS}")
    for _ in range(scale.rounds):
        async with arena.database.begin() as session:
            # Whoever only reads passes by; the relay's delete waits here.
            await session.execute(text("SELECT id FROM outbox FOR UPDATE"))
            before = len(await arena.read())
            worker = await arena.start()

            async def all_acknowledged(at_least: int = before + scale.size) -> bool:
                return len(await arena.read()) >= at_least

            await until(all_acknowledged, "the relay has sent everything")
            await arena.somebody_waits()
            worker.kill()
    assert await arena.scalar("SELECT count(*) FROM outbox") == scale.size
    await arena.start()
    await arena.drained()
    assert await expect_order(arena, scale) == scale.rounds * scale.size


async def test_a_relay_killed_at_any_moment_loses_nothing(arena: Arena, scale: Scale) -> None:
    chance = random.Random(scale.seed)
    writing = asyncio.create_task(writes(arena, scale))
    for _ in range(scale.rounds):
        worker = await arena.start()
        sent = chance.randrange(scale.size // 4)
        await until(lambda: _relayed(arena, sent), f"{sent} records relayed")  # noqa: B023  Called in this round only.
        worker.kill()
    await writing
    await arena.start()
    await arena.drained()
    await expect_order(arena, scale)


async def _relayed(arena: Arena, at_least: int) -> bool:
    written = await arena.scalar("SELECT coalesce(sum(sequence), 0) FROM things")
    return bool(written - await arena.scalar("SELECT count(*) FROM outbox") >= at_least)


async def test_a_row_that_cannot_be_sent_delays_its_own_key_only(arena: Arena, scale: Scale) -> None:
    worker = await arena.start()
    async with arena.database.begin() as session:
        poison = {"topic": arena.topic, "key": "thing-0", "headers": {}, "value": b"x" * 9_000_000}
        await session.execute(insert(outbox).values(poison))
    await writes(arena, scale)
    await arena.until("SELECT count(*) = 0 FROM outbox WHERE key <> 'thing-0'")
    waiting = await arena.scalar("SELECT count(*) FROM outbox")
    assert waiting == 1 + await arena.scalar("SELECT sequence FROM things WHERE id = 'thing-0'")
    assert "thing-0" not in by_key(await arena.read())
    assert await worker.metric("outbox_relay_failures_total") > 0
    async with arena.database.begin() as session:
        await session.execute(text("DELETE FROM outbox WHERE length(value) > 8000000"))
    await arena.drained()
    assert await expect_order(arena, scale) == 0
