"""Database and broker away under all services: each says so, nothing is dead-lettered, all go on by themselves."""

import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest

from devstack.ports import OFFSETS
from devstack.system import System
from tests.chaos.health import health, metric, port_of
from tests.chaos.scale import Scale
from tests.e2e.client import SystemClient, eventually
from tests.e2e.scenario import example

WORKERS = [name for name in OFFSETS if name.endswith("-worker")]
TIMEOUT_SECONDS = 60


def all_of_them(system: System, holds: Callable[[tuple[int, list[str]]], bool]) -> Callable[[], Any]:
    """Return a condition that is true when ``holds`` is true of the health of every worker."""
    return lambda: all(holds(health(port_of(system, worker))) for worker in WORKERS)


@pytest.mark.parametrize(("server", "reason"), [("postgres", "database"), ("kafka", "kafka")])
def test_all_services_wait_for_a_server_and_go_on(
    system: System, client: SystemClient, scale: Scale, server: str, reason: str
) -> None:
    pids = {worker: system.pid(worker) for worker in WORKERS}
    system.kill(server)
    try:
        eventually(
            all_of_them(system, lambda found: reason in found[1]), f"every worker says {reason}", TIMEOUT_SECONDS
        )
        time.sleep(scale.database_away if server == "postgres" else scale.broker_away)
    finally:
        system.up()
    eventually(all_of_them(system, lambda found: found == (200, [])), "every worker is ready", TIMEOUT_SECONDS)
    assert {worker: system.pid(worker) for worker in WORKERS} == pids
    assert sum(metric(port_of(system, worker), "dead_letters_total") for worker in WORKERS) == 0
    leader = f"leder-{secrets.token_hex(4)}@blomsterengen.example"
    body = example("create-tilbud")
    body |= {"name": f"Efter {server} {secrets.token_hex(3)}", "leader": body["leader"] | {"email": leader}}
    client.call("officer-nord-a", "POST", "reporting", "/v1/tilbud", body=body, status=201)
    eventually(lambda: client.mails_to(leader), "the mail to the leader of a new tilbud", TIMEOUT_SECONDS)
