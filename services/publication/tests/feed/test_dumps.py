"""The dump is made once for many, and nobody who reads slowly takes the database away from others."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute

from chassis.database import Database
from contracts.testing.factories import vacancies_changed
from publication.app import build
from publication.feed import dumps
from publication.feed.dumps import Dumps
from services.publication.tests.factories import publishing_facts
from web.errors import Unavailable


async def content(dump: dumps.Dump) -> bytes:
    return b"".join([piece async for piece in dump.pieces()])


async def test_it_is_made_once_for_a_position(database: Database, deliver_facts: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    made = Dumps(database)
    first, same = await asyncio.gather(made.newest(), made.newest())
    assert first is same
    await deliver_facts(vacancies_changed("CRV-1"))
    second = await made.newest()
    assert (first.head.sequence, second.head.sequence) == (1, 2)
    assert [json.loads(await content(dump))["version"] for dump in (first, second)] == [1, 2]
    assert second.size == len(await content(second))


async def test_while_too_many_are_read_the_newest_of_them_is_given(database: Database, deliver_facts: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    made = Dumps(database)
    kept = [await made.newest()]
    for version in range(1, 6):
        await deliver_facts(vacancies_changed("CRV-1", version=version, free={"afd-1": version}))
        kept.append(await made.newest())
    assert [dump.head.sequence for dump in kept] == [1, 2, 3, 3, 3, 3]
    del kept[:]
    assert (await made.newest()).head.sequence == 6


async def test_who_reads_too_slowly_keeps_nobody_on_what_is_old(
    database: Database, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    made = Dumps(database)
    kept = [await made.newest()]
    for version in range(1, 4):
        await deliver_facts(vacancies_changed("CRV-1", version=version, free={"afd-1": version}))
        kept.append(await made.newest())
    assert kept[-1].head.sequence == 3
    monkeypatch.setattr(dumps, "OLD_SECONDS", 0.0)
    assert (await made.newest()).head.sequence == 4
    with pytest.raises(ConnectionError):
        await content(kept[0])
    assert await content(kept[2])


async def test_what_is_old_is_given_to_nobody(
    database: Database, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    monkeypatch.setattr(dumps, "MAX_FILES", 1)
    made = Dumps(database)
    first = await made.newest()
    await deliver_facts(vacancies_changed("CRV-1"))
    assert await made.newest() is first
    monkeypatch.setattr(dumps, "OLD_SECONDS", 0.0)
    with pytest.raises(Unavailable):
        await made.newest()


async def test_it_says_how_long_it_is(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1"), *publishing_facts("CRV-2"))
    dump = await client.get("/v1/dump", headers={"Accept-Encoding": "identity"})
    assert int(dump.headers["content-length"]) == len(dump.content)
    assert dump.headers["feed-position"] == "2"


PATHS = [
    *("/v1/search?limit=100", "/v1/tilbud/CRV-1", "/v1/tilbud/CRV-1/changes", "/v1/compare?id=CRV-1&id=CRV-2"),
    *("/v1/rates", "/v1/feed?limit=1000", "/v1/dump", "/v1/open-data/tilbud.csv", "/v1/open-data/tilbud.ndjson"),
]


WITHOUT_DATABASE = {"/v1/code-lists", "/v1/code-lists/{name}", "/v1/open-data/fields"}
FOR_SIGNED_IN = {"/v1/tilbud/CRV-1/publication"}


def test_every_route_that_reads_the_database_is_tried_below(settings: Any, database: Database) -> None:
    routes = [each for router in build(settings, database).routes for each in _routes(router)]
    own = {each.path.replace("{tilbud_id}", "CRV-1") for each in routes if each.path.startswith("/v1/")}
    assert own - {path.partition("?")[0] for path in PATHS} <= WITHOUT_DATABASE | FOR_SIGNED_IN


def _routes(route: Any) -> Iterator[APIRoute]:
    if isinstance(route, APIRoute):
        yield route
    for each in getattr(getattr(route, "router", None), "routes", ()):
        yield from _routes(each)


@pytest.mark.parametrize("path", PATHS)
async def test_who_reads_slowly_holds_no_connection(
    settings: Any, database: Database, deliver_facts: Any, path: str
) -> None:
    await deliver_facts(*publishing_facts("CRV-1"), *publishing_facts("CRV-2"))
    app = build(settings, database)
    address, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": address,
        "raw_path": address.encode(),
        "query_string": query.encode(),
        "headers": [],
        "root_path": "",
        "scheme": "http",
        "server": ("service", 80),
        "client": ("127.0.0.1", 1),
        "http_version": "1.1",
    }
    sending = asyncio.Event()

    requests = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        while not requests:
            await asyncio.sleep(60)
        return requests.pop()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200
        if message.get("body"):
            sending.set()
            await asyncio.Event().wait()

    answering = asyncio.create_task(app(scope, receive, send))
    async with asyncio.timeout(10):
        await sending.wait()
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    answering.cancel()
    await asyncio.wait({answering})
