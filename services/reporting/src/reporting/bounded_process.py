"""What a process has around it that reads one file from anywhere: bounds of the operating system, one JSON answer."""

import json
import resource
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

MIB = 1024 * 1024
MEMORY = 400 * MIB
CPU_SECONDS = 20


class Refused(Exception):
    """The file cannot be used; ``detail`` says in Danish why."""

    def __init__(self, code: str, detail: str, **more: Any) -> None:
        super().__init__(code)
        self.answer = {"code": code, "detail": detail, **more}


def limit() -> None:
    """Bound what this process may take; it can write to no file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def open_nothing_more() -> None:
    """Let this process open neither a file nor a connection from now on; it keeps its own streams."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def answer(
    source: BinaryIO, target: BinaryIO, read: Callable[[bytes], Mapping[str, Any]], *, too_large: Refused
) -> None:
    """Read one file and write what ``read`` says of it; ``too_large`` where it costs more than there is."""
    content = source.read()
    try:
        found = read(content)
    except Refused as refused:
        found = refused.answer
    except (MemoryError, RecursionError):
        found = too_large.answer
    target.write(json.dumps(found).encode())
    target.flush()
