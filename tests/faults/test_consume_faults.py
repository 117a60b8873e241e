"""The consume path under kills, repetition and messages that nobody should send: once, forward, and on."""

import os
import random
import signal

import pytest
from arena import PARTITIONS, Arena, Wire, wire
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient
from scale import Scale
from sqlalchemy import text

HEADERS = wire("", "", 1).headers
BATCH = 500
HOLD = "INSERT INTO things (id, sequence, value, seen, applied) VALUES ('thing-0', 0, '', 0, 0)"


def without(name: str) -> list[tuple[str, bytes]]:
    """Return the headers of a good message without one of them."""
    return [(header, value) for header, value in HEADERS if header != name]


def with_(name: str, value: bytes) -> list[tuple[str, bytes]]:
    """Return the headers of a good message with one of them changed."""
    return [*without(name), (name, value)]


BAD = {
    "not JSON": (Wire("bad", b"{not json", HEADERS), "does not fit its type"),
    "null": (Wire("bad", None, HEADERS), "a null value on a topic of events"),
    "unknown ce_type": (Wire("bad", b"{}", with_("ce_type", b"test.other.v1")), "does not belong on this topic"),
    "missing header": (Wire("bad", b"{}", without("ce_source")), "attribute source is missing"),
    "poison": (wire("bad", "poison", 1), "ValueError"),
    "header not UTF-8": (Wire("bad", b"{}", with_("note", b"\xff\xfe\0")), "a header is not UTF-8"),
    "NUL in the name of a header": (Wire("bad", b"{not json", [*HEADERS, ("no\0te", b"1")]), "does not fit its type"),
}


def messages(scale: Scale, keys: int = 20) -> list[Wire]:
    """Return good messages about few things, in the order of their sequences."""
    return [wire(f"thing-{number % keys}", str(number), number // keys + 1) for number in range(scale.size)]


async def expect_all(arena: Arena, count: int) -> None:
    """Every message applied once, the newest value stands, no version went back, no dead letter."""
    await arena.caught_up(count)
    assert await arena.scalar("SELECT sum(applied) FROM things") == count
    assert await arena.scalar("SELECT count(*) FROM things WHERE seen <> applied") == 0
    assert await arena.scalar("SELECT count(*) FROM steps_back") == 0
    assert await arena.scalar("SELECT count(*) FROM dead_letters") == 0


async def test_a_kill_before_the_commit_has_no_effect_and_the_messages_come_again(arena: Arena, scale: Scale) -> None:
    await arena.send(messages(scale))
    async with arena.database.begin() as session:
        await session.execute(
            text("INSERT INTO things (id, sequence, value, seen, applied) VALUES ('thing-0',0,'',0,0)")
        )
        worker = await arena.start()
        await arena.somebody_waits()
        worker.kill()
        await session.rollback()
    await arena.start()
    await expect_all(arena, scale.size)


async def test_a_kill_after_the_commit_and_before_the_acknowledgement_applies_nothing_twice(
    arena: Arena, scale: Scale
) -> None:
    await arena.send(messages(scale), partition=0)
    async with arena.database.begin() as session:
        await session.execute(
            text("INSERT INTO things (id, sequence, value, seen, applied) VALUES ('thing-0',0,'',0,0)")
        )
        worker = await arena.start()
        await arena.somebody_waits()
        # A broker that stands still takes the acknowledgement into its buffer, where it dies with the broker.
        os.kill(arena.kafka.broker.process.pid(), signal.SIGSTOP)
        await session.commit()
        await arena.until("SELECT sum(applied) > 0 FROM things")
        worker.kill()
        arena.kafka.kill()
        await arena.start_broker()
    applied = await arena.scalar("SELECT sum(applied) FROM things")
    assert await arena.committed() < applied
    again = await arena.start()
    await expect_all(arena, scale.size)
    assert await again.metric("inbox_duplicates_total") >= applied


async def test_kills_at_any_moment_lose_nothing_and_apply_nothing_twice(arena: Arena, scale: Scale) -> None:
    chance = random.Random(scale.seed)
    await arena.send(messages(scale))
    for _ in range(scale.rounds):
        worker = await arena.start()
        applied = chance.randrange(scale.size)
        await arena.until(f"SELECT coalesce(sum(applied), 0) >= {applied} FROM things")  # noqa: S608
        worker.kill()
    await arena.start()
    await expect_all(arena, scale.size)


async def test_a_partition_that_is_delivered_again_from_zero_changes_nothing(arena: Arena, scale: Scale) -> None:
    await arena.send(messages(scale))
    worker = await arena.start()
    await expect_all(arena, scale.size)
    before = await arena.scalar("SELECT string_agg(things::text, ',' ORDER BY id) FROM things")
    worker.ask_to_stop()
    assert await worker.ended() == 0
    _rewind(arena)
    assert await arena.committed() == 0
    worker = await arena.start()
    await arena.caught_up(scale.size)
    assert await arena.scalar("SELECT string_agg(things::text, ',' ORDER BY id) FROM things") == before
    assert await worker.metric("inbox_duplicates_total") == scale.size


def _rewind(arena: Arena) -> None:
    admin = AdminClient({"bootstrap.servers": arena.kafka.bootstrap})
    places = [TopicPartition(arena.topic, number, 0) for number in range(PARTITIONS)]
    for done in admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(arena.group, places)]).values():
        assert [place.error for place in done.result().topic_partitions] == [None] * PARTITIONS


async def test_messages_in_any_order_leave_the_newest_value(arena: Arena, scale: Scale) -> None:
    shuffled = messages(scale)
    random.Random(scale.seed).shuffle(shuffled)
    await arena.start()
    await arena.send(shuffled)
    await expect_all(arena, scale.size)
    newest = f"SELECT count(*) FROM things WHERE value::int <> {scale.size} - 20 + substr(id, 7)::int"  # noqa: S608
    assert await arena.scalar(newest) == 0


@pytest.mark.parametrize("what", BAD)
async def test_one_bad_message_in_a_batch_is_a_dead_letter_alone(arena: Arena, what: str) -> None:
    bad, reason = BAD[what]
    good = [wire(f"good-{number}", "fine", 1) for number in range(BATCH - 1)]
    await arena.send([*good[:200], bad, *good[200:]], partition=0)
    worker = await arena.start()
    await arena.caught_up(BATCH)
    assert await arena.scalar("SELECT count(*) FROM things WHERE value = 'fine' AND applied = 1") == BATCH - 1
    assert await arena.scalar("SELECT count(*) FROM dead_letters") == 1
    await arena.drained()
    (letter,) = await arena.read(arena.dead_letters, partitions=1)
    assert letter.value == bad.value
    # A database takes no NUL in a text.
    assert {name.replace("\0", ""): value for name, value in bad.headers}.items() <= letter.headers.items()
    assert reason in letter.headers["dead-letter-reason"].decode()
    assert letter.headers["dead-letter-offset"] == b"200"
    await arena.send([wire("good-0", "later", 2)], partition=0)
    await arena.until("SELECT value = 'later' FROM things WHERE id = 'good-0'")
    assert await worker.metric("dead_letters_total") == 1


async def test_two_megabytes_on_an_external_topic_are_read_and_fit_among_the_dead_letters(arena: Arena) -> None:
    bad = Wire("bad", b"{" + b"x" * 2_000_000, HEADERS)
    await arena.send([wire("good", "x" * 2_000_000, 1), bad, wire("good", "small", 2)], partition=0)
    await arena.start()
    await arena.caught_up(3)
    assert await arena.scalar("SELECT applied FROM things WHERE value = 'small'") == 2
    await arena.drained()
    (letter,) = await arena.read(arena.dead_letters, partitions=1)
    assert letter.value == bad.value


async def test_the_operator_discards_and_replays_and_what_is_parked_follows_in_order(arena: Arena) -> None:
    sick = [wire(key, value, number) for key in "ab" for number, value in enumerate(("poison", "two", "three"), 1)]
    await arena.send(sick, partition=0)
    worker = await arena.start()
    await arena.caught_up(len(sick))
    lines = (await arena.operate("dead-letters", "list")).splitlines()
    assert [line.split()[1] for line in lines] == ["waiting", "parked", "parked"] * 2
    first, second = (line.split()[0] for line in lines if "waiting" in line)
    shown = await arena.operate("dead-letters", "show", first)
    assert '"value":"poison"' in shown
    assert "ValueError" in shown
    await arena.operate("dead-letters", "discard", first)
    await arena.until("SELECT value = 'three' AND applied = 2 FROM things WHERE id = 'a'")
    assert await arena.scalar("SELECT applied FROM things WHERE id = 'b'") in (None, 0)
    worker.ask_to_stop()
    assert await worker.ended() == 0
    await arena.start(THINGS_POISON="another")
    await arena.operate("dead-letters", "replay", second)
    await arena.until("SELECT value = 'three' AND applied = 3 FROM things WHERE id = 'b'")
    assert await arena.scalar("SELECT count(*) FROM steps_back") == 0
    assert await arena.operate("dead-letters", "list") == ""
