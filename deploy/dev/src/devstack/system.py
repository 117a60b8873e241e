"""The whole system for a test: what ``make up`` starts, in a folder and on ports of its own."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from devstack.kafka import jars
from devstack.paths import PYTHON, ROOT
from devstack.processes import StartError, ended, wait_until

SHARED_WITH_THE_CHECKOUT = ("deploy", "node_modules")


class System:
    """One running system. ``folder`` holds ``.local`` with everything that ``make up`` writes there.

    ``settings`` are environment variables that all of its processes get.
    """

    def __init__(self, folder: Path, base: int, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TP_")},
            "TP_ROOT": str(folder),
            "TP_KAFKA_LIBS": str(jars()),
            "PORT_BASE": str(base),
            **(settings or {}),
        }
        folder.mkdir(parents=True)
        for name in SHARED_WITH_THE_CHECKOUT:
            (folder / name).symlink_to(ROOT / name)

    @property
    def local(self) -> Path:
        """Return the folder with ``endpoints.json``, ``credentials.json``, logs and pid files."""
        return self.folder / ".local"

    @cached_property
    def endpoints(self) -> dict[str, str]:
        """Return every address by its name."""
        found: dict[str, str] = json.loads((self.local / "endpoints.json").read_text())
        return found

    @cached_property
    def credentials(self) -> dict[str, dict[str, str]]:
        """Return the passwords by group (``kafka``, ``oauth``, ``postgres``) and name."""
        found: dict[str, dict[str, str]] = json.loads((self.local / "credentials.json").read_text())
        return found

    def command(self, *words: str) -> list[str]:
        """Return a command of the development stack."""
        return [PYTHON, "-m", "devstack", *words]

    def up(self, *, only: str = "") -> None:
        """Start whatever does not run; StartError with what was printed when something does not come up."""
        command = self.command("up", *(("--only", only) if only else ()))
        done = subprocess.run(
            command, env=self.environment, cwd=self.folder, text=True, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise StartError(f"{done.stdout}{done.stderr}")

    def pid(self, name: str) -> int:
        """Return the pid of a process, for instance ``approval-worker``, ``kafka`` or ``postgres``."""
        return int((self.local / "run" / f"{name}.pid").read_text())

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a process without warning, and wait until it is gone."""
        pid = self.pid(name)
        os.kill(pid, how)
        wait_until(lambda: ended(pid), 10)

    def log(self, name: str) -> str:
        """Return what a process has written."""
        return (self.local / "log" / f"{name}.log").read_text(errors="replace")
