"""What one party can do to the others: each is a block during which it is being done to a running system.

Each is done in a process of its own, since whoever does it sits at another machine: ``being_done``.
"""

import asyncio
import gzip
import json
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from confluent_kafka import Producer

COMPLETED = "dk.tilsyn.tilsyn.completed.v1"
FLOODER = "socialtilsyn-syd"
# So that an API can tell it from the others on this machine.
ADDRESS = "127.0.0.2"
SLOW_CLIENTS, LONG_POLLS, SLOW_READERS, BOMBS_AT_ONCE, SEARCHES_AT_ONCE = 1_000, 300, 20, 8, 16
# The slowest that is known: much is understood, and PostgreSQL is asked for the past.
SLOWEST_SEARCH = {
    "q": "krisecenter i Skive med demens og loftlift, autsime eller misbrug",
    "limit": "100",
    "near": "9000",
}
EVENTS, TILSYN = 20_000, 5_000
UNPACKED_BYTES = 200_000_000
EVENT_BYTES = 2_900_000


@dataclass
class Abuser:
    """Somebody with the rights of Socialtilsyn Syd at a running system, and a tilbud of its own."""

    endpoints: dict[str, str]
    kafka_password: str
    token: str
    tilbud_id: str

    def address(self, service: str) -> tuple[str, int]:
        """Return host and port of a service."""
        found = urlsplit(self.endpoints[service])
        return str(found.hostname), int(found.port or 80)

    # HTTP ---------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def half_heads(self) -> AsyncIterator[None]:
        """A thousand connections that send the beginning of a request and then nothing."""
        writers = []
        for number in range(SLOW_CLIENTS):
            address = self.address("publication" if number % 2 else "portal")
            _, writer = await asyncio.open_connection(*address, local_addr=(ADDRESS, 0))
            writer.write(b"GET /v1/search HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            writers.append(writer)
        yield
        for writer in writers:
            writer.close()

    @asynccontextmanager
    async def long_polls(self) -> AsyncIterator[None]:
        """Three hundred readers that wait at the end of the feed."""
        async with _client() as client:
            feed = f"{self.endpoints['publication']}/v1/feed"
            dump = await client.get(f"{self.endpoints['publication']}/v1/dump")
            query = {"lastEventId": dump.headers["feed-position"], "timeout": "30000"}
            polls = [asyncio.create_task(client.get(feed, params=query)) for _ in range(LONG_POLLS)]
            await asyncio.sleep(1)
            yield
            for poll in polls:
                poll.cancel()
            await asyncio.gather(*polls, return_exceptions=True)

    @asynccontextmanager
    async def slow_readers(self) -> AsyncIterator[None]:
        """Twenty readers of the dump that take a few bytes now and then."""
        readers = []
        for _ in range(SLOW_READERS):
            reader = socket.socket()
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            reader.bind((ADDRESS, 0))
            reader.connect(self.address("publication"))
            reader.sendall(b"GET /v1/dump HTTP/1.1\r\nHost: x\r\n\r\n")
            readers.append(reader)
        yield
        for reader in readers:
            reader.close()

    @asynccontextmanager
    async def slow_searches(self) -> AsyncIterator[None]:
        """Searches of the slowest kind, of today and of the past, sixteen at once."""
        address = f"{self.endpoints['publication']}/v1/search"
        pasts = [{}, {"as_of": time.strftime("%Y-%m-%d")}]

        async def search(client: httpx2.AsyncClient, number: int) -> None:
            while True:
                try:
                    await client.get(address, params={**SLOWEST_SEARCH, **pasts[number % 2], "age": str(number)})
                except httpx2.HTTPError:
                    await asyncio.sleep(0.1)

        async with self._at_once(search, SEARCHES_AT_ONCE):
            yield

    @asynccontextmanager
    async def gzip_bombs(self) -> AsyncIterator[None]:
        """Bodies of a few hundred kilobytes that unpack to 200 MB, one after the other."""
        body = gzip.compress(bytes(UNPACKED_BYTES))
        async with self._posting(lambda: body, {"Content-Encoding": "gzip"}):
            yield

    @asynccontextmanager
    async def json_bombs(self) -> AsyncIterator[None]:
        """Bodies that are nothing but brackets, and numbers without end."""
        body = b'{"data":' + b"[" * 900_000 + b"9" * 900_000
        async with self._posting(lambda: body, {}):
            yield

    @asynccontextmanager
    async def marks(self) -> AsyncIterator[None]:
        """Valid tilsyn whose texts are made of combining marks."""
        text = "a" + "\u0345" * 9_990 + "\u0334" * 9_990
        event = self.event({"orders": [{"text": text, "deadline": "2027-01-15"}] * 19})
        async with self._posting(lambda: json.dumps(event).encode(), {}):
            yield

    @asynccontextmanager
    async def _posting(self, body: Callable[[], bytes], headers: dict[str, str]) -> AsyncIterator[None]:
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/cloudevents+json", **headers}
        address = f"{self.endpoints['approval']}/v1/external/events"

        async def post(client: httpx2.AsyncClient, _: int) -> None:
            while True:
                try:
                    await client.post(address, content=body(), headers=sent)
                except httpx2.HTTPError:
                    await asyncio.sleep(0.1)

        async with self._at_once(post, BOMBS_AT_ONCE):
            yield

    @asynccontextmanager
    async def _at_once(
        self, work: Callable[[httpx2.AsyncClient, int], Coroutine[Any, Any, None]], count: int
    ) -> AsyncIterator[None]:
        async with _client() as client:
            tasks = [asyncio.create_task(work(client, number)) for number in range(count)]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # Kafka --------------------------------------------------------------------------------------------------------

    def event(self, fields: dict[str, Any], number: int = 0) -> dict[str, Any]:
        """Return a structured tilsyn of the abuser's own tilbud."""
        identity = f"{time.time_ns()}-{number}"
        tilsyn = {
            "tilsyn_id": identity,
            "tilbud_id": self.tilbud_id,
            "version": 1,
            "kind": "announced",
            "visited_on": "2026-11-02",
            "decided_on": "2026-11-20",
            "decision": "no-decision",
            "conclusion": "Alt er som før.",
            "themes": [],
            "orders": [],
            "conditions": [],
            "intensified": None,
        }
        about = {"specversion": "1.0", "id": identity, "source": "urn:syd", "type": COMPLETED}
        return about | {"subject": self.tilbud_id, "data": tilsyn | fields}

    @asynccontextmanager
    async def refused_events(self) -> AsyncIterator[None]:
        """Twenty thousand events that are refused, as fast as the broker takes them."""
        async with self._publishing({"type": "dk.nobody.knows.v1"}, EVENTS):
            yield

    @asynccontextmanager
    async def many_tilsyn(self) -> AsyncIterator[None]:
        """Five thousand valid tilsyn of one tilbud."""
        async with self._publishing({}, TILSYN):
            yield

    @asynccontextmanager
    async def large_events(self) -> AsyncIterator[None]:
        """Events of nearly three megabytes."""
        async with self._publishing({"filling": "x" * EVENT_BYTES}, 10):
            yield

    @asynccontextmanager
    async def _publishing(self, attributes: dict[str, Any], count: int) -> AsyncIterator[None]:
        events = (json.dumps(self.event({}, number) | attributes).encode() for number in range(count))
        with self._published(events):
            yield

    @contextmanager
    def _published(self, events: Iterator[bytes]) -> Iterator[None]:
        settings: dict[str, Any] = {
            "bootstrap.servers": self.endpoints["kafka_external"],
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "PLAIN",
            "sasl.username": FLOODER,
            "sasl.password": self.kafka_password,
            "message.max.bytes": 4_000_000,
            "queue.buffering.max.messages": 1_000_000,
        }
        producer, over = Producer(settings), threading.Event()

        def publish() -> None:
            for event in events:
                if over.is_set():
                    return
                producer.produce(f"external.tilsyn.{FLOODER}.v1", event, key=self.tilbud_id.encode())
                producer.poll(0)
            producer.flush(30)

        thread = threading.Thread(target=publish)
        thread.start()
        yield
        over.set()
        producer.purge()
        thread.join()


def _client() -> httpx2.AsyncClient:
    limits = httpx2.Limits(max_connections=None)
    return httpx2.AsyncClient(timeout=60, transport=httpx2.AsyncHTTPTransport(local_address=ADDRESS, limits=limits))


ABUSES: dict[str, Callable[[Abuser], Any]] = {
    "1,000 half heads": Abuser.half_heads,
    "300 long polls": Abuser.long_polls,
    "20 slow readers of the dump": Abuser.slow_readers,
    "searches of the slowest kind": Abuser.slow_searches,
    "gzip bombs": Abuser.gzip_bombs,
    "JSON bombs": Abuser.json_bombs,
    "texts of combining marks": Abuser.marks,
    "20,000 refused events": Abuser.refused_events,
    "5,000 tilsyn of one tilbud": Abuser.many_tilsyn,
    "events of 2.9 MB": Abuser.large_events,
}


@asynccontextmanager
async def being_done(name: str, abuser: Abuser) -> AsyncIterator[None]:
    """Let a process of its own do the abuse with this name while the block goes on."""
    # Somebody at another machine takes none of this one's processor: what is left over is enough to do harm with.
    command = ("nice", "-n", "19", sys.executable, "-m", "tests.bench.abuses", name)
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("The process has no streams.")
    process.stdin.write(json.dumps(asdict(abuser)).encode() + b"\n")
    await process.stdout.readline()
    yield
    process.stdin.close()
    await process.wait()


async def main() -> None:
    """Do the abuse that is named on the command line until the standard input ends."""
    abuser = Abuser(**json.loads(await asyncio.to_thread(sys.stdin.readline)))
    async with ABUSES[sys.argv[1]](abuser):
        print(flush=True)  # noqa: T201  It has begun.
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
