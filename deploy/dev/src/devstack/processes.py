"""Processes that outlive whoever started them, found again through a pid file.

A pid file alone can lie: the pid may have gone to another process since. So a process counts as ours only
when its command line holds the words that we started it with.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# A process that dies is seen at once: this is for a machine with too much to do.
START_SECONDS = 180


class StartError(RuntimeError):
    """Something did not come up; the text says what and where its log is."""


@dataclass(frozen=True)
class Managed:
    """A detached process: its name, the words that its command line must hold, and its files."""

    name: str
    words: tuple[str, ...]
    run: Path
    logs: Path

    @property
    def pid_file(self) -> Path:
        """Return where the pid stands."""
        return self.run / f"{self.name}.pid"

    @property
    def log(self) -> Path:
        """Return where standard output and standard error go."""
        return self.logs / f"{self.name}.log"

    def pid(self) -> int | None:
        """Return the pid when the process runs, else None."""
        try:
            pid = int(self.pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if runs(pid, self.words) else None

    def start(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
    ) -> int:
        """Start the process in a session of its own and return its pid; a running one is left alone."""
        if (pid := self.pid()) is not None:
            return pid
        self.run.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=None if env is None else dict(env),
                cwd=cwd,
                user=user,
                group=None if user is None else user,
                extra_groups=None if user is None else [],
                start_new_session=True,
            )
        self.pid_file.write_text(f"{process.pid}\n")
        # While the kernel swaps in a new program, the command line reads as empty.
        wait_until(lambda: runs(process.pid, self.words) or ended(process.pid), 5, pause=0.01)
        # Without this, the Popen object complains about a child that it is meant to leave running.
        process.returncode = 0
        return process.pid

    def stop(self, *, how: signal.Signals = signal.SIGTERM, patience: float = 25) -> bool:
        """Stop the process, by force after ``patience`` seconds; return whether it ran."""
        pid = self.pid()
        if pid is None:
            self.pid_file.unlink(missing_ok=True)
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        if not wait_until(lambda: has_left(pid, self.words), patience):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            wait_until(lambda: has_left(pid, self.words), 5)
        self.pid_file.unlink(missing_ok=True)
        return True

    def wait_ready(self, ready: Callable[[], bool], patience: float = START_SECONDS) -> None:
        """Wait until ``ready`` says so; StartError when the process dies first or time is up."""
        pid = int(self.pid_file.read_text())
        wait_until(lambda: ended(pid) or ready(), patience)
        if not ended(pid) and ready():
            return
        why = "has ended" if ended(pid) else f"is not ready after {patience:.0f} s"
        raise StartError(f"{self.name} {why}. {tail(self.log)}\nIts log is {self.log}")


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log, to stand below an error."""
    with suppress(OSError):
        return "It said last:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    return "It said nothing."


def command_line(pid: int) -> list[str]:
    """Return the words that process ``pid`` was started with; empty when it is gone or a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def runs(pid: int, words: Sequence[str]) -> bool:
    """Return whether ``pid`` runs and was started with all of ``words``."""
    _reap(pid)
    line = command_line(pid)
    return bool(line) and all(word in line for word in words)


def has_left(pid: int, words: Sequence[str]) -> bool:
    """Return whether ``pid`` runs no more and has let go of its ports.

    A process that is ending loses its command line first and closes its files then.
    """
    return not runs(pid, words) and (command_line(pid) != [""] or ended(pid))


def ended(pid: int) -> bool:
    """Return whether no process has this pid, or only one that ended and waits to be reaped."""
    _reap(pid)
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def _reap(pid: int) -> None:
    # A child of ours that ended would stay a zombie, and its pid would never be free.
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def works_in(folder: Path) -> bool:
    """Return whether any process that we may see has ``folder`` as its working directory."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if link.readlink() == folder:
                return True
    return False


def memory(pid: int) -> int:
    """Return the proportional share of memory of ``pid`` and its children in bytes; 0 when it is gone."""
    return _own_memory(pid) + sum(memory(child) for child in _children(pid))


def _own_memory(pid: int) -> int:
    for name in ("smaps_rollup", "status"):
        with suppress(OSError, StopIteration):
            text = Path(f"/proc/{pid}/{name}").read_text()
            line = next(line for line in text.splitlines() if line.startswith(("Pss:", "VmRSS:")))
            return int(line.split()[1]) * 1024
    return 0


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def wait_until(condition: Callable[[], bool], patience: float, *, pause: float = 0.05) -> bool:
    """Ask ``condition`` every ``pause`` seconds until it holds or ``patience`` seconds are over."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True
