"""Batches that are small on the way and large once unpacked, and what the other partitions of their fetch have."""

import asyncio
import subprocess
import sys
from typing import Any
from uuid import uuid4

import cramjam
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from chassis.kafka_consumer import KafkaConsumer
from chassis.record_batches import MAX_UNPACKED_BYTES, BatchNotUnpacked, bound_unpacking

CODECS = {"gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}


def batch(codec: int, *values: bytes) -> bytes:
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, -1, 500_000_000)
    for offset, value in enumerate(values):
        assert builder.append(offset, 0, b"key", value, [("name", b"x")])
    return bytes(builder.build())


def values_of(content: bytes) -> list[bytes | None]:
    found: Any = MemoryRecords(content).next_batch()
    return [record.value for record in found]


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_what_is_meant_well_is_unpacked(codec: int) -> None:
    bound_unpacking()
    values = [bytes([n]) * n * 1_000 for n in range(1, 100)]
    assert values_of(batch(codec, *values)) == values
    large = b"a" * (MAX_UNPACKED_BYTES - 1_000)
    assert values_of(batch(codec, large)) == [large]


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_more_than_that_is_not(codec: int) -> None:
    bound_unpacking()
    with pytest.raises(BatchNotUnpacked):
        values_of(batch(codec, b"a" * (MAX_UNPACKED_BYTES + 1_000)))


PEAK = """
import resource, sys
import cramjam
from chassis.record_batches import DECODERS, BatchNotUnpacked
packed = open(sys.argv[2], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    DECODERS[sys.argv[1] + "_decode"](packed)
except BatchNotUnpacked:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("codec", ["gzip", "lz4", "zstd"])
def test_a_bomb_takes_no_more_memory_than_a_batch_may(codec: str, tmp_path: Any) -> None:
    packed = tmp_path / "bomb"
    packed.write_bytes(bytes(getattr(cramjam, codec).compress(b"a" * 400_000_000)))
    command = [sys.executable, "-c", PEAK, codec, str(packed)]
    grown = subprocess.run(  # noqa: S603  Our own program.
        command, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert int(grown) < 40


async def test_a_bomb_is_stepped_over_and_takes_nothing_of_others(kafka: Any) -> None:
    name = uuid4().hex[:8]
    bombed, other = topics = [f"bombs.{name}.{each}.v1" for each in ("bombed", "other")]
    kafka.create_topics(topics, partitions=1)
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap,
        compression_type="gzip",
        max_request_size=200_000_000,
        max_batch_size=200_000_000,
    )
    options: Any = {"bootstrap_servers": kafka.bootstrap, "group_id": f"bombs-{name}", "enable_auto_commit": False}
    consumer = KafkaConsumer(*topics, auto_offset_reset="earliest", fetch_max_wait_ms=500, **options)
    await producer.start()
    try:
        for number in range(60):
            await producer.send_and_wait(other, str(number).encode())
        await producer.send_and_wait(bombed, b"before")
        await producer.send_and_wait(bombed, b"a" * 50_000_000)
        await producer.send_and_wait(bombed, b"after")
        await consumer.start()
        found: dict[str, list[tuple[int, Any]]] = {topic: [] for topic in topics}
        async with asyncio.timeout(30):
            while sum(map(len, found.values())) < 63:
                for partition, records in (await consumer.getmany(max_records=500)).items():
                    found[partition.topic] += [(record.offset, record.value) for record in records]
        assert found[bombed] == [(0, b"before"), (1, None), (2, b"after")]
        assert found[other] == [(number, str(number).encode()) for number in range(60)]
    finally:
        await consumer.stop()
        await producer.stop()


async def test_many_that_are_large_come_one_after_the_other(kafka: Any) -> None:
    name = uuid4().hex[:8]
    large, other = topics = [f"large.{name}.{each}.v1" for each in ("large", "other")]
    kafka.create_topics(topics, partitions=1)
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap,
        compression_type="gzip",
        max_request_size=20_000_000,
        max_batch_size=20_000_000,
    )
    options: Any = {"bootstrap_servers": kafka.bootstrap, "group_id": f"large-{name}", "enable_auto_commit": False}
    consumer = KafkaConsumer(*topics, auto_offset_reset="earliest", fetch_max_wait_ms=500, **options)
    await producer.start()
    try:
        for number in range(12):
            await producer.send_and_wait(large, b"a" * 15_000_000)
            await producer.send_and_wait(other, str(number).encode())
        await consumer.start()
        found: dict[str, list[int]] = {topic: [] for topic in topics}
        most = 0
        async with asyncio.timeout(40):
            while sum(map(len, found.values())) < 24:
                fetched = await consumer.getmany(max_records=500)
                most = max(most, sum(len(record.value) for records in fetched.values() for record in records))
                for partition, records in fetched.items():
                    found[partition.topic] += [record.offset for record in records]
        assert found == {topic: list(range(12)) for topic in topics}
        assert most < 2 * 15_000_000
    finally:
        await consumer.stop()
        await producer.stop()


async def test_a_record_that_cannot_be_parsed_takes_nothing_of_others(kafka: Any) -> None:
    name = uuid4().hex[:8]
    broken, *others = topics = [f"broken.{name}.{each}.v1" for each in ("z", "a", "b")]
    kafka.create_topics(topics, partitions=1)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap)
    options: Any = {"bootstrap_servers": kafka.bootstrap, "group_id": f"broken-{name}", "enable_auto_commit": False}
    consumer = KafkaConsumer(*topics, auto_offset_reset="earliest", fetch_max_wait_ms=500, **options)
    await producer.start()
    try:
        for number in range(40):
            for topic in others:
                await producer.send(topic, str(number).encode())
            if number % 10 == 0:
                # The name of the header is no UTF-8: no Python client can send it.
                command = ["kcat", "-b", kafka.bootstrap, "-P", "-t", broken, "-H", b"\xff=y"]
                await asyncio.to_thread(subprocess.run, command, input=b"x", check=True, timeout=30)
        await producer.flush()
        await consumer.start()
        found: dict[str, list[int]] = {topic: [] for topic in topics}
        async with asyncio.timeout(30):
            while sum(map(len, found.values())) < 84:
                for partition, records in (await consumer.getmany(max_records=500)).items():
                    found[partition.topic] += [record.offset for record in records]
        assert found == {broken: list(range(4))} | {topic: list(range(40)) for topic in others}
    finally:
        await consumer.stop()
        await producer.stop()
