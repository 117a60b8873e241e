"""The whole system on ports and in a folder of its own, for the tests that walk through all of it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devstack.guard import Guard
from devstack.paths import ROOT
from devstack.ports import OFFSETS, answers

SERVICES = ("reporting", "jurisdiction", "approval", "publication", "notification", "portal")
UP_SECONDS = 300


@dataclass(frozen=True)
class System:
    """A running system; ``folder`` has its addresses and passwords as ``.local`` has in a checkout."""

    root: Path
    environment: dict[str, str]

    @property
    def folder(self) -> Path:
        """Return where its addresses, logs and process ids are."""
        return self.root / ".local"

    def up(self) -> None:
        """Start what does not run; AssertionError with the output when something does not come up."""
        self._devstack("up")

    def kill(self, name: str) -> None:
        """End a process such as ``approval-worker`` with SIGKILL."""
        os.kill(int((self.folder / "run" / f"{name}.pid").read_text()), signal.SIGKILL)

    def log(self, name: str) -> str:
        """Return what a process has logged."""
        return (self.folder / "log" / f"{name}.log").read_text(errors="replace")

    def clean(self) -> None:
        """Stop everything and remove its data."""
        self._devstack("clean")

    def _devstack(self, command: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "devstack", command],
            env=self.environment,
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=UP_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"devstack {command} failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")


@contextmanager
def running_system(*, seed_size: int) -> Iterator[System]:
    """Start a system with ``seed_size`` generated tilbud, and remove it afterwards, however the run ends."""
    # The database server runs as another user and has to be able to enter.
    root = Path(tempfile.mkdtemp(prefix="tilbudsportalen-"))
    root.chmod(0o755)
    for name in ("deploy", "node_modules", "contracts"):
        (root / name).symlink_to(ROOT / name)
    environment = os.environ | {
        "TP_ROOT": str(root),
        "TP_KAFKA_LIBS": str(ROOT / ".local" / "kafka" / "libs"),
        "PORT_BASE": str(_free_block()),
        "TP_SEED_SIZE": str(seed_size),
    }
    system = System(root, environment)
    with Guard() as guard:
        for name, words in _processes():
            guard.process(system.folder / "run" / f"{name}.pid", words)
        guard.folder(root)
        try:
            system.up()
            yield system
        finally:
            system.clean()
            shutil.rmtree(root, ignore_errors=True)


def _processes() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from ((name, (name,)) for name in ("postgres", "kafka", "identity", "mail"))
    for service in SERVICES:
        yield f"{service}-api", (f"{service}.app",)
        yield f"{service}-worker", (f"{service}.worker",)


def _free_block() -> int:
    for base in range(40_000, 60_000, 100):
        if not any(answers(base + offset) for offset in OFFSETS.values()):
            return base
    raise RuntimeError("no free block of ports")
