"""Kills processes of the system with -9 while clients work, and starts them again.

The seed gives who is killed after which attempt. No attempt is made between the one that a kill is due after and the
kill, so that the same seed kills at the same point again.
"""

import asyncio
import time
from dataclasses import dataclass
from random import Random

from contracts.topics import SERVICES
from devstack.system import System
from tests.chaos.history import History

# What one report makes: creation, follow, sixteen steps, twenty decisions and the rest.
ATTEMPTS_PER_REPORT = 46


@dataclass(frozen=True)
class Kill:
    """One process that dies after so many attempts of all clients."""

    after: int
    process: str


def plan_kills(reports: int, rounds: int, seed: int) -> list[Kill]:
    """Return who dies when: in each round every worker once, and in the last of several rounds two APIs."""
    chance = Random(f"kills {seed}")
    names: list[str] = []
    for number in range(rounds):
        apis = ["reporting-api", "approval-api"] if rounds > 1 and number == rounds - 1 else []
        processes = [*(f"{name}-worker" for name in SERVICES), *apis]
        names += chance.sample(processes, len(processes))
    total = reports * ATTEMPTS_PER_REPORT
    points = sorted(chance.sample(range(total // 20, total * 19 // 20), len(names)))
    return [Kill(after, name) for after, name in zip(points, names, strict=True)]


class Nemesis:
    """Lets the clients go on, and holds them where a kill is due."""

    def __init__(self, system: System, kills: list[Kill], history: History) -> None:
        self._system = system
        self._due = list(kills)
        self._history = history
        self._lock = asyncio.Lock()
        self._restart: asyncio.Task[None] | None = None
        self.seconds = 0.0
        self.killed: list[Kill] = []

    async def before_attempt(self) -> None:
        """Return when the next attempt may be made."""
        async with self._lock:
            while self._due and self._history.attempts >= self._due[0].after:
                await self._kill(self._due.pop(0))

    async def finish(self) -> None:
        """Make the kills that are still due and wait until everything runs again."""
        async with self._lock:
            while self._due:
                await self._kill(self._due.pop(0))
            await self._wait_for_restart()

    async def _kill(self, kill: Kill) -> None:
        began = time.monotonic()
        # What is being started is no target: the start would fail, and not what is tested here.
        await self._wait_for_restart()
        await asyncio.to_thread(self._system.kill, kill.process)
        service = kill.process.rpartition("-")[0]
        self._restart = asyncio.create_task(asyncio.to_thread(self._system.up, only=service))
        self.killed.append(kill)
        self.seconds += time.monotonic() - began

    async def _wait_for_restart(self) -> None:
        if self._restart is not None:
            await self._restart
            self._restart = None
