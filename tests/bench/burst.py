"""Supervision systems that send much: one that floods, and three replicas of the worker of which one is killed.

Whole processes on a real broker. Each figure is of receipts, from the moment at which an event was sent; the rows
"calm" and "one worker" stand in the place of a bare side. Lost, doubled and disordered events are errors.
"""

import asyncio
import json
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition
from sqlalchemy import text

from chassis.database import Database
from contracts.events.external import receipts_topic, tilsyn_topic
from contracts.testing import factories
from devstack.in_process import migrated_database
from devstack.testing import Stack
from tests.bench.results import Result, percentile
from tests.bench.serving import Process, launch, settings_of, stopping

LOUD = "socialtilsyn-nord"
OTHERS = ("kommune-0851", "kommune-0461", "kommune-0751", "kommune-0147", "kommune-0101", "kommune-0580")
TILBUD, BURST, BACKLOG = 60, 10_000, 500
A_SECOND, SECONDS, KILLED_AFTER = 200, 30, 10
PAUSE, PATIENCE = 0.5, 600
# What an authority sends that floods, by turns: every second is right, the others are refused each in its way.
WRONG: tuple[dict[str, Any], ...] = ({"decision": "perhaps"}, {"tilbud_id": "CRV-0"}, {"decided_on": "2099-01-01"})
VERSIONS = """SELECT max(version) AS newest, count(*) AS number FROM tilsyn
WHERE tilsyn_id LIKE 'many-%' GROUP BY tilsyn_id"""


@dataclass
class SupervisionSystems:
    """All supervision systems: what they sent and when, and when the receipts came."""

    bootstrap: str
    sent: dict[str, float] = field(default_factory=dict)
    came: dict[str, list[float]] = field(default_factory=dict)
    accepted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._producer = Producer({"bootstrap.servers": self.bootstrap, "queue.buffering.max.messages": 200_000})

    def send(self, authority: str, tilbud_id: str, /, **content: Any) -> str:
        """Send a tilsyn and return the id of its event."""
        event_id = secrets.token_hex(8)
        event = factories.tilsyn_completed() | {"tilbud_id": tilbud_id, "tilsyn_id": event_id} | content
        about = {"ce_specversion": "1.0", "ce_id": event_id, "ce_source": "urn:bench"}
        headers: dict[str, str | bytes | None] = {**about, "ce_type": "dk.tilsyn.tilsyn.completed.v1"}
        self.sent[event_id] = time.time()
        self._producer.produce(tilsyn_topic(authority), json.dumps(event).encode(), key=tilbud_id, headers=headers)
        self._producer.poll(0)
        return event_id

    async def receipts_of(self, ids: Sequence[str]) -> None:
        """Wait until every event has its receipt; TimeoutError when one does not come."""
        self._producer.flush(30)
        end = time.monotonic() + PATIENCE
        while not all(each in self.came for each in ids):
            if time.monotonic() > end:
                missing = sum(each not in self.came for each in ids)
                raise TimeoutError(f"{missing} of {len(ids)} events have no receipt")
            await asyncio.sleep(0.05)

    def seconds(self, ids: Sequence[str]) -> list[float]:
        """Return how long the receipt of each event took."""
        return [self.came[each][0] - self.sent[each] for each in ids]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read the receipts of all authorities as they come."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": f"bench-{secrets.token_hex(4)}"})
        places = [TopicPartition(receipts_topic(each), 0) for each in (LOUD, *OTHERS)]
        for place in places:
            place.offset = consumer.get_watermark_offsets(place, timeout=30)[1]
        consumer.assign(places)
        stop = threading.Event()
        thread = threading.Thread(target=self._read, args=(consumer, stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            consumer.close()

    def _read(self, consumer: Consumer, stop: threading.Event) -> None:
        while not stop.is_set():
            for message in consumer.consume(500, timeout=0.1):
                receipt = json.loads(message.value() or b"{}")
                event_id = receipt.get("event_id") or ""
                self.came.setdefault(event_id, []).append(message.timestamp()[1] / 1000)
                self.accepted[event_id] += bool(receipt.get("accepted"))

    def check(self) -> None:
        """Raise RuntimeError unless each event has exactly one receipt."""
        wrong = {each: len(self.came.get(each, ())) for each in self.sent if len(self.came.get(each, ())) != 1}
        if wrong:
            raise RuntimeError(f"{len(wrong)} of {len(self.sent)} events have none or several receipts")


@dataclass
class Workers:
    """The replicas of the worker of approval."""

    settings: Mapping[str, str]
    folder: Path
    running: list[Process] = field(default_factory=list)

    async def start(self, count: int) -> None:
        """Start more, until there are ``count``."""
        for number in range(len(self.running), count):
            own = self.folder / str(number)
            own.mkdir()
            self.running.append(launch("approval", "worker", self.settings, own))
        for each in self.running:
            await each.ready()

    def kill_one(self) -> None:
        """End one as a power cut would."""
        killed = self.running.pop()
        killed.process.send_signal(signal.SIGKILL)
        killed.process.wait()


async def measure_burst(stack: Stack, folder: Path) -> list[Result]:
    """Measure the delay of the others while one floods, and what three replicas do."""
    url = stack.postgres.create_database("approval")
    async with migrated_database(url, "approval") as database:
        await _know(database)
        systems, workers = SupervisionSystems(stack.kafka.bootstrap), Workers(settings_of(stack, url), folder)
        with stopping(workers.running), systems.reading():
            await workers.start(1)
            results = [*await _flooded(systems), *await _in_replicas(systems, workers)]
            await _check(systems, database)
            return results


async def _know(database: Database) -> None:
    rows = [{"id": _tilbud(each, number), "authority": each} for each in (LOUD, *OTHERS) for number in range(TILBUD)]
    known = (
        "INSERT INTO tilbud (id, kind, known, name, authority) VALUES (:id, 'tilbud', true, 'Solsikken', :authority)"
    )
    async with database.begin() as session:
        await session.execute(text(known), rows)


def _tilbud(authority: str, number: int) -> str:
    return f"CRV-{(LOUD, *OTHERS).index(authority) + 1}{number % TILBUD:03}"


async def _flooded(systems: SupervisionSystems) -> list[Result]:
    calm = await _now_and_then(systems, asyncio.create_task(asyncio.sleep(10)))
    loud = [
        systems.send(LOUD, _tilbud(LOUD, number), **({} if number % 2 else WRONG[number // 2 % len(WRONG)]))
        for number in range(BURST)
    ]
    began = time.time()
    all_there = asyncio.create_task(systems.receipts_of(loud))
    beside = await _now_and_then(systems, all_there)
    await all_there
    took = max(systems.came[each][0] for each in loud) - began
    return [
        Result(
            f"receipt of others while one sends {BURST:,}: p50", percentile(beside, 50), percentile(calm, 50), "s", ""
        ),
        Result("the same: p95 (bare: calm)", percentile(beside, 95), percentile(calm, 95), "s", "< 2 s"),
        Result("the burst itself, half of it refused", BURST / took, 0, "events/s", ""),
    ]


async def _now_and_then(systems: SupervisionSystems, until: "asyncio.Task[Any]") -> list[float]:
    """Let the others send an event each now and then, and return how long their receipts took."""
    ids = []
    for number in range(PATIENCE):
        ids += [systems.send(each, _tilbud(each, number)) for each in OTHERS]
        await asyncio.sleep(PAUSE)
        if until.done():
            break
    await systems.receipts_of(ids)
    return systems.seconds(ids)


async def _in_replicas(systems: SupervisionSystems, workers: Workers) -> list[Result]:
    one = await _backlog(systems)
    await workers.start(3)
    three = await _backlog(systems)
    waits = await _with_a_kill(systems, workers)
    return [
        Result("a backlog of six authorities: three replicas (bare: one)", three, one, "events/s", "> 1"),
        Result(f"{A_SECOND} a second, one of three killed: p50", percentile(waits, 50), 0, "s", ""),
        Result("the same: longest wait for a receipt", max(waits), 0, "s", "< 15 s"),
    ]


async def _backlog(systems: SupervisionSystems) -> float:
    began = time.time()
    ids = [systems.send(each, _tilbud(each, number)) for number in range(BACKLOG) for each in OTHERS]
    await systems.receipts_of(ids)
    return len(ids) / (max(systems.came[each][0] for each in ids) - began)


async def _with_a_kill(systems: SupervisionSystems, workers: Workers) -> list[float]:
    """Send versions of one tilsyn of each tilbud at a pace, kill a worker, and return how long each receipt took."""
    ids, began, versions = [], time.monotonic(), Counter[str]()
    for number in range(A_SECOND * SECONDS):
        await asyncio.sleep(max(0, began + number / A_SECOND - time.monotonic()))
        if number == A_SECOND * KILLED_AFTER:
            workers.kill_one()
        authority = OTHERS[number % len(OTHERS)]
        tilbud_id = _tilbud(authority, number // len(OTHERS))
        versions[tilbud_id] += 1
        named = {"tilsyn_id": f"many-{tilbud_id}", "version": versions[tilbud_id]}
        ids.append(systems.send(authority, tilbud_id, **named, conclusion=f"Udgave {versions[tilbud_id]}."))
    await systems.receipts_of(ids)
    return systems.seconds(ids)


async def _check(systems: SupervisionSystems, database: Database) -> None:
    """Raise RuntimeError unless every event had one receipt and one effect, in the order of its tilbud."""
    # A second receipt would come right behind the first.
    await asyncio.sleep(2)
    systems.check()
    told = "SELECT key, convert_from(value, 'UTF8')::jsonb AS data FROM outbox WHERE topic = 'approval.tilsyn.v1'"
    async with database.read() as session:
        count = await session.scalar(text("SELECT count(*) FROM tilsyn"))
        left = (await session.execute(text(told))).all()
        several = (await session.execute(text(VERSIONS))).all()
    if count != systems.accepted.total() or left:
        raise RuntimeError(
            f"{systems.accepted.total()} receipts say accepted, {count} tilsyn are there, {len(left)} untold"
        )
    # A version that overtook an older one would have left it out.
    if any(row.newest != row.number for row in several):
        raise RuntimeError("versions of a tilsyn were taken out of order")
