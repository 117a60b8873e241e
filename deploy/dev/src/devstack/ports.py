"""The one table of ports: an offset for each listener, moved as a block by ``PORT_BASE``."""

import os
import random
import socket
from contextlib import suppress
from itertools import islice
from pathlib import Path

from devstack.paths import LOCAL

DEFAULT_BASE = 18000
USED = LOCAL / "port-base"
OFFSETS = {
    "portal": 0,
    "reporting": 1,
    "jurisdiction": 2,
    "approval": 3,
    "publication": 4,
    "notification": 5,
    "identity": 6,
    "mail": 7,
    "smtp": 8,
    "postgres": 9,
    "kafka": 10,
    "kafka_external": 11,
    "kafka_controller": 12,
    "reporting-worker": 21,
    "jurisdiction-worker": 22,
    "approval-worker": 23,
    "publication-worker": 24,
    "notification-worker": 25,
    "portal-worker": 26,
}


def base() -> int:
    """Return the first port of the block: ``PORT_BASE``, else what this checkout used last, else 18000."""
    return int(os.environ.get("PORT_BASE") or used_base() or DEFAULT_BASE)


def used_base() -> int | None:
    """Return the block that this checkout's stack was started on, None when it never was."""
    try:
        return int(USED.read_text())
    except (OSError, ValueError):
        return None


def remember_base() -> None:
    """Keep the block for later commands, so that they need no ``PORT_BASE``."""
    USED.parent.mkdir(parents=True, exist_ok=True)
    USED.write_text(f"{base()}\n")


def port(name: str) -> int:
    """Return the port of the listener called ``name``."""
    return base() + OFFSETS[name]


def answers(number: int) -> bool:
    """Return whether somebody listens on the port on loopback."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", number), timeout=1):
        return True
    return False


def free_ports(count: int) -> list[int]:
    """Return ports that are free now, for servers of a test run.

    A checkout's block lies below 22000, and Linux gives 32768 and up to outgoing connections.
    """
    candidates = random.sample(range(22000, 32000), 1000)
    return list(islice(filter(is_free, candidates), count))


def free_base() -> int:
    """Return the first port of a block in which every port is free now."""
    candidates = random.sample(range(22000, 32000, 50), 200)
    return next(base for base in candidates if all(is_free(base + offset) for offset in OFFSETS.values()))


def is_free(number: int) -> bool:
    """Return whether a server could listen on the port; an outgoing connection may hold it too."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return True
    return False


def owner(number: int) -> str:
    """Return the command line of the process that holds the port, as far as we may see it."""
    wanted = {f"socket:[{inode}]" for inode in _inodes(number)}
    for folder in Path("/proc").glob("[0-9]*/fd"):
        with suppress(OSError):
            if any(str(link.readlink()) in wanted for link in folder.iterdir()):
                words = (folder.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                return f"process {folder.parent.name} ({' '.join(words.split())[:100]})"
    return "another process"


def _inodes(number: int) -> list[str]:
    rows = [line.split() for table in ("tcp", "tcp6") for line in _lines(Path("/proc/net") / table)]
    return [row[9] for row in rows if row[1].endswith(f":{number:04X}")]


def _lines(table: Path) -> list[str]:
    return table.read_text().splitlines()[1:] if table.exists() else []
