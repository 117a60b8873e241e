"""A projection made again beside the live one: what differs is named, taken over while messages come, never emptied."""

import asyncio
from dataclasses import replace

import pytest
import things
from arena import Arena, wire
from sqlalchemy import text

from chassis.testing import Topic
from operations.projected_tables import ProjectedTable
from operations.shadow_tables import NotPossible, Projection, shadow_tables

GHOSTS = (
    "UPDATE things SET value = 'by hand' WHERE id = 'thing-0'",
    "DELETE FROM things WHERE id = 'thing-1'",
    "INSERT INTO things (id, sequence, value, seen, applied) VALUES ('nobody', 0, 'by hand', 1, 1)",
)


def projection_of(arena: Arena) -> Projection:
    """Return what the little service keeps."""
    heard_on = replace(things.THINGS, topics=(Topic(arena.topic, things.THINGS.known_types),))
    return Projection([heard_on], [ProjectedTable.of(things.Thing, "value", "seen", "applied")])


async def heard(arena: Arena) -> int:
    """Let a worker hear twenty things and one that is given up, with what stands behind it; return how many."""
    messages = [wire(f"thing-{number}", "good", 1) for number in range(20)]
    messages += [wire("thing-0", things.POISON, 2), wire("thing-0", "behind it", 3)]
    await arena.send(messages)
    await arena.start()
    await arena.caught_up(len(messages))
    letter = await arena.scalar("SELECT id FROM dead_letters WHERE state = 'waiting'")
    await arena.operate("dead-letters", "discard", str(letter))
    await arena.until("SELECT value = 'behind it' FROM things WHERE id = 'thing-0'")
    return len(messages)


async def test_what_was_changed_by_hand_is_named_and_made_right_while_messages_come(arena: Arena) -> None:
    count = await heard(arena)
    settings, projection = arena.settings, projection_of(arena)
    async with shadow_tables(settings, projection) as shadows:
        assert await shadows.differing() == {"things": set()}
        with pytest.raises(NotPossible, match="another process"):
            async with shadow_tables(settings, projection):
                pass
    async with arena.database.begin() as session:
        for statement in GHOSTS:
            await session.execute(text(statement))
    async with shadow_tables(settings, projection) as shadows:
        assert await shadows.differing() == {"things": {"thing-0", "thing-1", "nobody"}}
        assert await arena.scalar("SELECT differing FROM upkeep.drift") == 3
        more = [wire(f"thing-{number % 30}", "news", 10 + number // 30) for number in range(300)]
        sending = asyncio.create_task(arena.send(more))
        await shadows.take_over(remove=True)
        await sending
    await arena.caught_up(count + len(more))
    # How often a message was applied is guarded by nothing but the inbox: what came meanwhile counts once more.
    guarded = replace(projection, kept=[ProjectedTable("things", ("id",), derived=("value", "seen"))])
    async with shadow_tables(settings, guarded) as shadows:
        assert await shadows.differing() == {"things": set()}
    assert await arena.scalar("SELECT count(*) FROM things WHERE value = 'news'") == 30
    assert await arena.scalar("SELECT differing FROM upkeep.drift") == 0
    assert await arena.scalar("SELECT to_regnamespace('shadow') IS NULL")


async def test_a_table_without_a_twin_is_never_the_live_one(arena: Arena) -> None:
    await arena.send([wire("thing-0", things.POISON, 1)])
    await arena.start()
    await arena.until("SELECT count(*) = 1 FROM dead_letters WHERE state = 'waiting'")
    url = arena.database.engine.url
    taken = f'ALTER TABLE dead_letters OWNER TO postgres; GRANT ALL ON dead_letters TO "{url.username}"'
    arena.postgres.server.sql(taken, str(url.database))
    with pytest.raises(NotPossible, match="dead_letters belong to another role"):
        async with shadow_tables(arena.settings, projection_of(arena)):
            pass
    assert await arena.scalar("SELECT string_agg(state, ',') FROM dead_letters") == "waiting"


async def test_a_message_that_only_live_could_read_stops_a_rebuild(arena: Arena) -> None:
    await heard(arena)
    async with arena.database.begin() as session:
        await session.execute(text("DELETE FROM dead_letters"))
        await session.execute(text(GHOSTS[0]))
    async with shadow_tables(arena.settings, projection_of(arena)) as shadows:
        assert await shadows.differing() == {"things": {"thing-0"}}
        with pytest.raises(NotPossible, match=r"1 messages cannot be read.*ValueError"):
            await shadows.take_over(remove=True)
    assert await arena.scalar("SELECT value FROM things WHERE id = 'thing-0'") == "by hand"
