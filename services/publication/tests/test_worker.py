"""The worker on the real broker: what arrives on Kafka is public within a moment, over HTTP and on Kafka."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from public_facts import case, tilsyn, vacancies

from chassis.database import Database
from chassis.testing import api_client, record_of
from contracts.events.approval import TilsynDecision
from contracts.events.publication import FeedEntry, TilbudPublished
from publication.app import build
from publication.settings import PublicationSettings
from publication.worker import build as build_worker


@pytest.fixture
async def running(kafka: Any, identity: Any, database: Database) -> AsyncIterator[httpx2.AsyncClient]:
    """The worker at work, and a client of the API beside it."""
    settings = PublicationSettings(
        environment="development",
        database_url=database.url,
        kafka_bootstrap=kafka.bootstrap,
        identity_issuer=identity.issuer,
    )
    stop = asyncio.Event()
    worker = build_worker(settings)
    working = asyncio.create_task(worker.run(stop))
    async with api_client(build(settings, database)) as client:
        yield client
    stop.set()
    await working


async def publish(producer: AIOKafkaProducer, *facts: Any) -> None:
    for fact in facts:
        record = record_of(fact, source="/services/test")
        await producer.send_and_wait(record.topic, record.value, key=record.key.encode(), headers=record.headers)


async def next_entry(client: httpx2.AsyncClient, position: int) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            answer = await client.get("/v1/feed", params={"lastEventId": position, "timeout": 20_000})
            if answer.json():
                entry: dict[str, Any] = answer.json()[0]
                return entry


async def read(kafka: Any, topic: str, count: int) -> list[Any]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    found: list[Any] = []
    try:
        async with asyncio.timeout(20):
            while len(found) < count:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
    finally:
        await consumer.stop()
    return found


@pytest.mark.slow
async def test_a_fact_on_kafka_is_public_at_once(running: httpx2.AsyncClient, kafka: Any) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap)
    await producer.start()
    try:
        await publish(producer, case(), tilsyn())
        assert (await next_entry(running, 0))["method"] == "PUT"
        took = []
        for version in range(1, 21):
            waiting = asyncio.create_task(next_entry(running, version))
            await asyncio.sleep(0.05)
            started = time.perf_counter()
            await publish(producer, vacancies(version=version, free=version % 3))
            entry = await waiting
            took.append(time.perf_counter() - started)
            assert entry["id"] == str(version + 1)
        assert sorted(took)[len(took) // 2] < 1
        await publish(producer, tilsyn(number=2, decision=TilsynDecision.NOT_APPROVED))
        assert (await next_entry(running, 21))["method"] == "DELETE"
    finally:
        await producer.stop()

    records = await read(kafka, FeedEntry.topic, 22)
    entries = [json.loads(record.value) for record in records]
    headers = dict(records[-1].headers)
    assert headers["content-type"] == b"application/cloudevents+json"
    assert (headers["ce_id"], headers["ce_method"]) == (b"22", b"DELETE")
    assert [entry["id"] for entry in entries] == [str(number) for number in range(1, 23)]
    assert entries == (await running.get("/v1/feed")).json()
    states = await read(kafka, TilbudPublished.topic, 22)
    assert states[-1].value is None
