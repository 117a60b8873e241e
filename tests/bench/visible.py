"""From the commit of an approval until the public sees it, with the real processes of both services.

An outcome is posted to the API of ``approval``. Its moment is that of its commit, as PostgreSQL notes it; the search
shows it from the commit of its public version on, the feed when a reader who waits for it over HTTP has it. The bare
pipeline sends messages of the same size through the same broker into the same server: alone at the same pace, and
beside the fifty outcomes a second, under the same load.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from chassis.ids import uuid7
from contracts.topics import topic
from devstack.in_process import migrated_database
from devstack.testing import Stack
from tests.bench.outcomes import Waiting, open_cases, publish
from tests.bench.pipeline import Pipeline, bare_pipeline
from tests.bench.results import Result, percentile
from tests.bench.serving import OK, Client, Process, lasting, launch, settings_of, stopping
from tests.chaos.topic_reader import read_topic

TILBUD = 200
WARM = 30
AT_REST, PAUSE = 60, 0.15
A_SECOND, SECONDS = 50, 20
UNDER_LOAD = A_SECOND * SECONDS
CALLERS = 16
CASES = topic("approval.cases.v1")
TIMEOUT_SECONDS = 240.0
# What a case of one step is on Kafka.
MESSAGE = json.dumps({"content": "x" * 2_800}).encode()
COMMITS = "SELECT case_id, pg_xact_commit_timestamp(xmin) FROM case_log WHERE act = 'approved'"
VERSIONS = "SELECT record->>'name', pg_xact_commit_timestamp(xmin) FROM public_versions WHERE record IS NOT NULL"

Moments = dict[str, float]
Call = Callable[[Client, Any], Coroutine[Any, Any, None]]


@dataclass
class RunningSystem:
    """The running services and what was seen of the outcomes that were sent, by the name that they make public."""

    stack: Stack
    urls: dict[str, str]
    processes: dict[str, Process]
    token: str
    in_feed: Moments = field(default_factory=dict)

    async def conclude(self, client: Client, case: Waiting) -> None:
        """Send the outcome of one case."""
        headers = {"Authorization": f"Bearer {self.token}", "If-Match": case.etag, "Idempotency-Key": uuid7()}
        reply = await client.call("POST", f"/v1/cases/{case.case_id}/outcome", headers)
        if reply.status != OK:
            raise RuntimeError(reply.body.decode())

    async def follow_feed(self) -> None:
        """Read the feed as a consumer does who wants everything at once."""
        position = await self._end_of_feed()
        async with Client(self.processes["publication API"].port) as client:
            while True:
                reply = await client.call("GET", f"/v1/feed?lastEventId={position}&timeout=30000&limit=1000", {})
                for entry in reply.json():
                    position = int(entry["id"])
                    self.in_feed[entry["data"]["tilbud"]["name"]] = reply.at

    async def _end_of_feed(self) -> int:
        rows = await self._rows("publication", "SELECT max(sequence), 0 FROM feed")
        return int(rows[0][0])

    async def _rows(self, service: str, statement: str) -> list[Any]:
        connection = await asyncpg.connect(self.urls[service])
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()

    async def all_in_feed(self, cases: Sequence[Waiting]) -> None:
        """Wait until the feed has shown all of ``cases``; TimeoutError when one does not come."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not all(case.name in self.in_feed for case in cases):
                await asyncio.sleep(0.05)

    async def moments(self, cases: Sequence[Waiting]) -> dict[str, list[float]]:
        """Return for each case the seconds from its commit to Kafka, to the search and to the feed."""
        committed = {case: moment.timestamp() for case, moment in await self._rows("approval", COMMITS)}
        shown = {name: moment.timestamp() for name, moment in await self._rows("publication", VERSIONS)}
        sent = {json.loads(each.value)["case_id"]: each.timestamp / 1000 for each in await self._events()}
        found: dict[str, list[float]] = {"on Kafka": [], "in the search": [], "in the feed": []}
        for case in cases:
            begin = committed[case.case_id]
            found["on Kafka"].append(sent[case.case_id] - begin)
            found["in the search"].append(shown[case.name] - begin)
            found["in the feed"].append(self.in_feed[case.name] - begin)
        return found

    async def _events(self) -> list[Any]:
        return await read_topic(self.stack.kafka.bootstrap, CASES.name, CASES.partitions)


async def measure_visible(stack: Stack, folder: Path) -> list[Result]:
    """Measure one outcome after the other, and then fifty a second."""
    async with _scene(stack, folder) as (system, cases), bare_pipeline(stack) as bare, bare_pipeline(stack) as beside:
        following = asyncio.create_task(system.follow_feed())
        try:
            await _one_by_one(system, cases[:WARM], 0)
            results = await _at_rest(system, bare, cases[WARM : WARM + AT_REST])
            return results + await _under_load(system, bare, beside, cases[WARM + AT_REST :])
        finally:
            following.cancel()


@asynccontextmanager
async def _scene(stack: Stack, folder: Path) -> AsyncIterator[tuple[RunningSystem, list[Waiting]]]:
    tilbud = [f"BEN-{number:04}" for number in range(TILBUD)]
    async with AsyncExitStack() as context:
        context.enter_context(lasting(stack.postgres, "track_commit_timestamp=on"))
        urls = {service: stack.postgres.create_database(service) for service in ("approval", "publication")}
        async with (
            migrated_database(urls["approval"], "approval") as approval,
            migrated_database(urls["publication"], "publication") as publication,
        ):
            await publish(publication, tilbud)
            cases = await open_cases(approval, tilbud, WARM + AT_REST + UNDER_LOAD)
        processes = [
            launch(service, kind, settings_of(stack, urls[service]), folder)
            for service in urls
            for kind in ("app", "worker")
        ]
        context.enter_context(stopping(processes))
        for process in processes:
            await process.ready()
        plain = {service: url.replace("+asyncpg", "") for service, url in urls.items()}
        token = stack.identity.token("officer-nord-a")
        yield RunningSystem(stack, plain, {each.name: each for each in processes}, token), cases


async def _one_by_one(system: RunningSystem, cases: Sequence[Waiting], pause: float) -> None:
    async with Client(system.processes["approval API"].port) as client:
        for case in cases:
            await system.conclude(client, case)
            await asyncio.sleep(pause)
    await system.all_in_feed(cases)


async def _at_rest(system: RunningSystem, bare: Pipeline, cases: Sequence[Waiting]) -> list[Result]:
    await _one_by_one(system, cases, PAUSE)
    for _ in cases:
        await bare.send(MESSAGE)
        await asyncio.sleep(PAUSE)
    return _compared(await system.moments(cases), await bare.seconds(), "one at a time")


async def _under_load(
    system: RunningSystem, bare: Pipeline, beside: Pipeline, cases: Sequence[Waiting]
) -> list[Result]:
    await _at_pace([bare.send(MESSAGE) for _ in cases])
    alone = await bare.seconds()
    before = {name: process.cpu_seconds() for name, process in system.processes.items()}
    began = time.monotonic()
    async with AsyncExitStack() as context:
        clients: asyncio.Queue[Client] = asyncio.Queue()
        for _ in range(CALLERS):
            clients.put_nowait(await context.enter_async_context(Client(system.processes["approval API"].port)))
        await _at_pace([_both(system, clients, beside, case) for case in cases])
    a_second = len(cases) / (time.monotonic() - began)
    await system.all_in_feed(cases)
    what = f"{a_second:.1f} a second"
    used = {name: process.cpu_seconds() - before[name] for name, process in system.processes.items()}
    return [
        *_compared(await system.moments(cases), alone, what),
        *_compared(await system.moments(cases), await beside.seconds(), f"{what}, bare beside it"),
        *(Result(f"CPU of an outcome: {name}", 1000 * each / len(cases), 0, "ms", "") for name, each in used.items()),
    ]


async def _both(system: RunningSystem, clients: asyncio.Queue[Client], beside: Pipeline, case: Waiting) -> None:
    client = await clients.get()
    await asyncio.gather(system.conclude(client, case), beside.send(MESSAGE))
    clients.put_nowait(client)


async def _at_pace(calls: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Begin one call after the other, each at its moment, whether those before it are done or not."""
    began = time.monotonic()
    running = []
    for place, call in enumerate(calls):
        await asyncio.sleep(max(0, began + place / A_SECOND - time.monotonic()))
        running.append(asyncio.create_task(call))
    await asyncio.gather(*running)


def _compared(ours: dict[str, list[float]], bare: list[float], what: str) -> list[Result]:
    results = []
    for place, seconds in ours.items():
        for share, goal in ((50, ""), (99, "≤ 250 ms, ≤ 2" if place != "on Kafka" else "")):
            mine, its = 1000 * percentile(seconds, share), 1000 * percentile(bare, share)
            results.append(Result(f"visible, {what}: {place}, p{share}", mine, its, "ms", goal))
    return results
