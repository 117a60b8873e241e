"""The work list of one authority with 30,000 open cases, over HTTP, beside one bare query for a page.

One request at a time goes to one API process. The bare side is asyncpg with the plainest statement that finds a page of
cases with their tilbud: no search, no steps, no token and no JSON. Both take turns.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import text

from chassis.database import Database
from devstack.in_process import migrated_database
from devstack.testing import Stack
from tests.bench.results import Result, percentile
from tests.bench.serving import Client, launch, settings_of, stopping
from web.pagination import encode_cursor

TILBUD, CASES, ELSEWHERE = 12_000, 30_000, 500
TIMES = 60
P95 = 95
START = datetime(2026, 1, 1, tzinfo=UTC)
MIDDLE = START + timedelta(minutes=CASES)
NORD, SYD = "socialtilsyn-nord", "socialtilsyn-syd"
SHAPES = {
    "the most urgent": "",
    "the oldest": "?sort=age",
    "a page in the middle": f"?sort=age&cursor={encode_cursor(MIDDLE, 'case-0')}",
    "awaiting, of high risk": "?state=awaiting&risk=high",
    "trivial": "?risk=trivial",
    "those that nobody works on": "?worked_on=nobody",
    "those of a colleague": "?worked_on=colleague",
    "a name that 25 have": "?q=nr.%2077",
    "a name that nobody has": "?q=findes%20ikke",
    "decided elsewhere": "?decided=elsewhere",
}
SUBJECTS = """
INSERT INTO tilbud (id, kind, known, name, operator_cvr, authority, sequence)
SELECT 'CRV-' || n, 'tilbud', true, 'Bostedet nr. ' || n, '99000015', CAST(:nord AS text), 1
FROM generate_series(1, CAST(:tilbud AS int)) n
"""
# Every fourth waits for corrections; risks and choices are spread, and the last 500 are decided elsewhere.
ROWS = """
INSERT INTO cases (id, kind, tilbud_id, state, number, revision, authority, explanation, initial, submitted_at,
    opened_at, version, risk, assessment, last_choice)
SELECT 'case-' || n, 'tilbud', 'CRV-' || (n % CAST(:tilbud AS int) + 1),
    CASE WHEN n % 4 = 0 THEN 'returned' ELSE 'awaiting' END,
    n, 1, CASE WHEN n <= CAST(:own AS int) THEN CAST(:nord AS text) ELSE :syd END,
    'Tilbuddet ligger i Aalborg Kommune.', false, CAST(:start AS timestamptz) + n * interval '2 minutes',
    now(), 0, n % 5 - 1,
    '{"reasons": ["money", "leader"], "trivial": false, "changed": ["Takst", "Lederens navn"], "sanctions": []}',
    CASE WHEN n % 3 = 0 THEN jsonb '{"by": {"sub": "x", "name": "Nanna", "org_name": "N"}, "at": "2026-11-01T10:00Z"}'
    END
FROM generate_series(1, CAST(:all AS int)) n
"""
STEPS = """
INSERT INTO case_steps (case_id, step, position, version)
SELECT cases.id, step, position, 0 FROM cases,
    unnest(ARRAY['contact', 'budget', 'places/a', 'places/b']) WITH ORDINALITY AS steps (step, position)
"""
BARE = """
SELECT cases.*, tilbud.name FROM cases JOIN tilbud ON (tilbud.kind, tilbud.id) = (cases.kind, cases.tilbud_id)
WHERE cases.authority = $1 AND cases.state IN ('awaiting', 'returned') ORDER BY cases.submitted_at, cases.id LIMIT 26
"""

Once = Callable[[], Awaitable[Any]]


async def measure_work_list(stack: Stack, folder: Path) -> list[Result]:
    """Measure the p95 of each way to ask for a page."""
    url = stack.postgres.create_database("work_list")
    async with migrated_database(url, "approval") as database:
        await _fill(database)
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        api = launch("approval", "app", settings_of(stack, url), folder)
        with stopping([api]):
            await api.ready()
            headers = {"Authorization": f"Bearer {stack.identity.token('officer-nord-a')}"}
            began = api.cpu_seconds()
            async with Client(api.port) as client:
                found = [await _compare(client, headers, connection, what, query) for what, query in SHAPES.items()]
            used = (api.cpu_seconds() - began) * 1000 / (len(SHAPES) * TIMES)
        await connection.close()
    return [*found, Result("  processor time of the API, a request on average", used, 0, "ms", "–")]


async def _fill(database: Database) -> None:
    sizes = {"tilbud": TILBUD, "own": CASES, "all": CASES + ELSEWHERE, "nord": NORD, "syd": SYD, "start": START}
    async with database.begin() as session:
        for statement in (SUBJECTS, ROWS, STEPS):
            used = {name: value for name, value in sizes.items() if f":{name}" in statement}
            await session.execute(text(statement), used)
        await session.execute(text("ANALYZE"))


async def _compare(client: Client, headers: dict[str, str], connection: Any, what: str, query: str) -> Result:
    async def request() -> None:
        reply = await client.call("GET", f"/v1/work-list{query}", headers)
        assert reply.status == 200, reply.body

    async def bare() -> None:
        await connection.fetch(BARE, NORD)

    ours, its = [], []
    for _ in range(TIMES):
        ours.append(await milliseconds(request))
        its.append(await milliseconds(bare))
    return Result(f"work list, {CASES:,} cases: {what}", percentile(ours, P95), percentile(its, P95), "ms", "< 150 ms")


async def milliseconds(once: Once) -> float:
    began = time.perf_counter()
    await once()
    return (time.perf_counter() - began) * 1000
