"""A search request over HTTP against the SQL that finds the same, sent through asyncpg.

Both sides have the same two cores and the same rows. The bare side is a client and PostgreSQL, with the statement that
a search in the past runs; ours is a client, one or two API processes with their index, and PostgreSQL. The client of
ours only writes a line and reads bytes, that of the bare side decodes the rows: the processor time of a request is told
for both, since it does not change with what else runs on the machine.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import event, text

from chassis.database import Database
from devstack.in_process import api_client, migrated_database
from devstack.testing import Stack
from publication.app import build
from publication.search.models import SearchRow
from publication.settings import PublicationSettings
from tests.bench.outcomes import publish
from tests.bench.results import Result, in_turns, rate
from tests.bench.serving import Client, Process, launch, settings_of, stopping

TILBUD = 100
COPIES = 19
REQUESTS = 400
AT_ONCE = 8
TARGET = "/v1/search?q=autisme&municipality=0851&sort=name"
WARM = 20

Statements = Sequence[tuple[str, tuple[Any, ...]]]
Some = Callable[[int], Awaitable[None]]


async def measure_search(stack: Stack, folder: Path) -> list[Result]:
    """Measure requests a second, eight at a time, over 100 public tilbud and over 2,000."""
    url = stack.postgres.create_database("publication")
    async with migrated_database(url, "publication") as database:
        await publish(database, [f"BEN-{number:04}" for number in range(TILBUD)])
        statements = await _statements_of_a_request(database, url)
        apis = [launch("publication", "app", settings_of(stack, url), folder) for _ in range(2)]
        pool = await asyncpg.create_pool(url.replace("+asyncpg", ""), min_size=AT_ONCE, max_size=AT_ONCE)
        with stopping(apis):
            for api in apis:
                await api.ready()
            found = await _compare(pool, statements, apis[:1], REQUESTS, f"{TILBUD} tilbud, one API process")
            found += await _compare(pool, statements, apis, REQUESTS, f"{TILBUD} tilbud, two API processes")
            await _multiply(database)
            size = f"{TILBUD * (COPIES + 1):,} tilbud, one API process"
            found += await _compare(pool, statements, apis[:1], REQUESTS // 4, size)
            await pool.close()
    return found


async def _compare(pool: Any, statements: Statements, apis: Sequence[Process], count: int, what: str) -> list[Result]:
    requests, queries = _requests(apis), _queries(pool, statements)
    await asyncio.gather(*(requests(WARM) for _ in range(AT_ONCE)), *(queries(WARM) for _ in range(AT_ONCE)))
    ours, bare = await in_turns(lambda: _many(requests, count), lambda: _many(queries, count))
    used = await _cpu_of(lambda: sum(api.cpu_seconds() for api in apis), requests, count)
    beside = await _cpu_of(time.process_time, queries, count)
    return [
        Result(f"search over {what}, {AT_ONCE} at once", ours, bare, "requests/s", "≥ 0.5"),
        Result("  of it processor time, the API's against asyncpg's client", used, beside, "ms", "–"),
    ]


async def _cpu_of(seconds: Callable[[], float], some: Some, count: int) -> float:
    """Return the milliseconds that one request or query takes of what ``seconds`` counts."""
    before = seconds()
    await _many(some, count)
    return (seconds() - before) * 1000 / count


async def _multiply(database: Database) -> None:
    """Copy every row of the search under other ids: all of them are hits, which no real country would give."""
    copied = [column.name for column in SearchRow.__table__.columns if not (column.primary_key or column.computed)]
    columns = ", ".join(["version", "department_id", *copied])
    async with database.begin() as session:
        rows = f"INSERT INTO search_rows (tilbud_id, {columns}) SELECT tilbud_id || '-' || copy, {columns}"
        await session.execute(text(f"{rows} FROM search_rows, generate_series(1, {COPIES}) copy"))
        await session.execute(text("ANALYZE search_rows"))


async def _statements_of_a_request(database: Database, url: str) -> Statements:
    seen: list[tuple[str, tuple[Any, ...]]] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _many: Any) -> None:
        seen.append((statement, tuple(parameters)))

    settings = PublicationSettings(
        database_url=url,
        kafka_bootstrap="unused",
        identity_issuer="http://127.0.0.1:1",
        identity_audience="tilbudsportalen",
    )
    async with api_client(build(settings, database)) as client:
        answer = await client.get(f"{TARGET}&as_of=2126-01-01")
    assert answer.status_code == 200 and answer.json()["total"] > 0, answer.text  # noqa: PT018
    return tuple(seen)


async def _many(some: Some, count: int) -> float:
    async def all_of_them() -> None:
        await asyncio.gather(*(some(count // AT_ONCE) for _ in range(AT_ONCE)))

    return await rate(count, all_of_them)


def _requests(apis: Sequence[Process]) -> Some:
    turns = itertools.cycle(apis)

    async def some(count: int) -> None:
        async with Client(next(turns).port) as client:
            for _ in range(count):
                reply = await client.call("GET", TARGET, {})
                assert reply.status == 200, reply.body

    return some


def _queries(pool: Any, statements: Statements) -> Some:
    async def some(count: int) -> None:
        async with pool.acquire() as connection:
            for _ in range(count):
                for statement, parameters in statements:
                    await connection.fetch(statement, *parameters)

    return some
