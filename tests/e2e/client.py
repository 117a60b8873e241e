"""What an outside party has: addresses, tokens of personas, a plain Kafka client, and a mailbox."""

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2

Found = TypeVar("Found")
TIMEOUT_SECONDS = 20.0


class Unexpected(AssertionError):
    """The system did not do what the test expects of it."""


def eventually(look: Callable[[], Found | None], what: str, seconds: float = TIMEOUT_SECONDS) -> Found:
    """Return what ``look`` finds as soon as it finds something; Unexpected after ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Unexpected(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.03)


def expect(condition: object, what: str) -> None:
    """Raise Unexpected unless ``condition`` holds."""
    if not condition:
        raise Unexpected(what)


@dataclass(frozen=True)
class Record:
    """One Kafka record as an outside reader sees it."""

    key: str | None
    headers: Mapping[str, str]
    value: Any
    offset: int


class SystemClient:
    """The outside surface of a running system, found through ``.local/endpoints.json``."""

    def __init__(self, folder: Path) -> None:
        self.endpoints: dict[str, str] = json.loads((folder / "endpoints.json").read_text())
        self._credentials: dict[str, dict[str, str]] = json.loads((folder / "credentials.json").read_text())
        self._http = httpx2.Client(timeout=30)
        self._tokens: dict[str, str] = {}

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def token(self, persona: str) -> str:
        """Return an access token of ``persona``."""
        if persona not in self._tokens:
            answer = self._http.post(f"{self.endpoints['identity']}/dev/token", json={"persona": persona})
            self._tokens[persona] = answer.raise_for_status().json()["access_token"]
        return self._tokens[persona]

    def system_token(self, authority: str) -> str:
        """Return an access token of the supervision system of ``authority``."""
        answer = self._http.post(
            f"{self.endpoints['identity']}/token",
            data={"grant_type": "client_credentials"},
            auth=(authority, self._credentials["oauth"][authority]),
        )
        return str(answer.raise_for_status().json()["access_token"])

    def call(
        self,
        persona: str | None,
        method: str,
        service: str,
        path: str,
        *,
        status: int = 200,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """Call a service as ``persona`` and return its answer; Unexpected when it has another status."""
        answer = self.ask(persona, method, service, path, body=body, headers=headers)
        if answer.status_code != status:
            raise Unexpected(f"{method} {path}: {answer.status_code} instead of {status}: {answer.text[:600]}")
        return answer

    def ask(
        self,
        persona: str | None,
        method: str,
        service: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """Call a service as ``persona`` and return its answer, whatever it is."""
        sent = dict(headers or {})
        if persona:
            sent["Authorization"] = f"Bearer {self.token(persona)}"
        return self._http.request(method, self.endpoints[service] + path, json=body, headers=sent)

    def get(self, persona: str | None, service: str, path: str, *, status: int = 200) -> Any:
        """Return the JSON of a GET."""
        return self.call(persona, "GET", service, path, status=status).json()

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        """Return the mails that ``address`` has received."""
        answer = self._http.get(f"{self.endpoints['mail']}/messages", params={"to": address})
        mails: list[dict[str, Any]] = answer.raise_for_status().json()
        return mails

    def publish(self, user: str, topic: str, key: str, headers: Mapping[str, str], value: bytes) -> None:
        """Publish one record with ``kcat`` as the SASL user ``user``."""
        named = [part for name, text in headers.items() for part in ("-H", f"{name}={text}")]
        command = [*self._kcat(user), "-P", "-t", topic, "-k", key, *named, "-D", "\\x1e"]
        done = subprocess.run(command, input=value, capture_output=True, check=False, timeout=30)
        expect(done.returncode == 0, f"kcat: {done.stderr.decode(errors='replace')[:400]}")

    def records(self, user: str, topic: str, *, partition: int | None = None) -> list[Record]:
        """Return everything that stands on ``topic``, read with ``kcat`` as the SASL user ``user``."""
        chosen = [] if partition is None else ["-p", str(partition)]
        command = [*self._kcat(user), "-C", "-t", topic, *chosen, "-o", "beginning", "-e", "-q", "-J"]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        expect(done.returncode == 0, f"kcat: {done.stderr.decode(errors='replace')[:400]}")
        return [_record(json.loads(line)) for line in done.stdout.splitlines() if line]

    def _kcat(self, user: str) -> list[str]:
        settings = {
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanisms": "PLAIN",
            "sasl.username": user,
            "sasl.password": self._credentials["kafka"][user],
        }
        options = [part for name, value in settings.items() for part in ("-X", f"{name}={value}")]
        return ["kcat", "-b", self.endpoints["kafka_external"], *options]


def _record(line: dict[str, Any]) -> Record:
    flat = line.get("headers") or []
    headers = dict(zip(flat[::2], flat[1::2], strict=True))
    payload = line.get("payload")
    return Record(line.get("key"), headers, json.loads(payload) if payload else None, line["offset"])
