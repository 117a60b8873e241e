"""The external topics on the real broker: kcat as the authority's own user, the worker, and receipts that come back."""

import asyncio
import json
import secrets
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from approval.consumers import PERIODIC_JOBS, subscriptions
from approval.settings import ApprovalSettings
from chassis.database import Database
from chassis.worker import Worker

# An authority that no other test speaks for, so that its topics hold only what is written here.
SPEAKER = "region-1085"
TOPIC = f"external.tilsyn.{SPEAKER}.v1"
RUN = secrets.token_hex(4)
HEADERS: dict[str, str | None] = {
    "ce_specversion": "1.0",
    "ce_id": f"{RUN}-1",
    "ce_source": "/tilsyn.dk",
    "ce_type": "dk.tilsyn.tilsyn.completed.v1",
}
TILSYN = {
    "tilsyn_id": "T-1",
    "tilbud_id": "CRV-6324",
    "version": 1,
    "kind": "announced",
    "decided_on": "2025-11-20",
    "decision": "approved",
}


class System:
    """A supervision system: its own SASL user, kcat to write, a plain client to read."""

    def __init__(self, kafka: Any, folder: Path) -> None:
        self.folder = folder
        self.access = {
            "bootstrap.servers": kafka.external_bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "PLAIN",
            "sasl.username": SPEAKER,
            "sasl.password": kafka.credentials[SPEAKER],
        }
        reader = {"group.id": f"{SPEAKER}-test", "auto.offset.reset": "earliest", "enable.auto.commit": False}
        self.reader = Consumer(self.access | reader)
        # On a broker that several runs share, other runs have written to the topic and get receipts too.
        self.first_offset = self._end_of(TOPIC)
        receipts = f"external.receipts.{SPEAKER}.v1"
        self.reader.assign([TopicPartition(receipts, 0, self._end_of(receipts))])
        self.read: list[dict[str, Any]] = []

    def _end_of(self, topic: str) -> int:
        _, end = self.reader.get_watermark_offsets(TopicPartition(topic, 0), timeout=30)
        return int(end)

    def _is_own(self, receipt: dict[str, Any]) -> bool:
        if receipt["event_id"] is None:
            return bool(receipt["record"]["offset"] >= self.first_offset)
        return str(receipt["event_id"]).startswith(RUN)

    async def writes(self, value: bytes, headers: dict[str, str | None], *options: str) -> None:
        """Write one record with kcat."""
        file = self.folder / "message"
        file.write_bytes(value)
        command = ["kcat", "-P", "-t", TOPIC, "-k", "CRV-6324", "-X", "message.max.bytes=3000000"]
        for name, setting in self.access.items():
            command += ["-X", f"{name}={setting}"]
        for name, text in headers.items():
            command += ["-H", name if text is None else f"{name}={text}"]
        await asyncio.to_thread(subprocess.run, [*command, *options, str(file)], check=True, timeout=30)

    async def receives(self, count: int, *, within: float = 60) -> list[dict[str, Any]]:
        """Return the first ``count`` receipts, waiting for them."""
        until = time.monotonic() + within
        while len(self.read) < count and time.monotonic() < until:
            message = await asyncio.to_thread(self.reader.poll, 0.2)
            if message is not None and message.error() is None:
                receipt = json.loads(message.value() or b"")
                self.read += [receipt] if self._is_own(receipt) else []
        return self.read


@asynccontextmanager
async def working(database: Database, settings: ApprovalSettings, kafka: Any) -> AsyncIterator[Worker]:
    """Run the worker as it runs in operation."""
    near = settings.model_copy(update={"kafka_bootstrap": kafka.bootstrap})
    own = Database(database.url, source="/services/approval")
    running = Worker(near, subscriptions=subscriptions(), periodic_jobs=PERIODIC_JOBS, database=own)
    stop = asyncio.Event()
    task = asyncio.create_task(running.run(stop))
    try:
        yield running
    finally:
        stop.set()
        await task


async def test_a_system_gets_one_receipt_for_each_record_that_it_writes(
    kafka: Any, database: Database, settings: ApprovalSettings, scenario: Any, tmp_path: Path
) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned(SPEAKER))
    system = System(kafka, tmp_path)
    value = json.dumps(TILSYN).encode()
    await system.writes(value, HEADERS)
    await system.writes(b"\xff\x00" * 1_000_000, HEADERS | {"ce_id": f"{RUN}-2"})
    await system.writes(value, HEADERS)
    await system.writes(b"no event at all", {})
    await system.writes(json.dumps(TILSYN | {"tilbud_id": "CRV-1"}).encode(), HEADERS | {"ce_id": f"{RUN}-3"})
    # A header without a value, and one whose name is no UTF-8: clients in C send both.
    await system.writes(value, HEADERS | {"ce_id": f"{RUN}-4", "empty": None})
    await system.writes(value, HEADERS | {"ce_id": f"{RUN}-5", "\udcff": "x"})
    await system.writes(value, HEADERS | {"ce_id": f"{RUN}-6"}, "-z", "snappy")
    await system.writes(value, HEADERS | {"ce_id": f"{RUN}-7"}, "-z", "zstd")
    # The worker starts behind all of them, so that they come to it in one fetch.
    async with working(database, settings, kafka) as worker:
        receipts = await system.receives(9)
        assert await worker.reasons_not_ready() == []
    system.reader.close()

    by_id = {receipt["event_id"]: receipt for receipt in receipts}
    accepted = [receipt for receipt in receipts if receipt["event_id"] == f"{RUN}-1"]
    assert len(accepted) == 2
    assert accepted[0] == accepted[1]
    assert accepted[0]["accepted"] is True
    assert by_id[f"{RUN}-2"]["problem"]["type"].endswith("/unreadable")
    assert {f"{RUN}-4", f"{RUN}-6", f"{RUN}-7"} <= by_id.keys()
    assert by_id[f"{RUN}-3"]["problem"]["type"].endswith("/unknown-tilbud")
    unreadable = [receipt["record"] for receipt in receipts if receipt["event_id"] is None]
    assert unreadable == [
        {"topic": TOPIC, "partition": 0, "offset": system.first_offset + position} for position in (3, 6)
    ]
