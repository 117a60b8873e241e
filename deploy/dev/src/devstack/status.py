"""Tell how the system does: processes, readiness, queues and logs."""

import json
import subprocess
from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from devstack import platform
from devstack.paths import ENDPOINTS, LOGS
from devstack.personas import PERSONAS
from devstack.platform import OK, asked
from devstack.processes import memory
from devstack.services import SERVICES, Part

MEGABYTE = 1024 * 1024
# A metric, or those of its values that stand at one label, and what it is called here.
QUEUES = {
    "outbox_depth": "outbox",
    "outbox_age_seconds": "oldest s",
    "consumer_lag": "lag",
    'dead_letters_open{state="waiting"}': "dead letters",
    'dead_letters_open{state="parked"}': "parked",
    "projection_drift": "drift",
}

console = Console(highlight=False)


def status() -> bool:
    """Print one line for each process and return whether all are ready."""
    table = Table("process", "pid", "MB", "state", "queues", box=None, header_style="bold")
    total, good = 0, True
    for name, pid, state, queues in (*_platform_rows(), *_service_rows()):
        used = memory(pid) if pid else 0
        total += used
        good = good and state == "ready"
        table.add_row(name, str(pid or "-"), str(used // MEGABYTE or "-"), _coloured(state), queues)
    console.print(table)
    console.print(f"{total // MEGABYTE} MB in all")
    return good


def _coloured(state: str) -> str:
    return f"[{'green' if state == 'ready' else 'red'}]{escape(state)}[/]"


Row = tuple[str, int | None, str, str]


def _platform_rows() -> list[Row]:
    rows: list[Row] = []
    for server in platform.components(platform.passwords()).values():
        pid = server.process.pid()
        state = "down" if pid is None else "ready" if server.ready() else "not ready"
        rows.append((server.name, pid, state, ""))
    return rows


def _service_rows() -> list[Row]:
    return [_part_row(part) for service in SERVICES for part in service.parts]


def _part_row(part: Part) -> Row:
    pid = part.process.pid()
    if pid is None:
        return part.name, None, "down", ""
    code, text = asked(part.address)
    return part.name, pid, "ready" if code == OK else _why_not(code, text), _queues(part)


def _why_not(code: int, text: str) -> str:
    if code == 0:
        return f"does not answer: {text}"
    try:
        return "waits for " + ", ".join(json.loads(text)["reasons"])
    except (ValueError, KeyError, TypeError):
        return f"health page says {code}"


def _queues(part: Part) -> str:
    if part.kind != "worker":
        return ""
    code, text = asked(part.address.replace("/health/ready", "/metrics"))
    if code != OK:
        return ""
    found = {label: _highest(name, text.splitlines()) for name, label in QUEUES.items()}
    return "  ".join(f"{label} {value:.0f}" for label, value in found.items() if value) or "empty"


def _highest(name: str, lines: Iterable[str]) -> float | None:
    values = [float(line.split()[-1]) for line in lines if line.startswith((f"{name} ", f"{name}{{"))]
    return max(values, default=None)


def show_addresses() -> None:
    """Print where everything is and whom one can log in as."""
    table = Table("what", "where", box=None, header_style="bold")
    for name, address in json.loads(ENDPOINTS.read_text()).items():
        table.add_row(name, address.split("@")[-1] if name == "postgres" else address)
    console.print(table)
    people = Table("log in as", "name", "who it is", box=None, header_style="bold")
    for persona in PERSONAS.values():
        people.add_row(persona.id, persona.name, persona.description)
    console.print(people)


def follow_logs(name: str | None = None) -> None:
    """Show the end of the logs and what is added, until interrupted."""
    files = sorted(LOGS.glob(f"{name}*.log" if name else "*.log"))
    if not files:
        console.print(f"There is no log of {name} in {LOGS}" if name else f"There are no logs in {LOGS}")
        return
    try:
        subprocess.run(["tail", "-n", "20", "-F", *map(str, files)], check=False)
    except KeyboardInterrupt:
        return
