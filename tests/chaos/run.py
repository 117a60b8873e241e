"""One chaos run: many reports at once while the nemesis kills one worker after the other; then everything is checked.

The seed gives who is killed after which attempt, which client hangs up, and which report is corrected.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import httpx2

from devstack.system import System
from tests.chaos.checker import UNFINISHED, Anomaly, Snapshot, check
from tests.chaos.clients import FOLLOWER, Clients, GaveUp
from tests.chaos.history import History, OperationResult, read_results
from tests.chaos.idle import consumer_lags, wait_until_idle
from tests.chaos.nemesis import Kill, Nemesis, plan_kills
from tests.chaos.snapshot import (
    FEEDS,
    Addresses,
    existing_tilbud,
    feed_entries,
    read_feed,
    record_version_regressions,
    take_snapshot,
)
from tests.chaos.workload import CORRECTED_EVERY, CaseList, ReportWorkload, abandon_creation, expected_effects
from tests.e2e.scenario import NORD

ABANDONED_EVERY = 10


@dataclass
class RunResult:
    """What a run leaves: results of operations, the snapshot, what is wrong, who was killed, where the time went."""

    seed: int
    results: list[OperationResult]
    snapshot: Snapshot
    anomalies: list[Anomaly]
    killed: list[Kill]
    phases: dict[str, float]
    client_seconds: dict[str, float]


class ChaosRun:
    """One run of so many reports and rounds of kills; its clients give up after ``client_seconds``."""

    def __init__(
        self, system: System, folder: Path, *, reports: int, rounds: int, seed: int, client_seconds: float
    ) -> None:
        self._system = system
        self._client_seconds = client_seconds
        self._seed = seed
        self._reports = reports
        self._run_id = f"{time.time_ns() // 1_000_000 % 2**32:08x}"
        self.history = History(folder / "history.jsonl", seed)
        self._nemesis = Nemesis(system, plan_kills(reports, rounds, seed), self.history)
        self._clients = Clients(
            system.endpoints,
            system.credentials["kafka"][NORD],
            self.history,
            self._nemesis.before_attempt,
            client_seconds,
        )
        self._addresses = Addresses.of(system)
        self.phases: dict[str, float] = {}

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.phases[name] = time.monotonic() - began

    async def execute(self) -> RunResult:
        """Do everything and return what came of it."""
        with self._phase("preparing"):
            follower = await self._prepare()
            ignored = await existing_tilbud(self._addresses)
        async with feed_reader(self._system.endpoints["publication"]) as entries:
            with self._phase("clients and kills"):
                problems = await self._run_clients()
            self.phases["  of it held for kills and restarts"] = self._nemesis.seconds
            with self._phase("until idle"):
                await wait_until_idle(self._addresses, self._client_seconds)
        with self._phase("snapshot"):
            snapshot = with_reader(await take_snapshot(self._addresses, ignored), entries)
            lags = await consumer_lags(self._addresses.kafka)
            snapshot = replace(snapshot, unfinished={**snapshot.unfinished, **lags})
        with self._phase("checking"):
            results = read_results(self.history.path.read_text().splitlines())
            effects = {each.operation.id: expected_effects(each.operation, follower) for each in results}
            anomalies = check(results, snapshot, effects)
        anomalies += [Anomaly(UNFINISHED, "clients", problem) for problem in problems]
        killed, client_seconds = self._nemesis.killed, self._clients.seconds
        return RunResult(self._seed, results, snapshot, anomalies, killed, self.phases, client_seconds)

    async def _prepare(self) -> str:
        """Let all versions be watched and return the follower's address."""
        await self._clients.sign_in()
        await wait_until_idle(self._addresses, self._client_seconds)
        await record_version_regressions(self._addresses)

        async def preferences() -> Any:
            return await self._clients.read(FOLLOWER, "notification", "/v1/preferences")

        found = await self._clients.wait_for(preferences, "the follower's address")
        await self._clients.want_no_news_of_vacancies(FOLLOWER, found.headers["etag"])
        return str(found.json()["email"])

    async def _run_clients(self) -> list[str]:
        """Let every client do its work and return what stopped one."""
        cases = CaseList(self._clients)
        background = [asyncio.create_task(cases.poll()), asyncio.create_task(self._clients.stay_signed_in())]
        work = [self._workload(cases, number).run() for number in range(self._reports)]
        chance = Random(f"{self._seed} abandoned")
        work += [
            abandon_creation(self._clients, f"Kaos {self._run_id} opgivet {number:03}", chance)
            for number in range(self._reports // ABANDONED_EVERY)
        ]
        ended = await asyncio.gather(*work, return_exceptions=True)
        for task in background:
            task.cancel()
        await self._nemesis.finish()
        await self._clients.http.aclose()
        self.history.close()
        for error in ended:
            if isinstance(error, BaseException) and not isinstance(error, GaveUp):
                raise error
        return [str(error) for error in ended if error is not None]

    def _workload(self, cases: CaseList, number: int) -> ReportWorkload:
        chance = Random(f"{self._seed} {number}")
        subject = f"Kaos {self._run_id} {number:03}"
        return ReportWorkload(self._clients, cases, subject, chance, corrected=number % CORRECTED_EVERY == 0)


@asynccontextmanager
async def feed_reader(publication: str) -> AsyncIterator[list[Any]]:
    """Read the feed by long polls while the block runs; what was read is in the list."""
    entries: list[Any] = []
    async with httpx2.AsyncClient(base_url=publication, timeout=40) as http:
        entries += await read_feed(http)

        async def follow() -> None:
            while True:
                position = {"lastEventId": entries[-1]["id"] if entries else "0", "timeout": 5, "limit": 1000}
                try:
                    entries.extend((await http.get("/v1/feed", params=position)).raise_for_status().json())
                except httpx2.HTTPError:
                    await asyncio.sleep(0.5)

        reading = asyncio.create_task(follow())
        try:
            yield entries
        finally:
            reading.cancel()
        entries += await read_feed(http, entries[-1]["id"] if entries else "0")


def with_reader(snapshot: Snapshot, entries: list[Any]) -> Snapshot:
    """Add what a reader of the feed got meanwhile; it and Kafka have the same entries as the feed afterwards."""
    name = "feed read during the run"
    streams = {**snapshot.streams, name: feed_entries(entries)}
    ids = {stream: list(dict.fromkeys(entry.id for entry in streams[stream])) for stream in (*FEEDS, name)}
    return replace(snapshot, streams=streams, values={**snapshot.values, ("feed", "all entries"): ids})
