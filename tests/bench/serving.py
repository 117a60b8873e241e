"""The processes of the services as they are run, and a client that costs little beside them."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from devstack.ports import free_ports
from devstack.postgres import LASTING
from devstack.testing import Stack, TestPostgres

TIMEOUT_SECONDS = 240.0
OK = 200


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a service's process: ours without what belongs to another, and ``own``."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TP_")} | dict(own)


def settings_of(stack: Stack, url: str) -> dict[str, str]:
    """Return the settings that all services share, for the database at ``url``."""
    return {
        "TP_ENVIRONMENT": "development",
        "TP_DATABASE_URL": url,
        "TP_KAFKA_BOOTSTRAP": stack.kafka.bootstrap,
        "TP_IDENTITY_ISSUER": stack.identity.issuer,
        "TP_IDENTITY_AUDIENCE": "tilbudsportalen",
    }


@dataclass
class Process:
    """A process of a service: its name and the port of its health page."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    async def ready(self) -> None:
        """Wait until it says so; RuntimeError with its log when it ends first."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} has ended: {self.log.read_text()[-2000:]}")
            try:
                async with Client(self.port) as client:
                    if (await client.call("GET", "/health/ready", {})).status == OK:
                        return
            except (OSError, EOFError):
                pass
            await asyncio.sleep(0.01)
        raise TimeoutError(f"{self.name} is not ready: {self.log.read_text()[-2000:]}")

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it as an orchestrator does."""
        self.process.terminate()
        self.process.wait(TIMEOUT_SECONDS)


def resident(pid: int) -> float:
    """Return the megabytes that a process holds in memory, those that it shares included."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def launch(service: str, kind: str, settings: Mapping[str, str], folder: Path) -> Process:
    """Start the API (``app``) or the ``worker`` of a service in ``folder``, on a port of its own."""
    port = free_ports(1)[0]
    own = {**settings, "TP_HTTP_PORT" if kind == "app" else "TP_WORKER_PORT": str(port)}
    name = f"{service} {'API' if kind == 'app' else kind}"
    return _launched(name, ["-m", f"{service}.{kind}"], port, own, folder)


def launch_bare(kind: str, kafka: str, topic: str, url: str, folder: Path) -> Process:
    """Start an API or a worker that has nothing of ours."""
    port = free_ports(1)[0]
    own = {"BARE_PORT": str(port), "BARE_KAFKA": kafka, "BARE_TOPIC": topic, "BARE_DATABASE": url}
    return _launched(f"bare {kind}", [str(Path(__file__).with_name("bare.py")), kind], port, own, folder)


def _launched(name: str, words: list[str], port: int, own: Mapping[str, str], folder: Path) -> Process:
    log = folder / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *words], env=environment(own), cwd=folder, stdout=output, stderr=output
        )
    return Process(name, port, process, log)


@contextmanager
def stopping(processes: list[Process]) -> Iterator[None]:
    """End every process at the end of the block."""
    try:
        yield
    finally:
        for each in processes:
            each.stop()


@dataclass(frozen=True)
class Reply:
    """What a service answered, and when the last byte of it was here."""

    status: int
    body: bytes
    at: float

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


class Client:
    """One connection that is kept, for one request after the other."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**24)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def call(self, method: str, target: str, headers: Mapping[str, str]) -> Reply:
        """Send a request without a body and return the whole answer."""
        lines = {"Host": "bench", "Content-Length": "0", **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._writer.write(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode())
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answer.partition(b"content-length: ")[2].partition(b"\r")[0])
        content = await self._reader.readexactly(length)
        return Reply(int(answer[9:12]), content, time.time())


@contextmanager
def lasting(postgres: TestPostgres, *settings: str) -> Iterator[None]:
    """Let the server write as it does in operation, and not as in tests; ``settings`` come on top."""
    usual = postgres.server
    postgres.stop()
    postgres.server = replace(usual, settings=(*LASTING, *settings))
    postgres.start()
    try:
        yield
    finally:
        postgres.stop()
        postgres.server = usual
        postgres.start()
