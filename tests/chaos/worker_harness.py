"""The little service of ``tests.support.things``, run as processes that a test kills, with its database and topics."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from alembic.migration import MigrationContext
from alembic.operations import Operations
from confluent_kafka.admin import AdminClient
from sqlalchemy import Connection, text

from chassis import tables
from chassis.database import Database
from contracts.topics import TOPICS
from devstack.in_process import record_of
from devstack.ports import free_ports
from devstack.topics import settings as settings_of
from tests.chaos import health
from tests.chaos.topic_reader import read_topic
from tests.support import things

ROOT = Path(__file__).parents[2]
PARTITIONS = 3
# The service's topics are set up like those that outside parties write to, and like the dead letters behind them.
EXTERNAL = next(topic for topic in TOPICS if topic.name.startswith("external.tilsyn."))
DEAD_LETTERS = next(topic for topic in TOPICS if topic.name.endswith(".dead-letters.v1"))
# Only a failure waits this long.
TIMEOUT = 300.0 if os.environ.get("CHAOS_LONG") else 60.0
# Every version that goes back is written down by the database itself, whoever writes it.
RECORD_VERSION_REGRESSIONS = (
    "CREATE TABLE version_regressions (id text, was integer, became integer)",
    """CREATE FUNCTION record_version_regression() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO version_regressions VALUES (NEW.id, OLD.seen, NEW.seen); RETURN NEW; END $$""",
    """CREATE TRIGGER version_regressions BEFORE UPDATE ON things FOR EACH ROW WHEN (NEW.seen < OLD.seen)
    EXECUTE FUNCTION record_version_regression()""",
)


@dataclass(frozen=True)
class RawMessage:
    """A record to be sent as it is."""

    key: str
    value: bytes | None
    headers: list[tuple[str, bytes]]

    def outbox_row(self, topic: str) -> dict[str, Any]:
        """Return the row that makes a relay send it to ``topic``."""
        headers = {name: value.decode() for name, value in self.headers}
        return {"topic": topic, "key": self.key, "headers": headers, "value": self.value}


@dataclass(frozen=True)
class TopicRecord:
    """A record that was found on a topic."""

    key: str
    sequence: int
    value: bytes | None
    headers: dict[str, bytes]


def raw_message(key: str, value: str, sequence: int, source: str = "/services/elsewhere") -> RawMessage:
    """Return a good message: the thing ``key`` has a new value."""
    record = record_of(things.ThingChanged(thing_id=key, value=value), source=source, sequence=sequence)
    return RawMessage(key, record.value, list(record.headers))


async def wait_until(condition: Callable[[], Awaitable[object]], what: str, seconds: float = TIMEOUT) -> None:
    """Wait for another process; AssertionError naming ``what`` when it does not come."""
    end = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < end, f"did not happen in {seconds:.0f} s: {what}"
        await asyncio.sleep(0.02)


@dataclass
class WorkerProcess:
    """A worker of the little service."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    async def health(self) -> tuple[int, list[str]]:
        """Return the status and the reasons of ``/health/ready``; 0 while it does not answer."""
        return await asyncio.to_thread(health.health, self.port)

    async def metric(self, name: str) -> float:
        """Return the sum of a metric over its labels."""
        return await asyncio.to_thread(health.metric, self.port, name)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    async def wait(self) -> int:
        """Return its exit status, waiting for it."""
        return await asyncio.to_thread(self.process.wait, TIMEOUT)


@dataclass
class WorkerHarness:
    """One little service with everything that it needs."""

    kafka: Any
    postgres: Any
    database: Database
    folder: Path
    service: str
    workers: list[WorkerProcess] = field(default_factory=list)

    @property
    def topic(self) -> str:
        """Return the topic that the service writes and reads."""
        return f"{self.service}.v1"

    @property
    def dead_letters(self) -> str:
        """Return the topic of its dead letters."""
        return f"{self.service}.dead-letters.v1"

    @property
    def group(self) -> str:
        """Return its consumer group."""
        return f"{self.service}.changed"

    @property
    def settings(self) -> things.ThingsSettings:
        """Return the settings of the service for what runs in this process."""
        return things.ThingsSettings(
            database_url=self.database.url,
            kafka_bootstrap=self.kafka.bootstrap,
            identity_issuer="http://127.0.0.1:1",
            identity_audience="nobody",
        )

    def _environment(self, port: int, extra: dict[str, str]) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("TP_")}
        return own | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), own.get("PYTHONPATH", "")]),
            "THINGS_SERVICE": self.service,
            "THINGS_TOPIC": self.topic,
            "TP_DATABASE_URL": self.database.url,
            "TP_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "TP_IDENTITY_ISSUER": "http://127.0.0.1:1",
            "TP_IDENTITY_AUDIENCE": "nobody",
            "TP_WORKER_PORT": str(port),
            **extra,
        }

    async def start(self, *, until_ready: bool = True, **extra: str) -> WorkerProcess:
        """Start a worker, with more environment variables, and wait until it is ready."""
        port = free_ports(1)[0]
        log = self.folder / f"worker-{len(self.workers)}.log"
        command = [sys.executable, "-m", "tests.support.things", "worker"]
        process = self._launch(command, self._environment(port, extra), log)
        worker = WorkerProcess(process, port, log)
        self.workers.append(worker)

        async def ready() -> bool:
            assert process.poll() is None, log.read_text()
            return (await worker.health())[0] == 200

        if until_ready:
            await wait_until(ready, "the worker is ready")
        return worker

    def _launch(self, command: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as output:
            return subprocess.Popen(command, env=environment, cwd=self.folder, stdout=output, stderr=output)

    async def operate(self, *words: str) -> str:
        """Run a command of the operator and return what it prints."""
        command = [sys.executable, "-m", "tests.support.things", "operate", *words]
        environment = self._environment(0, {})
        done = await asyncio.to_thread(
            subprocess.run, command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def send(self, messages: Sequence[RawMessage], topic: str = "", partition: int | None = None) -> None:
        """Send messages to the service's topic, in their order."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.kafka.bootstrap, enable_idempotence=True, max_request_size=8 * 1024 * 1024
        )
        async with producer:
            for message in messages:
                await producer.send(
                    topic or self.topic, message.value, message.key.encode(), partition, headers=message.headers
                )
            await producer.flush()

    async def read(self, topic: str = "", partitions: int = PARTITIONS) -> list[TopicRecord]:
        """Return everything that stands on a topic now, in the order of each partition."""
        found = await read_topic(self.kafka.bootstrap, topic or self.topic, partitions)
        return [_sent(record) for record in found]

    async def scalar(self, statement: str) -> Any:
        """Ask the database for one value."""
        async with self.database.read() as session:
            return await session.scalar(text(statement))

    async def wait_for(self, statement: str, seconds: float = TIMEOUT) -> None:
        """Wait until the database answers yes."""
        await wait_until(lambda: self.scalar(statement), statement, seconds)

    async def wait_for_blocked_transaction(self) -> None:
        """Wait until a transaction stands before a lock that another one holds."""
        mine = "FROM pg_stat_activity WHERE datname = current_database()"
        await self.wait_for(f"SELECT count(*) > 0 {mine} AND wait_event_type = 'Lock'")

    async def start_broker(self) -> None:
        """Start the broker again and wait until it answers, not only listens."""
        self.kafka.start()
        await asyncio.to_thread(AdminClient({"bootstrap.servers": self.kafka.bootstrap}).list_topics, timeout=TIMEOUT)

    async def wait_for_empty_outbox(self) -> None:
        """Wait until the outbox is empty."""
        await self.wait_for("SELECT count(*) = 0 FROM outbox")

    async def committed(self) -> int:
        """Return how many messages of the topic the group has acknowledged."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.bootstrap, group_id=self.group)
        async with consumer:
            places = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
            consumer.assign(places)
            return sum([await consumer.committed(place) or 0 for place in places])

    async def wait_for_acknowledged(self, count: int) -> None:
        """Wait until the group has acknowledged ``count`` messages."""

        async def all_acknowledged() -> bool:
            return await self.committed() >= count

        await wait_until(all_acknowledged, f"{count} messages acknowledged")


def _sent(record: Any) -> TopicRecord:
    headers = dict(record.headers)
    return TopicRecord((record.key or b"").decode(), int(headers.get("ce_sequence", b"0")), record.value, headers)


def _create(connection: Connection) -> None:
    tables.create_tables(Operations(MigrationContext.configure(connection)))
    things.Base.metadata.create_all(connection)
    for statement in RECORD_VERSION_REGRESSIONS:
        connection.execute(text(statement))


@asynccontextmanager
async def open_harness(kafka: Any, postgres: Any, folder: Path) -> AsyncIterator[WorkerHarness]:
    """Make the database and the topics of a little service; at the end whatever it started is gone."""
    service = f"things-{uuid4().hex[:8]}"
    database = Database(postgres.create_database("chaos"), source=f"/services/{service}")
    async with database.engine.begin() as connection:
        await connection.run_sync(_create)
    harness = WorkerHarness(kafka, postgres, database, folder, service)
    kafka.create_topics([harness.topic], PARTITIONS, settings_of(EXTERNAL))
    kafka.create_topics([harness.dead_letters], 1, settings_of(DEAD_LETTERS))
    usual, things.TOPIC = things.TOPIC, harness.topic
    try:
        yield harness
    finally:
        things.TOPIC = usual
        for worker in harness.workers:
            worker.kill()
        await database.close()
