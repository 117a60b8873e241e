"""One authority sends whatever it can: the others get their receipts as if it did not."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from approval.consumers import PERIODIC_JOBS, subscriptions
from approval.settings import ApprovalSettings
from chassis.database import Database
from chassis.worker import Worker
from contracts.testing.factories import tilsyn_completed

# Authorities that no other test speaks for on the broker.
LOUD, QUIET = "kommune-0360", "kommune-0482"
RUN = secrets.token_hex(4)
FLOOD = 5_000


def headers(event_id: str) -> dict[str, str | bytes | None]:
    named = {"ce_specversion": "1.0", "ce_id": f"{RUN}-{event_id}", "ce_source": "/tilsyn.dk"}
    return {**named, "ce_type": "dk.tilsyn.tilsyn.completed.v1"}


def refused() -> Iterator[bytes]:
    for _ in range(FLOOD):
        yield json.dumps(tilsyn_completed(tilbud_id="CRV-1", decision="perhaps")).encode()


def unknown() -> Iterator[bytes]:
    for number in range(FLOOD):
        yield json.dumps(tilsyn_completed(tilbud_id=f"CRV-{number + 10_000}")).encode()


def unreadable() -> Iterator[bytes]:
    for _ in range(FLOOD):
        yield b"\xff\x00"


class QuietSystem:
    """The supervision system that sends one tilsyn at a time and waits for its receipt."""

    def __init__(self, kafka: Any) -> None:
        self.producer = Producer({"bootstrap.servers": kafka.bootstrap, "linger.ms": 0})
        self.consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": f"quiet-{RUN}"})
        place = TopicPartition(f"external.receipts.{QUIET}.v1", 0)
        place.offset = self.consumer.get_watermark_offsets(place, timeout=30)[1]
        self.consumer.assign([place])

    def receipts_of(self, authority: str) -> int:
        """Return how many receipts the authority has had so far."""
        return self.consumer.get_watermark_offsets(TopicPartition(f"external.receipts.{authority}.v1", 0), timeout=30)[
            1
        ]

    def seconds_to_receipt(self, number: str) -> float:
        """Send a tilsyn and return how long its receipt took."""
        started = time.monotonic()
        content = json.dumps(tilsyn_completed(tilsyn_id=f"{RUN}-{number}", tilbud_id="CRV-6324")).encode()
        self.producer.produce(f"external.tilsyn.{QUIET}.v1", content, key="CRV-6324", headers=headers(number))
        self.producer.flush(30)
        while time.monotonic() - started < 60:
            message = self.consumer.poll(0.05)
            if message is not None and message.error() is None:
                receipt = json.loads(message.value() or b"{}")
                if receipt["event_id"] == f"{RUN}-{number}":
                    assert receipt["accepted"] is True, receipt
                    return time.monotonic() - started
        raise TimeoutError(number)


@asynccontextmanager
async def working(database: Database, settings: ApprovalSettings, kafka: Any) -> AsyncIterator[None]:
    """Run the worker as it runs in operation."""
    near = settings.model_copy(update={"kafka_bootstrap": kafka.bootstrap})
    own = Database(database.url, source="/services/approval")
    worker = Worker(near, subscriptions=subscriptions(), periodic_jobs=PERIODIC_JOBS, database=own)
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


@pytest.mark.slow
async def test_a_flood_of_one_authority_is_its_own_delay(
    kafka: Any, database: Database, settings: ApprovalSettings, scenario: Any
) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned(QUIET))
    quiet = QuietSystem(kafka)
    flood = Producer({"bootstrap.servers": kafka.bootstrap, "queue.buffering.max.messages": 200_000})
    async with working(database, settings, kafka):
        await asyncio.to_thread(quiet.seconds_to_receipt, "first")
        whole = quiet.receipts_of(LOUD)
        for name, contents in {"refused": refused(), "unknown": unknown(), "unreadable": unreadable()}.items():
            whole += FLOOD
            for number, content in enumerate(contents):
                flood.produce(f"external.tilsyn.{LOUD}.v1", content, headers=headers(f"{name}-{number}"))
            await asyncio.to_thread(flood.flush, 30)
            took = await asyncio.to_thread(quiet.seconds_to_receipt, name)
            left = whole - quiet.receipts_of(LOUD)
            print(f"{name}: {took:.2f} s, {left} still without receipt")  # noqa: T201
            # Who sends little is not behind who sends much: the flood is still being worked at.
            assert left > 0, name
    quiet.consumer.close()
