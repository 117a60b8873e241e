"""The feed: gap-free, never behind what was served, and the same as the dump."""

import asyncio
import json
import time
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from chassis.database import Database
from contracts.events.approval import TilsynDecision
from contracts.events.publication import FeedEntry
from contracts.testing.factories import example_steps, tilsyn_published, vacancies_changed
from devstack.in_process import deliver, emitted, record_of
from publication.app import build
from publication.consumers import subscriptions
from publication.feed.commands import append_pending
from publication.feed.writer import FeedWriter
from services.publication.tests.factories import approved_case, publishing_facts

CASES, TILSYN, REPORTS, _ = subscriptions()


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
    assert [json.loads(row["value"]) for row in rows] == await read_all(client)
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


async def test_nothing_new_is_an_empty_batch_after_the_wait(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(approved_case(), tilsyn_published())
    started = time.perf_counter()
    assert await read_after(client, "1", timeout=200) == []
    assert 0.15 < time.perf_counter() - started < 2
    assert await read_after(client, "999999") == []


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
        {"lasteventid": "1"},
    ],
)
async def test_wrong_parameters_are_refused(client: httpx2.AsyncClient, params: dict[str, Any]) -> None:
    answer = await client.get("/v1/feed", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
