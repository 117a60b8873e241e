"""What a process says of itself: its health and its metrics, asked from outside."""

import json
import urllib.error
import urllib.request

from devstack.ports import OFFSETS
from devstack.system import System


def port_of(system: System, process: str) -> int:
    """Return the port that a process of the whole system listens on."""
    return int(system.environment["PORT_BASE"]) + OFFSETS[process]


def health(port: int) -> tuple[int, list[str]]:
    """Return the status and the reasons of ``/health/ready``; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=15) as answer:
            return answer.status, json.load(answer)["reasons"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["reasons"]
    except OSError:
        return 0, []


def metric(port: int, name: str) -> float:
    """Return the sum of a metric over its labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=15) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))
