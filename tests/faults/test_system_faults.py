"""Database and broker away under all services: each says so, nothing is dead-lettered, all go on by themselves."""

import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from scale import Scale
from walk.outside import Outside, eventually
from walk.way import example

from devstack.ports import OFFSETS
from devstack.system import System

WORKERS = [name for name in OFFSETS if name.endswith("-worker")]
PATIENCE = 60


def reasons(system: System, worker: str) -> list[str]:
    """Return why a worker is not ready; nothing when it is."""
    base = int(system.environment["PORT_BASE"])
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{base + OFFSETS[worker]}/health/ready", timeout=15) as answer:
            found: list[str] = json.load(answer)["reasons"]
    except urllib.error.HTTPError as error:
        found = json.load(error)["reasons"]
    return found


def metric(system: System, worker: str, name: str) -> float:
    """Return the sum of a worker's metric over its labels."""
    base = int(system.environment["PORT_BASE"])
    with urllib.request.urlopen(f"http://127.0.0.1:{base + OFFSETS[worker]}/metrics", timeout=15) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))


def all_of_them(system: System, holds: Callable[[list[str]], bool]) -> Callable[[], Any]:
    """Return a condition that is true when ``holds`` is true of the reasons of every worker."""
    return lambda: all(holds(reasons(system, worker)) for worker in WORKERS)


@pytest.mark.parametrize(("server", "reason"), [("postgres", "database"), ("kafka", "kafka")])
def test_all_services_wait_for_a_server_and_go_on(
    system: System, outside: Outside, scale: Scale, server: str, reason: str
) -> None:
    pids = {worker: system.pid(worker) for worker in WORKERS}
    system.kill(server)
    try:
        eventually(all_of_them(system, lambda found: reason in found), f"every worker says {reason}", PATIENCE)
        time.sleep(scale.database_away if server == "postgres" else scale.broker_away)
    finally:
        system.up()
    eventually(all_of_them(system, lambda found: found == []), "every worker is ready", PATIENCE)
    assert {worker: system.pid(worker) for worker in WORKERS} == pids
    assert sum(metric(system, worker, "dead_letters_total") for worker in WORKERS) == 0
    leader = f"leder-{secrets.token_hex(4)}@blomsterengen.example"
    body = example("create-tilbud")
    body |= {"name": f"Efter {server} {secrets.token_hex(3)}", "leader": body["leader"] | {"email": leader}}
    outside.call("officer-nord-a", "POST", "reporting", "/v1/tilbud", body=body, status=201)
    eventually(lambda: outside.mails_to(leader), "the mail to the leader of a new tilbud", PATIENCE)
