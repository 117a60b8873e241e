"""One operator's 500 budgets in one workbook, over HTTP, through an API and a worker of reporting.

The bare side of the upload is the same 500 steps saved one after the other, each read and saved by the same API, as a
program without the upload would. Memory is the most that a process, with the process that reads the workbook, held
above what it held before.
"""

import asyncio
import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from openpyxl import load_workbook
from sqlalchemy import text

from chassis.database import Database
from devstack.in_process import migrated_database
from devstack.testing import Stack
from tests.bench.results import Result, percentile
from tests.bench.serving import Process, launch, resident, settings_of, stopping
from tests.bench.start import OWN

TILBUD = 500
ONE_BY_ONE = 50
ASKED, P95 = 200, 95
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WAIT_SECONDS = 600
ROWS = """
INSERT INTO tilbud (id, name, address, cvr, operator_kind, operator_municipality, primary_legal_basis, legal_bases,
    leader, created_by_authority, created_at, changed_at, authority)
SELECT 'CRV-' || n, 'Bostedet nr. ' || n,
    '{"street": "Vej 1", "postcode": "9000", "city": "Aalborg", "municipality": "0851"}', '99000015', 'municipal',
    '0851', 'botilbud-laengerevarende', '["botilbud-laengerevarende"]',
    '{"name": "L", "email": "l@example.org", "phone": "98000000"}', 'socialtilsyn-nord', now(), now(),
    'socialtilsyn-nord'
FROM generate_series(1, CAST(:count AS int)) n
"""


class Peak:
    """The most megabytes that a process and its children held while it is watched."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._stop = threading.Event()
        self.rest = self.most = self._now()

    def _now(self) -> float:
        tasks = Path(f"/proc/{self._pid}/task").glob("*/children")
        children = [int(pid) for each in tasks for pid in each.read_text().split()]
        found = 0.0
        for pid in (self._pid, *children):
            try:
                found += resident(pid)
            except (OSError, StopIteration):
                continue
        return found

    def watch(self) -> None:
        """Look until it is stopped."""
        while not self._stop.wait(0.02):
            self.most = max(self.most, self._now())

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    @property
    def grown(self) -> float:
        """Return how much more than at rest it was."""
        return self.most - self.rest


@contextmanager
def watching(*processes: Process) -> Iterator[list[Peak]]:
    """Watch processes as long as the block runs."""
    peaks = [Peak(each.process.pid) for each in processes]
    threads = [threading.Thread(target=each.watch) for each in peaks]
    for thread in threads:
        thread.start()
    try:
        yield peaks
    finally:
        for peak in peaks:
            peak.stop()
        for thread in threads:
            thread.join()


async def measure_bulk(stack: Stack, folder: Path) -> list[Result]:
    """Measure the template, the upload until the last row is saved, and what the processes held meanwhile."""
    url = stack.postgres.create_database("bulk")
    async with migrated_database(url, "reporting") as database:
        await _fill(database)
        settings = {**settings_of(stack, url), **OWN["reporting"]}
        processes = [launch("reporting", kind, settings, folder) for kind in ("app", "worker")]
        with stopping(processes):
            for each in processes:
                await each.ready()
            base = f"http://127.0.0.1:{processes[0].port}"
            headers = {"Authorization": f"Bearer {stack.identity.token('reporter-solsikken')}"}
            async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=WAIT_SECONDS) as client:
                return await _measure(client, processes)


async def _fill(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text(ROWS), {"count": TILBUD})
        await session.execute(text("ANALYZE"))


async def _measure(client: httpx2.AsyncClient, processes: list[Process]) -> list[Result]:
    # What is loaded once is not the upload's.
    await client.get("/v1/bulk-template", params={"step": "values"})
    idle = await _answers(client, lambda: False)
    with watching(*processes) as (api, worker):
        began = time.perf_counter()
        template = await client.get("/v1/bulk-template", params={"step": "budget"})
        made = time.perf_counter() - began
        content = _filled(template.raise_for_status().content)
        upload = asyncio.create_task(_upload(client, content))
        meanwhile = await _answers(client, upload.done)
        took = await upload
    one_by_one = await _one_by_one(client)
    return [
        Result(f"template for {TILBUD} tilbud", made, 0, "s", "–"),
        Result(f"upload of {TILBUD} budgets; bare: one by one", took, one_by_one, "s", "< 30 s"),
        Result("p95 of a tilbud meanwhile; bare: at rest", meanwhile, idle, "ms", "<= 2"),
        Result("memory of the API above rest", api.grown, 0, "MB", "< 300 MB"),
        Result("memory of the worker above rest", worker.grown, 0, "MB", "< 300 MB"),
    ]


async def _answers(client: httpx2.AsyncClient, is_over: Callable[[], bool]) -> float:
    """Return the p95 in milliseconds of asking for one tilbud, until something is over."""
    took: list[float] = []
    while len(took) < ASKED and not is_over():
        began = time.perf_counter()
        (await client.get("/v1/tilbud/CRV-1")).raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.02)
    return percentile(took, P95)


def _filled(template: bytes) -> bytes:
    book = load_workbook(io.BytesIO(template))
    sheet = book["Indberetning"]
    for index, cell in enumerate(sheet[2], 1):
        for row in range(3, TILBUD + 3):
            if str(cell.value).endswith("_oere") and not sheet.cell(row, index).protection.locked:
                sheet.cell(row, index).value = 1_000_000 + row
            elif cell.value == "year":
                sheet.cell(row, index).value = 2027
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


async def _upload(client: httpx2.AsyncClient, content: bytes) -> float:
    began = time.perf_counter()
    accepted = await client.post("/v1/bulk-reports", content=content, headers={"Content-Type": XLSX})
    address = accepted.raise_for_status().headers["location"]
    shown: dict[str, Any] = {"state": ""}
    while shown["state"] != "done":
        await asyncio.sleep(0.5)
        shown = (await client.get(address)).json()
    assert {row["outcome"] for row in shown["rows"]} == {"saved"}, shown["rows"][:3]
    return time.perf_counter() - began


async def _one_by_one(client: httpx2.AsyncClient) -> float:
    """Return how long all would take, from some of them."""
    began = time.perf_counter()
    for number in range(1, ONE_BY_ONE + 1):
        path = f"/v1/tilbud/CRV-{number}/draft/steps/budget"
        now = await client.get(path)
        data = {**now.json()["data"], "year": 2028}
        shown = {name: value for name, value in data.items() if not name.endswith("_percent")}
        saved = await client.put(path, json=shown, headers={"If-Match": now.headers["etag"]})
        assert saved.status_code == 200, saved.text
    return (time.perf_counter() - began) * TILBUD / ONE_BY_ONE
