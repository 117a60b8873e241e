"""The consume path under kills, repetition and messages that nobody should send: once, forward, and on."""

import os
import random
import signal

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient
from sqlalchemy import text

from tests.chaos.scale import Scale
from tests.chaos.worker_harness import PARTITIONS, RawMessage, WorkerHarness, raw_message

HEADERS = raw_message("", "", 1).headers
BATCH = 500
HOLD = "INSERT INTO things (id, sequence, value, seen, applied) VALUES ('thing-0', 0, '', 0, 0)"


def without(name: str) -> list[tuple[str, bytes]]:
    """Return the headers of a good message without one of them."""
    return [(header, value) for header, value in HEADERS if header != name]


def with_(name: str, value: bytes) -> list[tuple[str, bytes]]:
    """Return the headers of a good message with one of them changed."""
    return [*without(name), (name, value)]


BAD = {
    "not JSON": (RawMessage("bad", b"{not json", HEADERS), "does not fit its type"),
    "null": (RawMessage("bad", None, HEADERS), "a null value on a topic of events"),
    "unknown ce_type": (RawMessage("bad", b"{}", with_("ce_type", b"test.other.v1")), "does not belong on this topic"),
    "missing header": (RawMessage("bad", b"{}", without("ce_source")), "attribute source is missing"),
    "poison": (raw_message("bad", "poison", 1), "ValueError"),
    "header not UTF-8": (RawMessage("bad", b"{}", with_("note", b"\xff\xfe\0")), "a header is not UTF-8"),
    "NUL in the name of a header": (
        RawMessage("bad", b"{not json", [*HEADERS, ("no\0te", b"1")]),
        "does not fit its type",
    ),
}


def messages(scale: Scale, keys: int = 20) -> list[RawMessage]:
    """Return good messages about few things, in the order of their sequences."""
    return [raw_message(f"thing-{number % keys}", str(number), number // keys + 1) for number in range(scale.size)]


async def expect_all(harness: WorkerHarness, count: int) -> None:
    """Every message applied once, the newest value stands, no version went back, no dead letter."""
    await harness.wait_for_acknowledged(count)
    assert await harness.scalar("SELECT sum(applied) FROM things") == count
    assert await harness.scalar("SELECT count(*) FROM things WHERE seen <> applied") == 0
    assert await harness.scalar("SELECT count(*) FROM version_regressions") == 0
    assert await harness.scalar("SELECT count(*) FROM dead_letters") == 0


async def test_a_kill_before_the_commit_has_no_effect_and_the_messages_come_again(
    harness: WorkerHarness, scale: Scale
) -> None:
    await harness.send(messages(scale))
    async with harness.database.begin() as session:
        await session.execute(
            text("INSERT INTO things (id, sequence, value, seen, applied) VALUES ('thing-0',0,'',0,0)")
        )
        worker = await harness.start()
        await harness.wait_for_blocked_transaction()
        worker.kill()
        await session.rollback()
    await harness.start()
    await expect_all(harness, scale.size)


async def test_a_kill_after_the_commit_and_before_the_acknowledgement_applies_nothing_twice(
    harness: WorkerHarness, scale: Scale
) -> None:
    await harness.send(messages(scale), partition=0)
    async with harness.database.begin() as session:
        await session.execute(
            text("INSERT INTO things (id, sequence, value, seen, applied) VALUES ('thing-0',0,'',0,0)")
        )
        worker = await harness.start()
        await harness.wait_for_blocked_transaction()
        # A broker that stands still takes the acknowledgement into its buffer, where it dies with the broker.
        os.kill(harness.kafka.broker.process.pid(), signal.SIGSTOP)
        await session.commit()
        await harness.wait_for("SELECT sum(applied) > 0 FROM things")
        worker.kill()
        harness.kafka.kill()
        await harness.start_broker()
    applied = await harness.scalar("SELECT sum(applied) FROM things")
    assert await harness.committed() < applied
    again = await harness.start()
    await expect_all(harness, scale.size)
    assert await again.metric("inbox_duplicates_total") >= applied


async def test_kills_at_any_moment_lose_nothing_and_apply_nothing_twice(harness: WorkerHarness, scale: Scale) -> None:
    chance = random.Random(scale.seed)
    await harness.send(messages(scale))
    for _ in range(scale.rounds):
        worker = await harness.start()
        applied = chance.randrange(scale.size)
        await harness.wait_for(f"SELECT coalesce(sum(applied), 0) >= {applied} FROM things")  # noqa: S608
        worker.kill()
    await harness.start()
    await expect_all(harness, scale.size)


async def test_a_partition_that_is_delivered_again_from_zero_changes_nothing(
    harness: WorkerHarness, scale: Scale
) -> None:
    await harness.send(messages(scale))
    worker = await harness.start()
    await expect_all(harness, scale.size)
    before = await harness.scalar("SELECT string_agg(things::text, ',' ORDER BY id) FROM things")
    worker.terminate()
    assert await worker.wait() == 0
    _rewind(harness)
    assert await harness.committed() == 0
    worker = await harness.start()
    await harness.wait_for_acknowledged(scale.size)
    assert await harness.scalar("SELECT string_agg(things::text, ',' ORDER BY id) FROM things") == before
    assert await worker.metric("inbox_duplicates_total") == scale.size


def _rewind(harness: WorkerHarness) -> None:
    admin = AdminClient({"bootstrap.servers": harness.kafka.bootstrap})
    places = [TopicPartition(harness.topic, number, 0) for number in range(PARTITIONS)]
    for done in admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(harness.group, places)]).values():
        assert [place.error for place in done.result().topic_partitions] == [None] * PARTITIONS


async def test_messages_in_any_order_leave_the_newest_value(harness: WorkerHarness, scale: Scale) -> None:
    shuffled = messages(scale)
    random.Random(scale.seed).shuffle(shuffled)
    await harness.start()
    await harness.send(shuffled)
    await expect_all(harness, scale.size)
    newest = f"SELECT count(*) FROM things WHERE value::int <> {scale.size} - 20 + substr(id, 7)::int"  # noqa: S608
    assert await harness.scalar(newest) == 0


@pytest.mark.parametrize("what", BAD)
async def test_one_bad_message_in_a_batch_is_a_dead_letter_alone(harness: WorkerHarness, what: str) -> None:
    bad, reason = BAD[what]
    good = [raw_message(f"good-{number}", "fine", 1) for number in range(BATCH - 1)]
    await harness.send([*good[:200], bad, *good[200:]], partition=0)
    worker = await harness.start()
    await harness.wait_for_acknowledged(BATCH)
    assert await harness.scalar("SELECT count(*) FROM things WHERE value = 'fine' AND applied = 1") == BATCH - 1
    assert await harness.scalar("SELECT count(*) FROM dead_letters") == 1
    await harness.wait_for_empty_outbox()
    (letter,) = await harness.read(harness.dead_letters, partitions=1)
    assert letter.value == bad.value
    # A database takes no NUL in a text.
    assert {name.replace("\0", ""): value for name, value in bad.headers}.items() <= letter.headers.items()
    assert reason in letter.headers["dead-letter-reason"].decode()
    assert letter.headers["dead-letter-offset"] == b"200"
    await harness.send([raw_message("good-0", "later", 2)], partition=0)
    await harness.wait_for("SELECT value = 'later' FROM things WHERE id = 'good-0'")
    assert await worker.metric("dead_letters_total") == 1


async def test_two_megabytes_on_an_external_topic_are_read_and_fit_among_the_dead_letters(
    harness: WorkerHarness,
) -> None:
    bad = RawMessage("bad", b"{" + b"x" * 2_000_000, HEADERS)
    await harness.send([raw_message("good", "x" * 2_000_000, 1), bad, raw_message("good", "small", 2)], partition=0)
    await harness.start()
    await harness.wait_for_acknowledged(3)
    assert await harness.scalar("SELECT applied FROM things WHERE value = 'small'") == 2
    await harness.wait_for_empty_outbox()
    (letter,) = await harness.read(harness.dead_letters, partitions=1)
    assert letter.value == bad.value


async def test_the_operator_discards_and_replays_and_what_is_parked_follows_in_order(harness: WorkerHarness) -> None:
    sick = [
        raw_message(key, value, number) for key in "ab" for number, value in enumerate(("poison", "two", "three"), 1)
    ]
    await harness.send(sick, partition=0)
    worker = await harness.start()
    await harness.wait_for_acknowledged(len(sick))
    lines = (await harness.operate("dead-letters", "list")).splitlines()
    assert [line.split()[1] for line in lines] == ["waiting", "parked", "parked"] * 2
    first, second = (line.split()[0] for line in lines if "waiting" in line)
    shown = await harness.operate("dead-letters", "show", first)
    assert '"value":"poison"' in shown
    assert "ValueError" in shown
    await harness.operate("dead-letters", "discard", first)
    await harness.wait_for("SELECT value = 'three' AND applied = 2 FROM things WHERE id = 'a'")
    assert await harness.scalar("SELECT applied FROM things WHERE id = 'b'") in (None, 0)
    worker.terminate()
    assert await worker.wait() == 0
    await harness.start(THINGS_POISON="another")
    await harness.operate("dead-letters", "replay", second)
    await harness.wait_for("SELECT value = 'three' AND applied = 3 FROM things WHERE id = 'b'")
    assert await harness.scalar("SELECT count(*) FROM version_regressions") == 0
    assert await harness.operate("dead-letters", "list") == ""
