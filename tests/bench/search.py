"""A search request over HTTP against the SQL that it runs, sent through asyncpg."""

import asyncio
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
from results import Result, in_turns, rate
from sqlalchemy import event

from chassis.database import Database
from chassis.testing import api_client, deliver, migrated_database, record_of
from devstack.ports import free_ports
from devstack.testing import Stack
from publication.app import build
from publication.consumers import subscriptions
from publication.feed import append_pending
from publication.settings import PublicationSettings

ROOT = Path(__file__).parents[2]
TILBUD = 100
REQUESTS = 400
AT_ONCE = 8
TARGET = "/v1/search?q=autisme&municipality=0851&sort=name"


async def measure_search(stack: Stack, folder: Path) -> list[Result]:
    """Measure requests a second of one API process, eight at a time, over 100 public tilbud."""
    url = stack.postgres.create_database("publication")
    async with migrated_database(url, "publication") as database:
        await _publish(database)
        statements = await _statements_of_a_request(database, url)
        port = free_ports(1)[0]
        api = _api(url, port, folder)
        pool = await asyncpg.create_pool(url.replace("+asyncpg", ""), min_size=AT_ONCE, max_size=AT_ONCE)
        try:
            await _answers(port)
            ours, bare = await in_turns(lambda: _many(_requests(port)), lambda: _many(_queries(pool, statements)))
        finally:
            api.terminate()
            api.wait()
            await pool.close()
    return [Result(f"search over {TILBUD} tilbud, {AT_ONCE} at once", ours, bare, "requests/s", "≥ 0.5")]


async def _publish(database: Database) -> None:
    sys.path.insert(0, str(ROOT / "services" / "publication" / "tests"))
    from public_facts import case, steps, tilsyn  # noqa: PLC0415  It lies with the service's own tests.

    by_topic = {topic: each for each in subscriptions() for topic in each.topics}
    offsets = itertools.count()
    for number in range(TILBUD):
        tilbud_id = f"BEN-{number:04}"
        for fact in (case(tilbud_id, content=steps(f"Solsikken {number}")), tilsyn(tilbud_id)):
            record = record_of(fact, source="/services/approval", offset=next(offsets))
            await deliver(database, by_topic[fact.topic], record)
    while await append_pending(database):
        continue


async def _statements_of_a_request(database: Database, url: str) -> list[tuple[str, tuple[Any, ...]]]:
    seen: list[tuple[str, tuple[Any, ...]]] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _many: Any) -> None:
        seen.append((statement, tuple(parameters)))

    settings = PublicationSettings(database_url=url, kafka_bootstrap="unused", identity_issuer="http://127.0.0.1:1")
    async with api_client(build(settings, database)) as client:
        answer = await client.get(TARGET)
    assert answer.status_code == 200 and answer.json()["total"] > 0, answer.text  # noqa: PT018
    return seen


def _api(url: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "publication.app"], env=_environment(url, port), cwd=folder)


def _environment(url: str, port: int) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("TP_")}
    return own | {
        "TP_DATABASE_URL": url,
        "TP_KAFKA_BOOTSTRAP": "unused",
        "TP_IDENTITY_ISSUER": "http://127.0.0.1:1",
        "TP_IDENTITY_AUDIENCE": "nobody",
        "TP_HTTP_PORT": str(port),
    }


async def _answers(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            await _requests(port)(1)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return
    raise TimeoutError("the API does not answer")


Some = Callable[[int], Awaitable[None]]


async def _many(some: Some) -> float:
    async def all_of_them() -> None:
        await asyncio.gather(*(some(REQUESTS // AT_ONCE) for _ in range(AT_ONCE)))

    return await rate(REQUESTS, all_of_them)


def _requests(port: int) -> Some:
    wanted = f"GET {TARGET} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()

    async def some(count: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count):
            writer.write(wanted)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert head.startswith(b"http/1.1 200"), head
            await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r")[0]))
        writer.close()

    return some


def _queries(pool: Any, statements: list[tuple[str, tuple[Any, ...]]]) -> Some:
    async def some(count: int) -> None:
        async with pool.acquire() as connection:
            for _ in range(count):
                for statement, parameters in statements:
                    await connection.fetch(statement, *parameters)

    return some
