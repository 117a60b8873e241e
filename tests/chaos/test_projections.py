"""A projection rebuilt in shadow tables: what differs is named, taken over while messages come, never emptied."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from devstack.in_process import Topic
from operations.projected_tables import ProjectedTable
from operations.shadow_tables import NotPossible, Projection, shadow_tables
from tests.chaos.worker_harness import WorkerHarness, raw_message
from tests.support import things

DAMAGE = (
    "UPDATE things SET value = 'by hand' WHERE id = 'thing-0'",
    "DELETE FROM things WHERE id = 'thing-1'",
    "INSERT INTO things (id, sequence, value, seen, applied) VALUES ('nobody', 0, 'by hand', 1, 1)",
)


def projection_of(harness: WorkerHarness) -> Projection:
    """Return the projection of the little service."""
    subscription = replace(things.THINGS, topics=(Topic(harness.topic, things.THINGS.known_types),))
    return Projection([subscription], [ProjectedTable.of(things.Thing, "value", "seen", "applied")])


async def handle_messages(harness: WorkerHarness) -> int:
    """Let a worker handle twenty things and one that is given up, with what stands behind it; return how many."""
    messages = [raw_message(f"thing-{number}", "good", 1) for number in range(20)]
    messages += [raw_message("thing-0", things.POISON, 2), raw_message("thing-0", "behind it", 3)]
    await harness.send(messages)
    await harness.start()
    await harness.wait_for_acknowledged(len(messages))
    letter = await harness.scalar("SELECT id FROM dead_letters WHERE state = 'waiting'")
    await harness.operate("dead-letters", "discard", str(letter))
    await harness.wait_for("SELECT value = 'behind it' FROM things WHERE id = 'thing-0'")
    return len(messages)


async def test_what_was_changed_by_hand_is_named_and_made_right_while_messages_come(harness: WorkerHarness) -> None:
    count = await handle_messages(harness)
    settings, projection = harness.settings, projection_of(harness)
    async with shadow_tables(settings, projection) as shadows:
        assert await shadows.differing() == {"things": set()}
        with pytest.raises(NotPossible, match="another process"):
            async with shadow_tables(settings, projection):
                pass
    async with harness.database.begin() as session:
        for statement in DAMAGE:
            await session.execute(text(statement))
    async with shadow_tables(settings, projection) as shadows:
        assert await shadows.differing() == {"things": {"thing-0", "thing-1", "nobody"}}
        assert await harness.scalar("SELECT differing FROM upkeep.drift") == 3
        more = [raw_message(f"thing-{number % 30}", "news", 10 + number // 30) for number in range(300)]
        sending = asyncio.create_task(harness.send(more))
        await shadows.take_over(remove=True)
        await sending
    await harness.wait_for_acknowledged(count + len(more))
    # How often a message was applied is guarded by nothing but the inbox: what came meanwhile counts once more.
    guarded = replace(projection, kept=[ProjectedTable("things", ("id",), derived=("value", "seen"))])
    async with shadow_tables(settings, guarded) as shadows:
        assert await shadows.differing() == {"things": set()}
    assert await harness.scalar("SELECT count(*) FROM things WHERE value = 'news'") == 30
    assert await harness.scalar("SELECT differing FROM upkeep.drift") == 0
    assert await harness.scalar("SELECT to_regnamespace('shadow') IS NULL")


async def test_a_table_without_a_shadow_is_never_the_live_one(harness: WorkerHarness) -> None:
    await harness.send([raw_message("thing-0", things.POISON, 1)])
    await harness.start()
    await harness.wait_for("SELECT count(*) = 1 FROM dead_letters WHERE state = 'waiting'")
    url = harness.database.engine.url
    taken = f'ALTER TABLE dead_letters OWNER TO postgres; GRANT ALL ON dead_letters TO "{url.username}"'
    harness.postgres.server.sql(taken, str(url.database))
    with pytest.raises(NotPossible, match="dead_letters belong to another role"):
        async with shadow_tables(harness.settings, projection_of(harness)):
            pass
    assert await harness.scalar("SELECT string_agg(state, ',') FROM dead_letters") == "waiting"


async def test_a_message_that_only_live_could_read_stops_a_rebuild(harness: WorkerHarness) -> None:
    await handle_messages(harness)
    async with harness.database.begin() as session:
        await session.execute(text("DELETE FROM dead_letters"))
        await session.execute(text(DAMAGE[0]))
    async with shadow_tables(harness.settings, projection_of(harness)) as shadows:
        assert await shadows.differing() == {"things": {"thing-0"}}
        with pytest.raises(NotPossible, match=r"1 messages cannot be read.*ValueError"):
            await shadows.take_over(remove=True)
    assert await harness.scalar("SELECT value FROM things WHERE id = 'thing-0'") == "by hand"
