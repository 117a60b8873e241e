"""The whole system comes up, stays apart from others, and heals what was killed."""

import json
import os
import subprocess

import httpx2
import pytest

from devstack.ports import OFFSETS
from devstack.processes import command_line
from devstack.services import SERVICES
from devstack.system import System
from devstack.testing import Stack

pytestmark = pytest.mark.slow
PLATFORM = "postgres,kafka,mail,identity"


@pytest.fixture(scope="module")
def system(stack: Stack) -> System:
    return stack.new_system(only=PLATFORM)


def run(system: System, *words: str, **replaced: str) -> subprocess.CompletedProcess[str]:
    environment = {**system.environment, **replaced}
    return subprocess.run(
        system.command(*words), env=environment, cwd=system.folder, text=True, capture_output=True, check=False
    )


def test_every_address_of_the_interfaces_is_written(system: System) -> None:
    names = [service.name for service in SERVICES] + ["identity", "mail", "kafka", "kafka_external", "postgres"]
    assert set(system.endpoints) == set(names)
    base = int(system.environment["PORT_BASE"])
    for name in ("identity", "mail"):
        assert system.endpoints[name] == f"http://127.0.0.1:{base + OFFSETS[name]}"
        assert httpx2.get(f"{system.endpoints[name]}/health/ready").status_code == 200


def test_what_was_killed_comes_back_and_the_rest_is_left_alone(system: System) -> None:
    names = ["postgres", "kafka", "identity", "mail"]
    before = {name: system.pid(name) for name in names}
    system.kill("postgres")
    system.kill("identity")
    assert "down" in run(system, "status").stdout
    system.up(only=PLATFORM)
    after = {name: system.pid(name) for name in names}
    assert {name for name in names if before[name] != after[name]} == {"postgres", "identity"}


def test_processes_outlive_the_command_that_started_them(system: System) -> None:
    pid = system.pid("identity")
    assert os.getsid(pid) == pid
    assert "devstack.identity.app" in command_line(pid)


def test_secrets_are_for_their_owner_only(system: System) -> None:
    for name in ("credentials.json", "endpoints.json", "kafka/server.properties"):
        assert (system.local / name).stat().st_mode & 0o077 == 0, name
    for name in ("env", "kafka", "log", "mail", "traces"):
        assert (system.local / name).stat().st_mode & 0o777 == 0o700, name
    for file in (system.local / "env").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name
    assert len(json.loads((system.local / "credentials.json").read_text())["kafka"]) == 109


def test_it_does_not_move_to_other_ports_while_it_runs(system: System) -> None:
    moved = run(system, "up", PORT_BASE="32000")
    assert moved.returncode == 1
    assert "make down first" in moved.stderr.replace("\n", " ")


def test_a_taken_port_is_told_with_its_owner(system: System) -> None:
    system.kill("mail")
    port = int(system.environment["PORT_BASE"]) + OFFSETS["mail"]
    with _listener(port) as other:
        refused = run(system, "up", "--only", PLATFORM)
        other.terminate()
    assert refused.returncode == 1
    assert f"{port} (mail) by process {other.pid}" in refused.stderr.replace("\n", " ").replace("  ", " ")
    system.up(only=PLATFORM)


def _listener(port: int) -> subprocess.Popen[bytes]:
    program = (
        f"import socket, time\ns = socket.create_server(('127.0.0.1', {port}))\nprint('on', flush=True)\ntime.sleep(60)"
    )
    process = subprocess.Popen(["python3", "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process
