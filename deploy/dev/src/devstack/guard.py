"""Clean up behind a test run, however it ends.

The run holds the writing end of a pipe and tells through it what is to be done in the end. When the
pipe closes, because the run ended or was killed, the guard ends processes and removes folders.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

from devstack.processes import runs, wait_until


class Guard:
    """The test run's end of the pipe."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "devstack.guard"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)

    def process(self, pid_file: Path, words: tuple[str, ...]) -> None:
        """Have whatever process ``pid_file`` names at the end, and that holds ``words``, ended."""
        self._tell({"pid_file": str(pid_file), "words": words})

    def command(self, words: list[str], env: dict[str, str]) -> None:
        """Have a command run, before folders are removed."""
        self._tell({"command": words, "env": env})

    def folder(self, path: Path) -> None:
        """Have ``path`` removed."""
        self._tell({"folder": str(path)})

    def _tell(self, what: dict[str, object]) -> None:
        pipe = self._process.stdin
        if pipe is None:
            raise RuntimeError("The guard has no pipe")
        pipe.write(json.dumps(what) + "\n")
        pipe.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def main() -> int:
    """Remember what standard input says, and clean up when it closes."""
    # Control-C is meant for the test run; it reaches this process only when it shares the terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    notes = [json.loads(line) for line in sys.stdin]
    for note in notes:
        if "pid_file" in note:
            _end(Path(note["pid_file"]), tuple(note["words"]))
        if "command" in note:
            subprocess.run(note["command"], env=note["env"], stdout=subprocess.DEVNULL, check=False, timeout=120)
    for note in notes:
        if "folder" in note:
            shutil.rmtree(note["folder"], ignore_errors=True)
    return 0


def _end(pid_file: Path, words: tuple[str, ...]) -> None:
    with suppress(OSError, ValueError):
        pid = int(pid_file.read_text())
        if not runs(pid, words):
            return
        # SIGQUIT stops PostgreSQL with its children at once; a broker's data are thrown away anyway.
        os.kill(pid, signal.SIGQUIT if "postgres" in pid_file.name else signal.SIGKILL)
        wait_until(lambda: not runs(pid, words), 5)


if __name__ == "__main__":
    sys.exit(main())
