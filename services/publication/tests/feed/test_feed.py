"""The feed: gap-free, never behind what was served, and the same as the dump."""

import asyncio
import json
import time
from typing import Any

import httpx2
import pytest
from sqlalchemy import event, text

from chassis.database import Database
from contracts.events.approval import TilsynDecision
from contracts.events.publication import FeedEntry
from contracts.testing.factories import example_steps, tilsyn_published, vacancies_changed
from devstack.in_process import deliver, emitted, record_of
from publication.app import build
from publication.consumers import subscriptions
from publication.feed import commands, queries
from publication.feed.commands import append_pending
from publication.feed.writer import FeedWriter
from services.publication.tests.factories import approved_case, publishing_facts

CASES, TILSYN, REPORTS, *_ = subscriptions()
NOT_APPROVED = TilsynDecision.NOT_APPROVED


async def read_all(client: httpx2.AsyncClient, limit: int = 7) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    while True:
        position = entries[-1]["id"] if entries else "0"
        batch = (await client.get("/v1/feed", params={"lastEventId": position, "limit": limit})).json()
        if not batch:
            return entries
        entries += batch


async def publish_side_by_side(database: Database, tilbud_id: str, changes: int) -> None:
    """Publish one tilbud and change it again and again, each in a transaction of its own."""
    await deliver(database, CASES, record_of(approved_case(tilbud_id), source="/services/approval"))
    await deliver(database, TILSYN, record_of(tilsyn_published(tilbud_id), source="/services/approval"))
    for version in range(1, changes + 1):
        report = vacancies_changed(tilbud_id, version=version, free={"afd-1": version % 5})
        await deliver(database, REPORTS, record_of(report, source="/services/reporting"))


async def test_many_writers_leave_no_gap(client: httpx2.AsyncClient, database: Database) -> None:
    done = asyncio.Event()
    seen: list[int] = []

    async def append() -> None:
        while not done.is_set() or await append_pending(database):
            await append_pending(database)
            await asyncio.sleep(0)

    async def follow() -> None:
        while not done.is_set():
            batch = (await client.get("/v1/feed", params={"lastEventId": seen[-1] if seen else 0})).json()
            seen.extend(int(entry["id"]) for entry in batch)
            await asyncio.sleep(0.005)

    background = [asyncio.create_task(work) for work in (append(), append(), follow())]
    await asyncio.gather(*(publish_side_by_side(database, f"CRV-{number}", 12) for number in range(6)))
    done.set()
    await asyncio.gather(*background)

    entries = await read_all(client)
    assert [int(entry["id"]) for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) == 6 * 13
    assert seen == list(range(1, len(seen) + 1))
    for number in range(6):
        versions = [e["data"]["tilbud"]["version"] for e in entries if e["subject"] == f"CRV-{number}"]
        assert versions == list(range(1, 14))


async def test_the_feed_from_zero_is_the_dump(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    for number in range(1, 6):
        await deliver_facts(*publishing_facts(f"CRV-{number}"), vacancies_changed(f"CRV-{number}"))
    await deliver_facts(
        tilsyn_published("CRV-3", 2, decision=TilsynDecision.NOT_APPROVED),
        approved_case("CRV-2", 2, {"contact": example_steps("Ny")["contact"]}),
    )

    replayed: dict[str, Any] = {}
    for entry in await read_all(client):
        if entry["method"] == "PUT":
            replayed[entry["subject"]] = entry["data"]["tilbud"]
        else:
            replayed.pop(entry["subject"])
    dump = await client.get("/v1/dump")
    lines = [json.loads(line) for line in dump.text.splitlines()]
    assert {line["id"]: line for line in lines} == replayed
    assert len(lines) == 4
    assert dump.headers["content-type"] == "application/x-ndjson"
    assert await read_after(client, dump.headers["feed-position"]) == []


async def read_after(client: httpx2.AsyncClient, position: str, **params: Any) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (await client.get("/v1/feed", params={"lastEventId": position, **params})).json()
    return entries


async def test_the_dump_shows_only_what_has_its_number(client: httpx2.AsyncClient, database: Database) -> None:
    await deliver(database, CASES, record_of(approved_case(), source="/services/approval"))
    await deliver(database, TILSYN, record_of(tilsyn_published(), source="/services/approval"))
    before = await client.get("/v1/dump")
    assert (before.text, before.headers["feed-position"]) == ("", "0")
    assert await append_pending(database) == 1
    after = await client.get("/v1/dump")
    assert (len(after.text.splitlines()), after.headers["feed-position"]) == (1, "1")


async def test_kafka_gets_the_same_entries(client: httpx2.AsyncClient, deliver_facts: Any, database: Database) -> None:
    await deliver_facts(
        approved_case(),
        tilsyn_published(),
        vacancies_changed(),
        tilsyn_published(number=2, decision=TilsynDecision.NOT_APPROVED),
    )
    rows = [row for row in await emitted(database) if row["topic"] == FeedEntry.topic]
    served = await read_all(client)
    # What was removed is withdrawn from what is served; Kafka has given it by then.
    shown = [json.loads(row["value"]) for row in rows]
    assert shown[-1] == served[-1]["data"] == {"reason": "tilsyn", "changes": [], "tilbud": None}
    assert [data["reason"] for data in shown] == [entry["data"]["reason"] for entry in served]
    assert [data["tilbud"]["version"] for data in shown[:-1]] == [1, 2]
    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert {row["key"] for row in rows} == {"CRV-6324"}


async def test_who_waits_is_woken(client: httpx2.AsyncClient, database: Database) -> None:
    writer = FeedWriter()
    stop = asyncio.Event()

    async def work() -> None:
        while not stop.is_set():
            await writer.run(database)

    working = asyncio.create_task(work())
    await deliver(database, CASES, record_of(approved_case(), source="/services/approval"))
    waiting = [asyncio.create_task(read_after(client, "0", timeout=10_000)) for _ in range(3)]
    await asyncio.sleep(0.3)
    assert not any(task.done() for task in waiting)
    await deliver(database, TILSYN, record_of(tilsyn_published(), source="/services/approval"))
    # Who is not woken would answer after its own ten seconds only.
    answers = await asyncio.wait_for(asyncio.gather(*waiting), 5)
    assert [[entry["id"] for entry in answer] for answer in answers] == [["1"]] * 3
    stop.set()
    await working
    await writer.close()


LISTENING = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%feed_pending%'"


async def test_a_writer_whose_connection_is_lost_listens_again(database: Database) -> None:
    writer = FeedWriter()
    await writer.run(database)
    async with database.begin() as session:
        assert await session.scalar(text(f"SELECT count(pg_terminate_backend(pid)) {LISTENING}")) == 1
    async with asyncio.timeout(10):
        await writer.run(database)
        await writer.run(database)
    async with database.read() as session:
        assert await session.scalar(text(f"SELECT count(*) {LISTENING}")) == 1
    await writer.close()


READERS_LISTENING = LISTENING.replace("%feed_pending%", "%feed%")


async def test_a_reader_whose_connection_is_lost_hears_of_what_comes(
    client: httpx2.AsyncClient, database: Database
) -> None:
    await deliver(database, CASES, record_of(approved_case(), source="/services/approval"))
    waiting = asyncio.create_task(read_after(client, "0", timeout=20_000))
    await asyncio.sleep(0.3)
    async with database.begin() as session:
        assert await session.scalar(text(f"SELECT count(pg_terminate_backend(pid)) {READERS_LISTENING}")) >= 1
    await deliver(database, TILSYN, record_of(tilsyn_published(), source="/services/approval"))
    assert await append_pending(database) == 1
    assert [entry["id"] for entry in await asyncio.wait_for(waiting, 5)] == ["1"]


async def test_nothing_new_is_an_empty_batch_after_the_wait(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(approved_case(), tilsyn_published())
    started = time.perf_counter()
    assert await read_after(client, "1", timeout=200) == []
    assert time.perf_counter() - started > 0.15


@pytest.mark.parametrize("position", ["2", "999999", "9" * 18])
async def test_a_position_that_was_never_given_out_is_gone(
    client: httpx2.AsyncClient, deliver_facts: Any, position: str
) -> None:
    await deliver_facts(approved_case(), tilsyn_published())
    answer = await client.get("/v1/feed", params={"lastEventId": position, "timeout": 20_000})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (410, "feed-position-unknown")
    assert answer.headers["feed-epoch"]


@pytest.mark.parametrize("params", [{}, *({"lastEventId": start} for start in ("", "0", "null", "none", "00"))])
async def test_it_begins_at_the_beginning(client: httpx2.AsyncClient, deliver_facts: Any, params: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    answer = await client.get("/v1/feed", params=params)
    assert [entry["id"] for entry in answer.json()] == ["1"]


async def test_a_batch_that_is_full_may_be_kept_and_another_not(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1"), vacancies_changed("CRV-1"))
    kept = {
        limit: (await client.get("/v1/feed", params={"limit": limit})).headers["cache-control"] for limit in (1, 2, 3)
    }
    full = "public, max-age=31536000, immutable, s-maxage=10, proxy-revalidate"
    assert kept == {1: full, 2: full, 3: "no-store"}


async def test_what_is_removed_is_served_on_by_no_entry(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1"), vacancies_changed("CRV-1"), *publishing_facts("CRV-2"))
    assert "Karen Eksempel" in (await client.get("/v1/feed")).text
    await deliver_facts(*(tilsyn_published(f"CRV-{number}", 2, decision=NOT_APPROVED) for number in (1, 2)))
    answer = await client.get("/v1/feed")
    assert "Karen Eksempel" not in answer.text
    assert "Kornblomstvej" not in answer.text
    entries = answer.json()
    assert [entry["method"] for entry in entries] == ["PUT", "PUT", "PUT", "DELETE", "DELETE"]
    assert {(entry["data"]["tilbud"], tuple(entry["data"]["changes"])) for entry in entries} == {(None, ())}

    await deliver_facts(tilsyn_published("CRV-1", 3))
    *before, again = (await client.get("/v1/feed")).json()
    assert before == entries
    assert again["data"]["tilbud"]["name"] == "Solsikken"


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 1_000])
async def test_a_batch_has_as_many_as_are_asked_for_whatever_its_pieces(
    client: httpx2.AsyncClient, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    await deliver_facts(*publishing_facts("CRV-1"), *(vacancies_changed("CRV-1", version=each) for each in range(5)))
    whole = (await client.get("/v1/feed")).json()
    monkeypatch.setattr(queries, "PIECE", 2)
    for position in range(len(whole)):
        answer = await client.get("/v1/feed", params={"limit": limit, "lastEventId": position})
        assert answer.json() == whole[position : position + limit]
        assert ("immutable" in answer.headers["cache-control"]) == (len(answer.json()) == limit)


async def test_a_restored_history_has_an_epoch_of_its_own(client: httpx2.AsyncClient, database: Database) -> None:
    writer = FeedWriter()
    await writer.run(database)
    await writer.close()
    before = (await client.get("/v1/feed")).headers["feed-epoch"]
    await writer.run(database)
    await writer.close()
    assert (await client.get("/v1/dump")).headers["feed-epoch"] == before
    async with database.begin() as session:
        await session.execute(text("UPDATE feed_head SET history = 'of another server'"))
    await writer.run(database)
    await writer.close()
    after = [(await client.get(path)).headers["feed-epoch"] for path in ("/v1/feed", "/v1/dump")]
    assert after[0] == after[1] != before


async def test_where_the_server_tells_no_history_the_epoch_stays(
    client: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (await client.get("/v1/feed")).headers["feed-epoch"]
    monkeypatch.setattr(commands, "_HISTORY", text("SELECT no_such_function()"))
    writer = FeedWriter()
    await writer.run(database)
    await writer.close()
    assert (await client.get("/v1/feed")).headers["feed-epoch"] == before


async def test_many_who_wait_at_one_position_are_served_by_one_look(
    client: httpx2.AsyncClient, database: Database
) -> None:
    await deliver(database, CASES, record_of(approved_case(), source="/services/approval"))
    waiting = [asyncio.create_task(read_after(client, "0", timeout=20_000)) for _ in range(100)]
    await asyncio.sleep(1)
    asked = 0

    def count(*_: Any) -> None:
        nonlocal asked
        asked += 1

    event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    try:
        await deliver(database, TILSYN, record_of(tilsyn_published(), source="/services/approval"))
        assert await append_pending(database) == 1
        appended = asked
        answers = await asyncio.wait_for(asyncio.gather(*waiting), 10)
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", count)
    assert [[entry["id"] for entry in answer] for answer in answers] == [["1"]] * 100
    assert asked - appended <= 5


async def test_who_goes_away_is_not_waited_for(settings: Any, database: Database) -> None:
    app = build(settings, database)
    gone = asyncio.Event()
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/feed",
        "raw_path": b"/v1/feed",
        "query_string": b"timeout=20000",
        "headers": [],
        "root_path": "",
        "scheme": "http",
        "server": ("service", 80),
        "http_version": "1.1",
    }
    begun = False

    async def receive() -> dict[str, Any]:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    request = asyncio.create_task(app(scope, receive, send))
    await asyncio.sleep(0.2)
    assert not request.done()
    gone.set()
    async with asyncio.timeout(2):
        await request
    assert app.state.feed_notifier.count == 0


@pytest.mark.parametrize(
    "params",
    [
        {"lastEventId": "abc"},
        {"lastEventId": "-1"},
        {"lastEventId": "9" * 30},
        {"limit": 0},
        {"limit": 1001},
        {"timeout": -1},
        {"timeout": 30_001},
        {"lastEventId": "NULL"},
        {"lasteventid": "1"},
    ],
)
async def test_wrong_parameters_are_refused(client: httpx2.AsyncClient, params: dict[str, Any]) -> None:
    answer = await client.get("/v1/feed", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
