"""One party does its worst at each entrance: what the others meet meanwhile, and whether a removal is public at once.

The bare side is the same request of the same callers before it.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2

from devstack.services import SERVICES
from devstack.system import System
from devstack.testing import Stack
from tests.bench.abuses import ABUSES, COMPLETED, FLOODER, Abuser, being_done
from tests.bench.results import Result, percentile
from tests.bench.serving import resident
from tests.e2e.client import SystemClient, eventually
from tests.e2e.scenario import NORD, example

# As in operation, everybody has a share, whoever does harm too; only the others here and the portal are not counted.
SETTINGS = {"SEED_SIZE": "0", "RATE_LIMIT_EXEMPT": "127.0.0.1"}
SECONDS = 8.0
PAUSE_SECONDS = 0.05
PROCESSES = tuple(part.name for service in SERVICES for part in service.parts)

Probe = Callable[[], Awaitable[object]]


async def measure_fairness(stack: Stack, _: Path) -> list[Result]:
    """Measure the others before and during each abuse of a whole system with the four named tilbud."""
    system = await asyncio.to_thread(stack.new_system, settings=SETTINGS)
    client = SystemClient(system.local)
    abuser = await asyncio.to_thread(_abuser, system, client)
    pids = {name: system.pid(name) for name in PROCESSES}
    async with httpx2.AsyncClient(timeout=60) as http:
        others = _Others(system, client, http)
        results = []
        for name in ABUSES:
            before = await others.times()
            async with being_done(name, abuser):
                during = await others.times()
                removed = await others.removal()
            results += [
                Result(
                    f"{name}: {probe}, p95", percentile(during[probe], 95), percentile(before[probe], 95), "ms", "≤ 2"
                )
                for probe in before
            ]
            results.append(Result(f"{name}: a removal is public after", removed, 0, "s", "≤ 2 s"))
            await others.recovered()
        results.append(_memory(system, pids))
    return results


def _abuser(system: System, client: SystemClient) -> Abuser:
    body = example("create-tilbud") | {"name": "Fremmed vifte"}
    body["address"] |= {"municipality": "0479", "postcode": "5700", "city": "Svendborg"}
    answer = client.call("officer-syd", "POST", "reporting", "/v1/tilbud", body=body, status=201)
    secret = system.credentials["oauth"]["socialtilsyn-syd"]
    data = {"grant_type": "client_credentials", "client_id": "socialtilsyn-syd", "client_secret": secret}
    token = httpx2.post(f"{system.endpoints['identity']}/token", data=data).raise_for_status().json()["access_token"]
    return Abuser(system.endpoints, system.credentials["kafka"][FLOODER], token, str(answer.json()["id"]))


def _memory(system: System, pids: dict[str, int]) -> Result:
    now = {name: system.pid(name) for name in PROCESSES}
    restarted = [name for name in PROCESSES if now[name] != pids[name]]
    largest = max(resident(pid) for pid in now.values() if pid)
    title = f"memory of the largest process afterwards; started anew: {', '.join(restarted) or 'none'}"
    return Result(title, largest, 0, "MB", "≤ 320 MB, none")


class _Others:
    """Those who do nothing wrong."""

    def __init__(self, system: System, client: SystemClient, http: httpx2.AsyncClient) -> None:
        self._client, self._http, self._addresses = client, http, system.endpoints
        self._headers = {"Authorization": f"Bearer {client.token('officer-nord-a')}"}
        self._tilbud = client.get(None, "publication", "/v1/search?q=Solsikken")["items"][0]["tilbud_id"]
        self._version = 0

    async def times(self) -> dict[str, list[float]]:
        """Return how many milliseconds each of their requests took, all of them going on for some seconds."""
        probes: dict[str, Probe] = {
            "search": lambda: self._get("publication", "/v1/search?q=Solsikken"),
            "a page": lambda: self._get("portal", "/soeg?q=Solsikken"),
            "cases of an officer": lambda: self._get("approval", "/v1/cases", self._headers),
            "tilbud of a reporter": lambda: self._get("reporting", "/v1/tilbud", self._headers),
        }
        found = await asyncio.gather(*(_repeated(probe) for probe in probes.values()))
        return dict(zip(probes, found, strict=True))

    async def _get(self, service: str, path: str, headers: dict[str, str] | None = None) -> None:
        (await self._http.get(self._addresses[service] + path, headers=headers)).raise_for_status()

    async def removal(self) -> float:
        """Return the seconds from a negative tilsyn of Socialtilsyn Nord until its tilbud is not public any more."""
        await self._decide("not-approved")
        began = time.monotonic()
        await self._until(410)
        return time.monotonic() - began

    async def recovered(self) -> None:
        """Make the tilbud public again, which shows that everything of before has been worked off too."""
        await self._decide("approved")
        await self._until(200)

    async def _decide(self, decision: str) -> None:
        self._version += 1
        tilsyn: dict[str, Any] = {
            "tilsyn_id": f"fair-{self._version}",
            "tilbud_id": self._tilbud,
            "version": 1,
            "kind": "announced",
            "visited_on": time.strftime("%Y-%m-%d"),
            "decided_on": time.strftime("%Y-%m-%d"),
            "decision": decision,
            "conclusion": "Set på stedet.",
        }
        about = {"ce_specversion": "1.0", "ce_id": tilsyn["tilsyn_id"], "ce_source": "urn:nord", "ce_type": COMPLETED}
        value, topic = json.dumps(tilsyn).encode(), f"external.tilsyn.{NORD}.v1"
        await asyncio.to_thread(self._client.publish, NORD, topic, self._tilbud, about, value)

    async def _until(self, status: int) -> None:
        path = f"{self._addresses['publication']}/v1/tilbud/{self._tilbud}"

        def has_it() -> bool:
            return httpx2.get(path, timeout=60).status_code == status

        await asyncio.to_thread(eventually, has_it, f"{path} with {status}", 240)


async def _repeated(probe: Probe) -> list[float]:
    times = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        began = time.perf_counter()
        await probe()
        times.append((time.perf_counter() - began) * 1_000)
        await asyncio.sleep(PAUSE_SECONDS)
    return times
