"""The clients of a chaos run: they know nothing but HTTP and Kafka, record all they do, and try again.

A client that got no answer sends the same command with the same Idempotency-Key again. Some are impatient: they
hang up after a few milliseconds, so that nobody can tell whether their command was received.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import httpx2
from confluent_kafka import Producer

from tests.chaos.history import OK, REFUSED, SENT, UNKNOWN, History, Operation
from tests.e2e.scenario import COMPLETED, NORD, TILSYN_TOPIC

OFFICERS = ("officer-nord-a", "officer-nord-b")
REPORTER = "reporter-solsikken"
FOLLOWER = "reporter-valmuen"
IN_FLIGHT = 8
IMPATIENT_SHARE = 0.1
PAUSE_SECONDS = 0.2
# A token is good for an hour.
TOKEN_SECONDS = 600
SERVER_FAILED = 500
STALE = 412


class GaveUp(AssertionError):
    """A client did not get what it must get, however long it tried."""


@dataclass
class Clients:
    """What all clients share: the connections, the tokens, the history; ``before_attempt`` may hold them up."""

    endpoints: dict[str, str]
    password: str
    history: History
    before_attempt: Callable[[], Awaitable[None]]
    give_up_after: float
    http: httpx2.AsyncClient = field(
        default_factory=lambda: httpx2.AsyncClient(
            timeout=30, limits=httpx2.Limits(max_connections=2 * IN_FLIGHT, max_keepalive_connections=2 * IN_FLIGHT)
        )
    )
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._in_flight = asyncio.Semaphore(IN_FLIGHT)
        self._tokens: dict[str, str] = {}
        self._producer = Producer(
            {
                "bootstrap.servers": self.endpoints["kafka_external"],
                "security.protocol": "SASL_PLAINTEXT",
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": NORD,
                "sasl.password": self.password,
                "linger.ms": 0,
            }
        )

    async def sign_in(self) -> None:
        """Fetch a token for each persona."""
        for persona in (*OFFICERS, REPORTER, FOLLOWER):
            answer = await self.http.post(f"{self.endpoints['identity']}/dev/token", json={"persona": persona})
            self._tokens[persona] = answer.raise_for_status().json()["access_token"]

    async def stay_signed_in(self) -> None:
        """Fetch new tokens long before the old ones end."""
        while True:
            await asyncio.sleep(TOKEN_SECONDS)
            with suppress(httpx2.HTTPError):
                await self.sign_in()

    async def read(self, persona: str, service: str, path: str) -> httpx2.Response | None:
        """Return the answer to a GET; None when there was none, and it may be asked again."""
        try:
            async with self._in_flight:
                answer = await self.http.get(self.endpoints[service] + path, headers=self._headers(persona))
        except httpx2.HTTPError:
            return None
        return answer if answer.status_code < 400 else None

    async def want_no_news_of_vacancies(self, persona: str, etag: str) -> None:
        """Turn off the mails of which nobody can say beforehand how many there are: that hangs on what is first."""
        headers = self._headers(persona) | {"If-Match": etag}
        path = f"{self.endpoints['notification']}/v1/preferences"
        answer = await self.http.put(path, json={"mails": {"vacancies-changed": False}}, headers=headers)
        answer.raise_for_status()

    async def wait_for(self, look: Callable[[], Awaitable[Any]], what: str) -> Any:
        """Return what ``look`` finds as soon as it finds something, asking less often as time goes by."""
        end, pause = time.monotonic() + self.give_up_after, PAUSE_SECONDS
        while not (found := await look()):
            if time.monotonic() > end:
                raise GaveUp(what)
            await asyncio.sleep(pause)
            pause = min(1.5 * pause, 2.0)
        return found

    async def attempt(
        self, operation: Operation, send: Callable[[float], Awaitable[httpx2.Response]], timeout_after: float
    ) -> tuple[str, httpx2.Response | None]:
        """Make one attempt and return how it ended."""
        await self.before_attempt()
        async with self._in_flight:
            self.history.record(operation, SENT)
            began = time.monotonic()
            try:
                answer = await send(timeout_after)
            except httpx2.HTTPError as error:
                self.history.record(operation, UNKNOWN, type(error).__name__)
                return UNKNOWN, None
            finally:
                self.seconds[operation.kind] = self.seconds.get(operation.kind, 0.0) + time.monotonic() - began
        state = OK if answer.status_code < 400 else UNKNOWN if answer.status_code >= SERVER_FAILED else REFUSED
        self.history.record(operation, state, str(answer.status_code))
        return state, answer

    async def command(self, operation: Operation, persona: str, path: str, chance: Random, **request: Any) -> Any:
        """Send a POST until it is answered, with one Idempotency-Key, and return the answer's JSON."""
        send = self.posting(operation, persona, path, **request)
        end = time.monotonic() + self.give_up_after
        while time.monotonic() < end:
            state, answer = await self.attempt(operation, send, _timeout(chance))
            if answer is not None and state == OK:
                return answer.json()
            if answer is not None and state == REFUSED:
                raise GaveUp(f"{operation.kind} {operation.subject}: {answer.status_code} {answer.text[:300]}")
            await asyncio.sleep(PAUSE_SECONDS)
        raise GaveUp(f"{operation.kind} {operation.subject}: no answer")

    def posting(
        self, operation: Operation, persona: str, path: str, **request: Any
    ) -> Callable[[float], Awaitable[httpx2.Response]]:
        """Return what sends a POST with the operation's Idempotency-Key."""
        headers = self._headers(persona) | {"Idempotency-Key": operation.id} | request.pop("headers", {})

        async def send(timeout_after: float) -> httpx2.Response:
            return await self.http.post(path, headers=headers, timeout=timeout_after, **request)

        return send

    async def put(
        self,
        operation: Operation,
        persona: str,
        path: str,
        chance: Random,
        *,
        body: Any,
        tag: Callable[[], Awaitable[str | None]],
        etag: str | None = None,
    ) -> None:
        """Send a PUT until it is answered; ``tag`` reads the ETag anew, or says by None that all is as wanted."""
        end = time.monotonic() + self.give_up_after
        while time.monotonic() < end:
            headers = self._headers(persona) | ({"If-Match": etag} if etag else {})

            async def send(timeout_after: float, sent: dict[str, str] = headers) -> httpx2.Response:
                return await self.http.put(path, headers=sent, timeout=timeout_after, json=body)

            state, answer = await self.attempt(operation, send, _timeout(chance))
            if state == OK:
                return
            if answer is not None and state == REFUSED and answer.status_code not in {STALE, 404, 409}:
                raise GaveUp(f"{operation.kind} {operation.subject}: {answer.status_code} {answer.text[:300]}")
            await asyncio.sleep(PAUSE_SECONDS)
            etag = await tag()
            if etag is None:
                self.history.record(operation, OK, "found done")
                return
        raise GaveUp(f"{operation.kind} {operation.subject}: no answer")

    async def publish(self, operation: Operation, key: str, body: dict[str, Any], chance: Random) -> None:
        """Publish a tilsyn event until the broker has it; some senders lose the answer and send it again."""
        headers: list[tuple[str, str | bytes | None]] = [
            ("ce_specversion", b"1.0"),
            ("ce_id", operation.detail.encode()),
            ("ce_source", b"/tilsyn.dk"),
            ("ce_type", COMPLETED.encode()),
            ("content-type", b"application/json"),
        ]
        loses_the_answer = chance.random() < 2 * IMPATIENT_SHARE
        end = time.monotonic() + self.give_up_after
        while time.monotonic() < end:
            await self.before_attempt()
            self.history.record(operation, SENT)
            outcome: list[Any] = []
            self._producer.produce(
                TILSYN_TOPIC,
                json.dumps(body).encode(),
                key.encode(),
                headers=headers,
                on_delivery=partial(_note_delivery, outcome),
            )
            await asyncio.to_thread(self._producer.flush, 15)
            if outcome == [None] and not loses_the_answer:
                self.history.record(operation, OK)
                return
            loses_the_answer = False
            self.history.record(operation, UNKNOWN)
        raise GaveUp(f"tilsyn {operation.subject}")

    def _headers(self, persona: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[persona]}"}


def _note_delivery(outcome: list[Any], error: Any, _message: Any) -> None:
    outcome.append(error)


def _timeout(chance: Random) -> float:
    """Return how many seconds a client waits for an answer: some hang up at once."""
    return chance.uniform(0.002, 0.06) if chance.random() < IMPATIENT_SHARE else 30.0
