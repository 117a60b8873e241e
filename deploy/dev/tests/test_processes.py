"""Pid files that lie, ports that are taken, passwords that stay."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack import credentials, ports
from devstack.processes import Managed, StartError, ended, memory, wait_until

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)", "marked-for-the-test"]


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Managed]:
    managed = Managed("sleeper", ("marked-for-the-test",), tmp_path / "run", tmp_path / "log")
    yield managed
    managed.stop(how=signal.SIGKILL)


def test_a_process_is_started_once(sleeper: Managed) -> None:
    first = sleeper.start(SLEEP)
    assert sleeper.start(SLEEP) == first
    assert wait_until(lambda: memory(first) > 1_000_000, 5)
    assert sleeper.stop()
    assert not sleeper.stop()
    assert ended(first)


def test_a_killed_process_is_started_again(sleeper: Managed) -> None:
    first = sleeper.start(SLEEP)
    subprocess.run(["kill", "-9", str(first)], check=True)
    assert wait_until(lambda: sleeper.pid() is None, 5)
    assert sleeper.start(SLEEP) != first


def test_a_pid_that_went_to_another_process_is_not_ours(sleeper: Managed) -> None:
    sleeper.run.mkdir()
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    sleeper.pid_file.write_text(str(other.pid))
    assert sleeper.pid() is None
    assert not sleeper.stop()
    assert other.poll() is None
    other.kill()
    other.wait()


def test_what_does_not_come_up_is_told_with_its_log(sleeper: Managed) -> None:
    sleeper.start([sys.executable, "-c", "raise SystemExit('no database')", "marked-for-the-test"])
    with pytest.raises(StartError, match=r"has ended[^$]*no database[^$]*sleeper\.log"):
        sleeper.wait_ready(lambda: False, 10)


def test_ports_move_as_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT_BASE", "21000")
    assert (ports.port("portal"), ports.port("postgres"), ports.port("portal-worker")) == (21000, 21009, 21026)


def test_the_owner_of_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        assert ports.answers(number)
        assert "pytest" in ports.owner(number)
    assert not ports.answers(number)


def test_a_port_that_an_outgoing_connection_holds_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as outgoing:
        number = outgoing.getsockname()[1]
        assert not ports.answers(number)
        assert not ports.is_free(number)
        assert "pytest" in ports.owner(number)


def test_passwords_stay_and_are_read_by_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    first = credentials.ensure(path, {"kafka": ["kommune-0851"], "keys": ["cpr"]})
    again = credentials.ensure(path, {"kafka": ["kommune-0851", "feed-reader"]})
    assert again["kafka"]["kommune-0851"] == first["kafka"]["kommune-0851"]
    assert set(again["kafka"]) == {"kommune-0851", "feed-reader"}
    assert path.stat().st_mode & 0o077 == 0
