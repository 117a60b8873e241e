"""The least that can bring a fact from one database to another: producer, topic, consumer, one insert."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from devstack.testing import Stack


class Pipeline:
    """A bare pipeline: ``sent`` and ``there`` hold the moments of each message, ``there`` that of its commit."""

    def __init__(self, producer: AIOKafkaProducer, topic: str) -> None:
        self._producer = producer
        self._topic = topic
        self.sent: list[float] = []
        self.there: dict[int, float] = {}

    async def send(self, value: bytes) -> None:
        """Send one message and wait until the broker has it."""
        number = len(self.sent)
        self.sent.append(time.time())
        await self._producer.send_and_wait(self._topic, value, key=str(number).encode())

    async def work(self, consumer: AIOKafkaConsumer, connection: asyncpg.Connection) -> None:
        """Insert each batch in one transaction, for ever."""
        while True:
            for records in (await consumer.getmany(timeout_ms=1_000)).values():
                rows = [(int(record.key), record.value.decode()) for record in records]
                async with connection.transaction():
                    await connection.executemany("INSERT INTO arrived (number, value) VALUES ($1, $2)", rows)
                moment = time.time()
                self.there |= {number: moment for number, _ in rows}
                await consumer.commit()

    async def seconds(self) -> list[float]:
        """Return how long each message took, when all are there."""
        while len(self.there) < len(self.sent):
            await asyncio.sleep(0.01)
        return [self.there[number] - moment for number, moment in enumerate(self.sent)]


@asynccontextmanager
async def bare_pipeline(stack: Stack) -> AsyncIterator[Pipeline]:
    """Run a pipeline with a topic and a database of its own; it is warm when the block begins."""
    topic = f"bench-{uuid4().hex[:8]}"
    stack.kafka.create_topics([topic])
    connection = await asyncpg.connect(stack.postgres.create_database("bare").replace("+asyncpg", ""))
    await connection.execute("CREATE TABLE arrived (number integer PRIMARY KEY, value jsonb)")
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=stack.kafka.bootstrap,
        group_id=topic,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka.bootstrap, enable_idempotence=True, acks="all")
    async with producer, consumer:
        pipeline = Pipeline(producer, topic)
        working = asyncio.create_task(pipeline.work(consumer, connection))
        try:
            await pipeline.send(b"{}")
            await pipeline.seconds()
            yield pipeline
        finally:
            working.cancel()
            await asyncio.wait([working])
            await connection.close()
