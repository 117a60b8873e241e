"""Each process alone: how long it takes until it is ready, what it holds in memory then, what it uses at rest.

A bare process of its kind stands beside it. The processor time of the start is what it would take on a machine with
nothing else to do.
"""

import asyncio
import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from devstack.in_process import migrated_database
from devstack.services import SERVICES
from devstack.testing import Stack
from tests.bench.results import Result
from tests.bench.serving import Process, launch, launch_bare, resident, settings_of

TURNS = 2
REST_SECONDS = 5.0
KINDS = ("app", "worker")
NOWHERE = "http://127.0.0.1:1"
OWN = {
    "reporting": {"TP_CPR_KEY": base64.b64encode(bytes(32)).decode()},
    "notification": {"TP_SMTP_HOST": "127.0.0.1", "TP_SMTP_PORT": "1", "TP_MAIL_FROM": "bench@example.org"},
    "portal": {
        **{f"TP_{each.name.upper()}_URL": NOWHERE for each in SERVICES},
        "TP_OIDC_CLIENT_ID": "portal",
        "TP_OIDC_CLIENT_SECRET": "x" * 32,
        "TP_SESSION_KEY": base64.b64encode(bytes(32)).decode(),
        "TP_ASSETS_DIR": str(Path(__file__).parents[2] / "node_modules"),
    },
}


@dataclass(frozen=True)
class ProcessFigures:
    """What was seen of a process: seconds until it was ready, of the clock and of the processor, MB, and ms/s."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    at_rest: float

    def compared_with(self, bare: "ProcessFigures", name: str) -> list[Result]:
        """Return it as rows of the table."""
        return [
            Result(f"{name}: start to ready", self.seconds, bare.seconds, "s", "≤ 3 s"),
            Result("… of the processor", self.cpu_seconds, bare.cpu_seconds, "s", ""),
            Result("… memory at rest", self.megabytes, bare.megabytes, "MB", "≤ 150 MB"),
            Result("… processor at rest", self.at_rest, bare.at_rest, "ms/s", ""),
        ]


async def measure_start(stack: Stack, folder: Path) -> list[Result]:
    """Start each process of the six services alone; the best turn counts."""
    bare = {kind: await _best(_bare(stack, folder, kind)) for kind in KINDS}
    results = []
    for service in SERVICES:
        url = stack.postgres.create_database(service.name, service.extensions)
        async with migrated_database(url, service.name):
            pass
        settings = {**settings_of(stack, url), "TP_PORTAL_URL": NOWHERE, **OWN.get(service.name, {})}
        for kind in KINDS:
            life = await _best(_ours(service.name, kind, settings, folder))
            results += life.compared_with(bare[kind], f"{service.name} {kind}")
    return results


def _ours(service: str, kind: str, settings: Mapping[str, str], folder: Path) -> Callable[[], Process]:
    return lambda: launch(service, kind, settings, folder)


def _bare(stack: Stack, folder: Path, kind: str) -> Callable[[], Process]:
    url = stack.postgres.create_database("bare")
    topic = f"bare-{kind}"
    stack.kafka.create_topics([topic])
    return lambda: launch_bare(kind, stack.kafka.bootstrap, topic, url, folder)


async def _best(start: Callable[[], Process]) -> ProcessFigures:
    lives = [await _life(start) for _ in range(TURNS)]
    return ProcessFigures(*(min(figures) for figures in zip(*(_figures(life) for life in lives), strict=True)))


def _figures(life: ProcessFigures) -> tuple[float, float, float, float]:
    return life.seconds, life.cpu_seconds, life.megabytes, life.at_rest


async def _life(start: Callable[[], Process]) -> ProcessFigures:
    began = time.monotonic()
    process = start()
    try:
        await process.ready()
        seconds, used = time.monotonic() - began, process.cpu_seconds()
        # What a start leaves to do afterwards is no rest yet.
        await asyncio.sleep(1)
        before, since = process.cpu_seconds(), time.monotonic()
        await asyncio.sleep(REST_SECONDS)
        at_rest = 1000 * (process.cpu_seconds() - before) / (time.monotonic() - since)
        return ProcessFigures(seconds, used, resident(process.process.pid), at_rest)
    finally:
        process.stop()
