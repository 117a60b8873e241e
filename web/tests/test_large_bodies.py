"""Who sends many large bodies at once, or asks much, waits for itself, and not the others."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import APIRouter, Depends, Request

from chassis.database import Database
from devstack.in_process import api_client
from tests.support.things import PROBLEMS, ThingsSettings
from web.app import BODY_LIMIT, create_app
from web.auth import Principal, public, signed_in
from web.request_bodies import RECEIVED_BYTES, SMALL_BYTES, taking_bodies_up_to
from web.turns import one_at_a_time

LARGE = bytes(SMALL_BYTES + 1)
FILE_LIMIT = BODY_LIMIT + 1_000_000
at_work: Counter[str] = Counter()
most_at_once: Counter[str] = Counter()
router = APIRouter()


async def _work(caller: str) -> None:
    at_work[caller] += 1
    most_at_once[caller] = max(most_at_once[caller], at_work[caller])
    await asyncio.sleep(0.02)
    at_work[caller] -= 1


@router.post("/own")
async def own(request: Request, principal: Annotated[Principal, Depends(signed_in)]) -> int:
    await _work(principal.name)
    return len(await request.body())


@router.post("/open", dependencies=[Depends(public)])
async def anybody(request: Request) -> int:
    await _work("anybody")
    return len(await request.body())


@router.get("/costly", dependencies=[Depends(public), Depends(one_at_a_time)])
async def costly() -> None:
    await _work("anybody")


@router.post("/file", dependencies=[Depends(public), Depends(taking_bodies_up_to(FILE_LIMIT))])
async def take_file(request: Request) -> tuple[int, bool]:
    return len(await request.body()), request.state.body_is_cut


@router.post("/form", dependencies=[Depends(public), Depends(taking_bodies_up_to(FILE_LIMIT, is_cut=True))])
async def take_form(request: Request) -> tuple[int, bool]:
    return len(await request.body()), request.state.body_is_cut


@pytest.fixture
async def client(database: Database, identity: Any) -> AsyncIterator[httpx2.AsyncClient]:
    settings = ThingsSettings(
        environment="development", database_url=database.url, kafka_bootstrap="none", identity_issuer=identity.issuer
    )
    app = create_app(settings, title="Things", routers=[router], problems=PROBLEMS, database=database)
    at_work.clear()
    most_at_once.clear()
    async with api_client(app) as opened:
        yield opened


async def _many(client: httpx2.AsyncClient, path: str, content: Any, *headers: dict[str, str]) -> list[int]:
    answers = await asyncio.gather(*(client.post(path, content=content(), headers=each) for each in headers * 4))
    return [answer.status_code for answer in answers]


def _in_pieces() -> Any:
    async def pieces() -> AsyncIterator[bytes]:
        yield LARGE

    return pieces()


@pytest.mark.parametrize("content", [lambda: LARGE, _in_pieces], ids=["announced", "in pieces"])
async def test_each_caller_has_one_large_body_at_work(client: httpx2.AsyncClient, identity: Any, content: Any) -> None:
    callers = [identity.headers(persona) for persona in ("officer-nord-a", "officer-syd")]
    assert await _many(client, "/own", content, *callers) == [200] * 8
    assert sorted(most_at_once.values()) == [1, 1]


async def test_small_bodies_of_a_caller_wait_for_none(client: httpx2.AsyncClient, identity: Any) -> None:
    headers = identity.headers("officer-nord-a")
    assert await _many(client, "/own", lambda: b"x", headers) == [200] * 4
    assert set(most_at_once.values()) == {4}


async def test_those_without_a_token_are_not_taken_for_one(client: httpx2.AsyncClient) -> None:
    assert await _many(client, "/open", lambda: LARGE, {}) == [200] * 4
    assert most_at_once["anybody"] == 4


async def test_a_body_that_is_refused_gives_its_turn_back(client: httpx2.AsyncClient, identity: Any) -> None:
    headers = identity.headers("officer-nord-a") | {"Content-Type": "application/json"}
    assert await _many(client, "/own", lambda: b"[" * (SMALL_BYTES + 1), headers) == [400] * 4
    assert await _many(client, "/own", lambda: b'"%s"' % LARGE.replace(b"\0", b"x"), headers) == [200] * 4


async def test_a_costly_route_is_asked_once_at_a_time_by_each_address(database: Database) -> None:
    settings = ThingsSettings(database_url=database.url, kafka_bootstrap="none", identity_issuer="-")
    app = create_app(settings, title="Things", routers=[router], problems=PROBLEMS, database=database)
    at_work.clear()
    most_at_once.clear()
    addresses = ("198.51.100.1", "198.51.100.2")

    async def ask(address: str) -> int:
        transport = httpx2.ASGITransport(app=app, client=(address, 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://service") as opened:
            return (await opened.get("/costly")).status_code

    assert await asyncio.gather(*(ask(address) for address in addresses * 4)) == [200] * 8
    assert most_at_once["anybody"] == 2


async def test_a_costly_route_has_no_turns_for_who_is_not_counted(client: httpx2.AsyncClient) -> None:
    await asyncio.gather(*(client.get("/costly") for _ in range(4)))
    assert most_at_once["anybody"] == 4


def _pieces(size: int) -> Any:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, size, 1_000_000):
            yield bytes(min(1_000_000, size - start))

    return pieces()


@pytest.mark.parametrize("content", [bytes, _pieces], ids=["announced", "in pieces"])
async def test_a_route_for_files_takes_more_and_one_for_forms_keeps_the_start(
    client: httpx2.AsyncClient, identity: Any, content: Any
) -> None:
    headers = identity.headers("officer-nord-a")

    async def sent(path: str, size: int) -> tuple[int, Any]:
        answer = await client.post(path, content=content(size), headers=headers)
        return answer.status_code, answer.json() if answer.status_code == 200 else None

    assert await sent("/own", BODY_LIMIT + 1) == (413, None)
    assert await sent("/file", FILE_LIMIT) == (200, [FILE_LIMIT, False])
    assert await sent("/file", FILE_LIMIT + 1) == (413, None)
    assert await sent("/form", FILE_LIMIT) == (200, [FILE_LIMIT, False])
    assert await sent("/form", 5 * FILE_LIMIT) == (200, [FILE_LIMIT, True])
    assert await sent("/form", RECEIVED_BYTES + 1) == (413, None)
    # What was held is given back.
    assert await sent("/file", FILE_LIMIT) == (200, [FILE_LIMIT, False])
