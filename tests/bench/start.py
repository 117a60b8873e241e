"""How long each process takes from its start until it says that it is ready, beside a bare one of its kind."""

import signal
import time
from pathlib import Path

from results import Result
from serving import Process, launch, launch_bare

from devstack.services import SERVICES, Part
from devstack.system import System
from devstack.testing import Stack

TURNS = 2


async def measure_start(stack: Stack, folder: Path) -> list[Result]:
    """Start each process of the running system anew, alone, while the others go on; the best turn counts."""
    system = stack.system
    bare = {kind: await _best_bare(stack, folder, kind) for kind in ("app", "worker")}
    parts = [part for service in SERVICES for part in service.parts]
    return [
        Result(f"start to ready: {part.name}", await _best(system, part), bare[_kind(part)], "s", "≤ 3 s")
        for part in parts
    ]


def _kind(part: Part) -> str:
    return "app" if part.kind == "api" else "worker"


async def _best(system: System, part: Part) -> float:
    system.kill(part.name, signal.SIGTERM)
    return min([await _turn(launch(part.service, _kind(part), {}, system.folder)) for _ in range(TURNS)])


async def _best_bare(stack: Stack, folder: Path, kind: str) -> float:
    url = stack.postgres.create_database("bare")
    topic = f"bare-{kind}"
    stack.kafka.create_topics([topic])
    return min([await _turn(launch_bare(kind, stack.kafka.bootstrap, topic, url, folder)) for _ in range(TURNS)])


async def _turn(process: Process) -> float:
    began = time.monotonic()
    try:
        await process.ready()
        return time.monotonic() - began
    finally:
        process.stop()
