"""Clients that take their time, on a real socket: each is given up after a while, and nobody else waits for it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from chassis import http_server
from chassis.database import Database
from chassis.http_server import TimedProtocol
from chassis.library_internals import serve_without_signals
from tests.support.things import PROBLEMS, ThingsSettings
from web import request_bodies
from web.app import create_app
from web.auth import public, signed_in

SECONDS = 0.4
HALF_HEAD = b"GET /open HTTP/1.1\r\nHost: x\r\nX-Slow: "


class Body(BaseModel):
    value: str


router = APIRouter()
sent: list[int] = []


@router.get("/open", dependencies=[Depends(public)])
async def open_route() -> dict[str, bool]:
    return {"open": True}


@router.post("/open", dependencies=[Depends(public)])
async def open_command(body: Body) -> Body:
    return body


@router.post("/closed", dependencies=[Depends(signed_in)])
async def closed_command(body: Body) -> Body:
    return body


@router.get("/dump", dependencies=[Depends(public)])
async def dump() -> StreamingResponse:
    async def lines() -> AsyncIterator[bytes]:
        for number in range(2_000):
            sent.append(number)
            yield b"x" * 16_384

    return StreamingResponse(lines(), media_type="application/x-ndjson")


@pytest.fixture
async def address(database: Database, identity: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, int]]:
    """Host and port of a server whose patience is short."""
    for module, name in ((http_server, "HEAD"), (http_server, "WRITE"), (request_bodies, "IDLE")):
        monkeypatch.setattr(module, f"{name}_SECONDS", SECONDS)
    settings = ThingsSettings(
        environment="development", database_url=database.url, kafka_bootstrap="none", identity_issuer=identity.issuer
    )
    app = create_app(settings, title="Things", routers=[router], problems=PROBLEMS, database=database)
    place = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, http=TimedProtocol, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    running = asyncio.create_task(serve_without_signals(server, place))
    yield place.getsockname()
    server.should_exit = True
    await running


async def answer_of(reader: asyncio.StreamReader) -> bytes:
    """Return everything that comes until the server closes; a connection that it breaks off ends as well."""
    found = b""
    try:
        async with asyncio.timeout(5):
            while chunk := await reader.read(65_536):
                found += chunk
    except ConnectionResetError:
        pass
    return found


def received(connection: socket.socket) -> int:
    """Return how many bytes there are up to the end, which may be that the connection was broken off."""
    count = 0
    connection.settimeout(2)
    try:
        while chunk := connection.recv(65_536):
            count += len(chunk)
    except ConnectionResetError:
        return count
    return count


def post(path: str, length: int, more: str = "") -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n"
    )
    return head.encode()


async def test_a_head_that_does_not_end_is_given_up(address: tuple[str, int]) -> None:
    for beginning in (b"", b"G", HALF_HEAD):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(beginning)
        assert await answer_of(reader) == b""
        writer.close()


async def test_a_head_that_comes_in_drops_is_given_up(address: tuple[str, int]) -> None:
    reader, writer = await asyncio.open_connection(*address)
    answering = asyncio.create_task(answer_of(reader))
    writer.write(HALF_HEAD)
    for _ in range(20):
        await asyncio.sleep(SECONDS / 5)
        writer.write(b"a")
    assert answering.done()
    writer.close()


async def test_a_second_head_on_a_connection_is_waited_for_as_long_as_the_first(address: tuple[str, int]) -> None:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"GET /open HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b'"open":true' in await reader.read(4_096)
    writer.write(HALF_HEAD)
    assert await answer_of(reader) == b""
    writer.close()


async def test_a_body_that_does_not_end_is_answered_408(address: tuple[str, int]) -> None:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(post("/open", 1_000) + b'{"value": "')
    answer = await answer_of(reader)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer
    writer.close()


async def test_nothing_of_a_body_is_waited_for_when_nobody_is_signed_in(address: tuple[str, int]) -> None:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(post("/closed", 1_000_000))
    assert (await reader.read(4_096)).startswith(b"HTTP/1.1 401 ")
    writer.close()


async def test_a_client_that_asks_first_is_told_to_go_on_only_when_it_may(address: tuple[str, int]) -> None:
    for path, first in (("/open", b"HTTP/1.1 100 "), ("/closed", b"HTTP/1.1 401 ")):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(post(path, 14, "Expect: 100-continue\r\n"))
        assert (await reader.read(4_096)).startswith(first)
        writer.close()


async def test_who_does_not_read_its_answer_is_given_up(address: tuple[str, int]) -> None:
    sent.clear()
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        await asyncio.to_thread(slow.connect, address)
        slow.sendall(b"GET /dump HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(SECONDS / 2)
        assert 0 < len(sent) < 2_000
        await asyncio.sleep(SECONDS * 3)
        assert await asyncio.to_thread(received, slow) < 2_000 * 16_384


async def test_bodies_that_never_end_take_a_bounded_memory(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_bodies, "HELD_BYTES", 4_000_000)
    monkeypatch.setattr(request_bodies, "IDLE_SECONDS", 2)

    async def begin() -> bytes:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(post("/open", 1_500_000) + b" " * 1_400_000)
        answer = await answer_of(reader)
        writer.close()
        return answer[:12]

    answers = await asyncio.gather(*(begin() for _ in range(6)))
    assert answers.count(b"HTTP/1.1 503") >= 4
    assert set(answers) <= {b"HTTP/1.1 503", b"HTTP/1.1 408"}
    async with httpx2.AsyncClient() as client:
        answer = await client.post(f"http://{address[0]}:{address[1]}/open", json={"value": "x"})
        assert answer.status_code == 200


async def test_hundreds_of_slow_clients_hold_up_nobody(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 10)
    monkeypatch.setattr(request_bodies, "IDLE_SECONDS", 10)

    slow = [await asyncio.open_connection(*address) for _ in range(200)]
    for number, (_, writer) in enumerate(slow):
        writer.write(HALF_HEAD if number % 2 else post("/open", 1_000) + b"{")
        await writer.drain()
    async with httpx2.AsyncClient(base_url=f"http://{address[0]}:{address[1]}") as client:
        answers = [await client.get("/open") for _ in range(60)]
    # They are all answered while every slow one is still waited for.
    assert {each.status_code for each in answers} == {200}
    assert not any(reader.at_eof() for reader, _ in slow)
    for _, writer in slow:
        writer.close()
