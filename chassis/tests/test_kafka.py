"""The consumer of a worker: where there is nothing to consume from, and where one partition has more than others."""

import asyncio
import subprocess
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

from chassis.kafka_consumer import KafkaConsumer


async def test_a_consumer_that_could_not_start_says_why_and_can_be_stopped() -> None:
    consumer = KafkaConsumer("things", bootstrap_servers="127.0.0.1:9", group_id="g", group_instance_id="g-1")
    with pytest.raises(KafkaConnectionError):
        await consumer.start()
    await consumer.stop()
    assert consumer._closed


# The name of the second header is no UTF-8: no Python client sends it, and no Python client can read it.
@pytest.mark.parametrize("header", [b"x=y", b"\xff=y"])
async def test_a_backlog_of_one_party_does_not_stand_before_the_others(kafka: Any, header: bytes) -> None:
    name = uuid4().hex[:8]
    flood, other, late = topics = [f"turns.{name}.{each}.v1" for each in ("flood", "other", "late")]
    kafka.create_topics(topics, partitions=1)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap)
    consumer = KafkaConsumer(
        *topics,
        bootstrap_servers=kafka.bootstrap,
        group_id=f"turns-{name}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=500,
    )
    await producer.start()
    try:
        command = ["kcat", "-b", kafka.bootstrap, "-P", "-t", flood, "-H", header]
        await asyncio.to_thread(subprocess.run, command, input=b"x\n" * 3_000, check=True, timeout=30)
        for _ in range(150):
            await producer.send(other, b"x")
        await producer.flush()
        await consumer.start()
        served: list[str] = []
        offsets: dict[str, list[int]] = {topic: [] for topic in topics}
        while len(served) < 15:
            for partition, records in (await consumer.getmany(max_records=100)).items():
                served.append(partition.topic)
                offsets[partition.topic] += [record.offset for record in records]
            if len(served) == 2:
                await producer.send_and_wait(late, b"x")
            # A batch takes time.
            await asyncio.sleep(0.05)
        # All of the others came between the batches of the flood, and nothing was lost or came twice.
        assert served.count(flood) <= 12
        assert (len(offsets[other]), len(offsets[late])) == (150, 1)
        assert all(found == list(range(len(found))) for found in offsets.values())
    finally:
        await consumer.stop()
        await producer.stop()
