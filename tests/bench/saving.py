"""A reporter's everyday: saving a step, and the list of an operator of 2,000 tilbud, over HTTP to one API process.

The bare side of saving is asyncpg in this process with the least that a save must write: the tilbud locked, the step
found, step and log row written, all in one transaction; no HTTP, no token and no rules. Of a list it is one query
for a page.
"""

import json
import time
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
from sqlalchemy import text

from devstack.in_process import migrated_database
from devstack.testing import Stack
from tests.bench.bulk import ROWS
from tests.bench.results import Result, in_turns, percentile, rate
from tests.bench.serving import Client, Process, launch, settings_of, stopping
from tests.bench.start import OWN
from tests.bench.work_list import milliseconds
from tests.e2e.scenario import example

TILBUD, SAVES, TIMES, P95 = 2_000, 150, 60, 95
LISTS = {
    "the first page": "",
    "a hundred": "?limit=100",
    "a name that 24 have": "?q=nr.%2077",
    "an id": "?q=CRV-1234",
    "a name that nobody has": "?q=findes%20ikke",
}
PAGE = "SELECT * FROM tilbud WHERE cvr = '99000015' ORDER BY name, id LIMIT 51"
UPSERT = """
INSERT INTO draft_steps (draft_id, step, revision, saved_at, saved_by, data) VALUES ($1, 'values', $2, now(), $3, $4)
ON CONFLICT (draft_id, step) DO UPDATE SET data = excluded.data, revision = excluded.revision, saved_at = now()
"""
BARE_DRAFT = """
INSERT INTO drafts (tilbud_id, id, started_at, saved_at, saved_by)
SELECT id, 'bare', now(), now(), '{}' FROM tilbud WHERE id = 'CRV-2'
"""
LOG = "INSERT INTO actions (tilbud_id, what, by, details) VALUES ('CRV-2', 'step-saved', $1, '{\"step\": \"values\"}')"


async def measure_saving(stack: Stack, folder: Path) -> list[Result]:
    """Measure saves a second, and the p95 of a page of the list."""
    url = stack.postgres.create_database("saving")
    async with migrated_database(url, "reporting") as database:
        async with database.begin() as session:
            await session.execute(text(ROWS), {"count": TILBUD})
            await session.execute(text("ANALYZE"))
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute(BARE_DRAFT)
        api = launch("reporting", "app", {**settings_of(stack, url), **OWN["reporting"]}, folder)
        with stopping([api]):
            await api.ready()
            headers = {"Authorization": f"Bearer {stack.identity.token('reporter-solsikken')}"}
            found = await _saves(api, headers, connection)
            async with Client(api.port) as client:
                found += [await _list(client, headers, connection, *each) for each in LISTS.items()]
        await connection.close()
    return found


async def _saves(api: Process, headers: dict[str, str], connection: Any) -> list[Result]:
    base = f"http://127.0.0.1:{api.port}"
    async with httpx2.AsyncClient(base_url=base, headers=headers) as client:
        began = api.cpu_seconds()
        saving = partial(rate, SAVES, partial(_save_ours, client))
        ours, bare = await in_turns(saving, partial(rate, SAVES, partial(_save_bare, connection)))
        used = (api.cpu_seconds() - began) * 1000 / (SAVES * 3)
    return [
        Result("saving a step, one after the other", ours, bare, "/s", ">= 0.3"),
        Result("  processor time of the API, a save", used, 0, "ms", "–"),
        Result("  a save; bare: a bare one", 1000 / ours, 1000 / bare, "ms", "–"),
    ]


async def _save_ours(client: httpx2.AsyncClient) -> None:
    url, body = "/v1/tilbud/CRV-1/draft/steps/values", example("steps/values")
    tag = (await client.get(url)).headers["ETag"]
    for number in range(SAVES):
        saved = await client.put(url, json=body | {"values": f"Nr. {number} {time.time()}"}, headers={"If-Match": tag})
        assert saved.status_code == 200, saved.text
        tag = saved.headers["ETag"]


async def _save_bare(connection: Any) -> None:
    by, body = json.dumps({"sub": "x", "name": "x"}), example("steps/values")
    for number in range(SAVES):
        async with connection.transaction():
            await connection.fetchrow("SELECT * FROM tilbud WHERE id = 'CRV-2' FOR UPDATE")
            await connection.fetchrow("SELECT * FROM draft_steps WHERE draft_id = 'bare' AND step = 'values'")
            await connection.execute(UPSERT, "bare", number, by, json.dumps(body | {"values": f"Nr. {number}"}))
            await connection.execute(LOG, by)


async def _list(client: Client, headers: dict[str, str], connection: Any, what: str, query: str) -> Result:
    async def request() -> None:
        reply = await client.call("GET", f"/v1/tilbud{query}", headers)
        assert reply.status == 200, reply.body

    async def bare() -> None:
        await connection.fetch(PAGE)

    ours, its = [], []
    for _ in range(TIMES):
        ours.append(await milliseconds(request))
        its.append(await milliseconds(bare))
    return Result(f"list of {TILBUD:,} tilbud: {what}", percentile(ours, P95), percentile(its, P95), "ms", "< 150 ms")
