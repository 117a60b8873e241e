"""The consume path on a real database: once, in order, and one bad message alone."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from chassis import consume, dead_letters
from chassis import database as database_module
from chassis.consume import Consumer, DatabaseUnavailable
from chassis.database import SERVER_SETTINGS, Database
from chassis.outbox import decode_headers, emit
from chassis.subscriptions import Record, Subscription, lock_nothing
from devstack.in_process import Topic, deliver, record_of
from operations.dead_letters import open_letters
from tests.support.things import THINGS, TOPIC, Thing, ThingChanged, on_changed

SOURCE = "/services/elsewhere"


def changed(thing: str, value: str, sequence: int, offset: int = 0) -> Record:
    return record_of(ThingChanged(thing_id=thing, value=value), source=SOURCE, sequence=sequence, offset=offset)


async def test_a_message_is_applied_once_however_often_it_comes(database: Database, scalar: Any) -> None:
    record = changed("a", "first", 1)
    await deliver(database, THINGS, record, record)
    await deliver(database, THINGS, record)
    assert await scalar("SELECT applied FROM things WHERE id = 'a'") == 1


async def test_an_older_message_never_brings_an_older_value_back(database: Database, scalar: Any) -> None:
    await deliver(database, THINGS, changed("a", "second", 2), changed("a", "first", 1))
    assert await scalar("SELECT value FROM things WHERE id = 'a'") == "second"


async def test_one_bad_message_in_a_batch_is_a_dead_letter_alone(database: Database, scalar: Any) -> None:
    good = [changed(f"good-{n}", "fine", 1, offset=n) for n in range(50)]
    await deliver(database, THINGS, *good[:25], changed("bad", "poison", 1, offset=99), *good[25:])
    assert await scalar("SELECT count(*) FROM things WHERE value = 'fine'") == 50
    assert await scalar("SELECT count(*) FROM dead_letters") == 1
    assert await scalar("SELECT \"offset\" FROM dead_letters WHERE key = 'bad'") == 99


@pytest.mark.parametrize(
    ("value", "headers", "reason"),
    [
        (b"{not json", None, "does not fit"),
        (None, None, "null value"),
        (b"{}", None, "thing_id"),
        (b"{}", [], "ce"),
        (b"\xff\xfe", None, "does not fit"),
    ],
)
async def test_what_cannot_be_read_keeps_its_bytes_and_says_why(
    database: Database, value: bytes | None, headers: list[tuple[str, bytes]] | None, reason: str
) -> None:
    record = changed("a", "x", 1)
    broken = Record(TOPIC, 0, 7, "a", record.headers if headers is None else headers, value)
    await deliver(database, THINGS, broken)
    async with database.read() as session:
        letters = await open_letters(session)
    assert [letter.record.value for letter in letters] == [value]
    assert list(letters[0].record.headers) == list(broken.headers)
    assert reason in letters[0].reason or "CloudEvents" in letters[0].reason


@pytest.mark.parametrize(
    "identifier", ["a\0b", "x" * 2_001, "x" * 1_999, "half \ud800", "".join(map(chr, range(0x4E00, 0x5200)))]
)
async def test_an_id_that_cannot_be_kept_is_a_dead_letter_alone(
    database: Database, scalar: Any, identifier: str
) -> None:
    record = changed("a", "x", 1)
    raw = identifier.encode(errors="surrogatepass")
    headers = [(name, raw if name == "ce_id" else value) for name, value in record.headers]
    await deliver(database, THINGS, Record(TOPIC, 0, 7, "a", headers, record.value), changed("b", "x", 1))
    assert await scalar("SELECT string_agg(key, ',') FROM dead_letters") == "a"
    assert await scalar("SELECT string_agg(id, ',') FROM things") == "b"


async def test_an_unknown_type_is_a_dead_letter_and_a_known_one_is_not(database: Database, scalar: Any) -> None:
    record = changed("a", "x", 1)
    headers = [(name, b"test.other.v1" if name == "ce_type" else raw) for name, raw in record.headers]
    other = Record(TOPIC, 0, 1, "a", headers, record.value)
    wider = Topic(TOPIC, THINGS.known_types | {"test.other.v1"})
    ignoring = Subscription("things.ignoring", (wider,), lock=lock_nothing, on=THINGS.on)
    await deliver(database, ignoring, other)
    assert await scalar("SELECT count(*) FROM dead_letters") == 0
    await deliver(database, THINGS, other)
    assert await scalar("SELECT count(*) FROM dead_letters") == 1


async def test_later_messages_of_the_key_wait_behind_a_dead_letter_until_it_is_discarded(
    database: Database, scalar: Any
) -> None:
    await deliver(database, THINGS, changed("a", "poison", 1), changed("b", "fine", 1))
    await deliver(database, THINGS, changed("a", "second", 2), changed("a", "third", 3))
    assert await scalar("SELECT value FROM things WHERE id = 'b'") == "fine"
    assert await scalar("SELECT count(*) FROM dead_letters WHERE state = 'parked'") == 2
    consumer = Consumer(THINGS, database, dead_letters_topic="t")
    assert not await consumer.replay_next()
    async with database.begin() as session:
        letter = (await open_letters(session))[0]
        assert await dead_letters.move(session, letter.id, dead_letters.DISCARDED)
    while await consumer.replay_next():
        continue
    assert await scalar("SELECT value FROM things WHERE id = 'a'") == "third"
    assert await scalar("SELECT count(*) FROM dead_letters WHERE settled_at IS NULL") == 0


async def test_where_the_order_does_not_matter_nothing_waits_behind_a_dead_letter(
    database: Database, scalar: Any
) -> None:
    independent = replace(THINGS, order_independent=True)
    await deliver(database, independent, changed("a", "poison", 1))
    await deliver(database, independent, changed("a", "second", 2))
    assert await scalar("SELECT value FROM things WHERE id = 'a'") == "second"
    assert await scalar("SELECT string_agg(state, ',') FROM dead_letters") == "waiting"


async def test_a_replayed_letter_that_fails_again_waits_again(database: Database, scalar: Any) -> None:
    await deliver(database, THINGS, changed("a", "poison", 1))
    async with database.begin() as session:
        assert await dead_letters.move(session, 1, dead_letters.REPLAY)
    consumer = Consumer(THINGS, database, dead_letters_topic="t")
    assert await consumer.replay_next()
    assert await scalar("SELECT state FROM dead_letters WHERE id = 1") == "waiting"


async def test_a_replayed_letter_that_still_cannot_be_read_keeps_its_reason(database: Database, scalar: Any) -> None:
    await deliver(database, THINGS, Record(TOPIC, 0, 1, "a", changed("a", "x", 1).headers, b"no JSON"))
    reason = await scalar("SELECT reason FROM dead_letters WHERE id = 1")
    async with database.begin() as session:
        assert await dead_letters.move(session, 1, dead_letters.REPLAY)
    assert await Consumer(THINGS, database, dead_letters_topic="t").replay_next()
    assert "does not fit" in reason
    assert await scalar("SELECT state || ': ' || reason FROM dead_letters WHERE id = 1") == f"waiting: {reason}"


async def test_the_dead_letter_is_published_with_its_reason(database: Database, scalar: Any) -> None:
    await deliver(database, THINGS, changed("a", "poison", 1, offset=5))
    headers = dict(decode_headers(await scalar("SELECT headers FROM outbox WHERE topic = 'test.dead-letters.v1'")))
    assert headers["dead-letter-reason"] == b"ValueError"
    assert headers["dead-letter-offset"] == b"5"
    value = await scalar("SELECT value FROM outbox WHERE topic = 'test.dead-letters.v1'")
    assert json.loads(value) == {"thing_id": "a", "value": "poison"}


async def test_an_outage_decides_about_no_message() -> None:
    nowhere = Database("postgresql+asyncpg://nobody:x@127.0.0.1:1/none", source="/services/things")
    with pytest.raises(DatabaseUnavailable):
        await deliver(nowhere, THINGS, changed("a", "poison", 1))
    with pytest.raises(DatabaseUnavailable):
        await deliver(nowhere, THINGS, Record(TOPIC, 0, 1, "a", [], b"broken"))
    await nowhere.close()


async def test_a_row_that_others_hold_for_long_is_no_fault_of_the_message(
    database: Database, monkeypatch: pytest.MonkeyPatch, scalar: Any
) -> None:
    monkeypatch.setitem(SERVER_SETTINGS, "lock_timeout", "50ms")
    impatient = Database(database.url, source="/services/things")
    async with database.begin() as session:
        session.add(Thing(id="a"))
        await session.flush()
        with pytest.raises(DatabaseUnavailable):
            await deliver(impatient, THINGS, changed("a", "x", 1))
    await impatient.close()
    assert await scalar("SELECT count(*) FROM dead_letters") == 0
    await deliver(database, THINGS, changed("a", "x", 1))
    assert await scalar("SELECT value FROM things") == "x"


async def test_a_transaction_ends_in_time_with_what_is_done_by_then(
    database: Database, monkeypatch: pytest.MonkeyPatch, scalar: Any
) -> None:
    monkeypatch.setattr(consume, "TRANSACTION_SECONDS", 0)
    records = [changed(f"t{n % 7}", str(n), n + 1, offset=n) for n in range(40)]
    poison = changed("bad", "poison", 1, offset=40)
    behind = [changed("bad", "behind", 2, offset=41), changed("t0", "last", 50, offset=42)]
    await deliver(database, THINGS, *records, *records[:9], poison, *behind, *records)
    assert await scalar("SELECT sum(applied) FROM things") == 41
    assert await scalar("SELECT value FROM things WHERE id = 't0'") == "last"
    assert await scalar("SELECT count(DISTINCT xmin::text) FROM inbox") >= 40
    assert await scalar("SELECT string_agg(state, ',' ORDER BY id) FROM dead_letters") == "waiting,parked"


async def test_what_takes_too_long_is_left_to_the_next_poll(
    database: Database, monkeypatch: pytest.MonkeyPatch, scalar: Any
) -> None:
    monkeypatch.setattr(consume, "TRANSACTION_SECONDS", 0.05)
    monkeypatch.setattr(consume, "HANDLE_SECONDS", 0.1)

    async def slowly(session: Any, event: ThingChanged, envelope: Any) -> None:
        await asyncio.sleep(0.03)
        await on_changed(session, event, envelope)

    subscription = replace(THINGS, on={ThingChanged: slowly})
    consumer = Consumer(subscription, database, dead_letters_topic="t")
    records = [changed(f"t{n}", str(n), 1, offset=n) for n in range(12)]
    done, polls = 0, 0
    while done < len(records):
        polls += 1
        before, done = done, done + await consumer.handle(records[done:])
        assert await scalar("SELECT count(*) FROM inbox") == done > before
    assert polls > 1
    assert await scalar("SELECT count(*) FROM things WHERE applied = 1") == 12


async def test_a_bad_message_is_found_in_few_transactions(database: Database, scalar: Any) -> None:
    records = [changed(f"t{n}", "fine", 1, offset=n) for n in range(256)]
    records[200] = changed("bad", "poison", 1, offset=200)
    await deliver(database, THINGS, *records)
    assert await scalar("SELECT count(*) FROM things WHERE value = 'fine'") == 255
    assert await scalar("SELECT count(DISTINCT xmin::text) FROM inbox") < 25


async def test_after_an_outage_fewer_messages_go_together(database: Database, scalar: Any) -> None:
    sizes: list[int] = []
    fails = 3

    async def lock(session: Any, keys: Any) -> None:
        nonlocal fails
        sizes.append(len(keys))
        fails -= 1
        if fails >= 0:
            raise OSError
        await THINGS.lock(session, keys)

    consumer = Consumer(replace(THINGS, lock=lock), database, dead_letters_topic="t")
    records = [changed(f"t{n}", "fine", 1, offset=n) for n in range(64)]
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable):
            await consumer.handle(records)
    assert await consumer.handle(records) == 64
    assert sizes == [64, 32, 16, 8, 16, 32, 8]
    assert await scalar("SELECT count(*) FROM things WHERE applied = 1") == 64


async def test_a_message_that_outlives_its_connection_is_no_outage(
    database: Database, monkeypatch: pytest.MonkeyPatch, scalar: Any
) -> None:
    """PostgreSQL ends a transaction in which nothing happens for too long."""
    monkeypatch.setitem(SERVER_SETTINGS, "idle_in_transaction_session_timeout", "100ms")
    monkeypatch.setattr(consume, "OVERLONG_SECONDS", 0.2)

    async def too_long(session: Any, event: ThingChanged, envelope: Any) -> None:
        await asyncio.sleep(0.4 if event.value == "long" else 0)
        await on_changed(session, event, envelope)

    impatient = Database(database.url, source="/services/things")
    subscription = replace(THINGS, on={ThingChanged: too_long})
    records = [changed(f"t{n}", "long" if n == 3 else "fine", 1, offset=n) for n in range(8)]
    await deliver(impatient, subscription, *records)
    await impatient.close()
    assert await scalar("SELECT count(*) FROM things WHERE value = 'fine'") == 7
    assert await scalar("SELECT string_agg(key, ',') FROM dead_letters") == "t3"


async def test_unreadable_records_leave_the_others_together(database: Database, scalar: Any) -> None:
    records = [changed(f"t{n}", "fine", 1, offset=n) for n in range(90)]
    for place in (0, 30, 31, 89):
        records[place] = Record(TOPIC, 0, place, f"bad{place}", records[place].headers, b"no JSON")
    await deliver(database, THINGS, *records)
    assert await scalar("SELECT count(*) FROM things WHERE value = 'fine'") == 86
    assert await scalar("SELECT count(*) FROM dead_letters") == 4
    assert await scalar("SELECT count(DISTINCT xmin::text) FROM inbox") <= 12


async def test_what_a_batch_emits_is_written_before_it_takes_much_memory(
    database: Database, monkeypatch: pytest.MonkeyPatch, scalar: Any
) -> None:
    monkeypatch.setattr(database_module, "MAX_DEFERRED_BYTES", 100_000)
    waiting: list[int] = []

    async def emits(session: Any, event: ThingChanged, _: Any) -> None:
        waiting.append(session.info.get("deferred_bytes", 0))
        emit(session, ThingChanged(thing_id=event.thing_id, value="x" * 40_000), aggregate=None)

    subscription = replace(THINGS, on={ThingChanged: emits})
    await deliver(database, subscription, *(changed(f"t{n}", "fine", 1, offset=n) for n in range(20)))
    assert max(waiting) < 150_000
    assert await scalar("SELECT count(*) FROM outbox") == 20
