"""The worker on the real broker: what arrives on Kafka is public within a moment, over HTTP and on Kafka."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from chassis.database import Database
from chassis.envelope import CorrelationContext, correlated
from contracts.events.approval import TilsynDecision
from contracts.events.publication import FeedEntry, TilbudPublished
from contracts.testing.factories import tilsyn_published, vacancies_changed
from devstack.in_process import api_client, record_of
from publication.app import build
from publication.settings import PublicationSettings
from publication.worker import build as build_worker
from services.publication.tests.factories import approved_case

# The broker may have what an earlier run has written.
TILBUD = f"CRV-{uuid4().hex[:8]}"
OUTSIDE = "the id of a supervision system's own event"


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
        with correlated(CorrelationContext(OUTSIDE)):
            record = record_of(fact, source="/services/test")
        await producer.send_and_wait(record.topic, record.value, key=record.key.encode(), headers=record.headers)


async def next_entry(client: httpx2.AsyncClient, position: str) -> dict[str, Any]:
    """Return the first entry behind ``position`` about our tilbud; the broker has what other tests wrote, too."""
    async with asyncio.timeout(30):
        while True:
            for entry in (await client.get("/v1/feed", params={"lastEventId": position, "timeout": 20_000})).json():
                position = entry["id"]
                if entry["subject"] == TILBUD:
                    found: dict[str, Any] = entry
                    return found


async def read(kafka: Any, topic: str, count: int) -> list[Any]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    found: list[Any] = []
    try:
        async with asyncio.timeout(20):
            while len(found) < count:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += [record for record in records if record.key == TILBUD.encode()]
    finally:
        await consumer.stop()
    return found


@pytest.mark.slow
async def test_a_fact_on_kafka_is_public_at_once(running: httpx2.AsyncClient, kafka: Any) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap)
    await producer.start()
    try:
        await publish(producer, approved_case(TILBUD), tilsyn_published(TILBUD))
        entries = [await next_entry(running, "0")]
        for version in range(1, 21):
            waiting = asyncio.create_task(next_entry(running, entries[-1]["id"]))
            await publish(producer, vacancies_changed(TILBUD, version=version, free={"afd-1": version % 3}))
            entries.append(await waiting)
        await publish(producer, tilsyn_published(TILBUD, number=2, decision=TilsynDecision.NOT_APPROVED))
        entries.append(await next_entry(running, entries[-1]["id"]))
    finally:
        await producer.stop()
    assert [entry["method"] for entry in entries] == [*("PUT" for _ in range(21)), "DELETE"]
    ids = [int(entry["id"]) for entry in entries]
    assert ids == sorted(set(ids))

    records = await read(kafka, FeedEntry.topic, len(entries))
    assert [json.loads(record.value) for record in records] == [entry["data"] for entry in entries]
    for record, entry in zip(records, entries, strict=True):
        headers = {name: raw.decode() for name, raw in record.headers}
        assert headers["content-type"] == entry["datacontenttype"]
        for name in ("specversion", "id", "type", "source", "subject", "time", "method"):
            assert headers[f"ce_{name}"] == entry[name]
    states = await read(kafka, TilbudPublished.topic, len(entries))
    assert states[-1].value is None
    for record in (*records, *states):
        assert OUTSIDE not in {raw.decode() for _, raw in record.headers}


@pytest.mark.slow
async def test_a_flood_of_one_tilbud_holds_up_no_removal(running: httpx2.AsyncClient, kafka: Any) -> None:
    removed, flooded, count = f"{TILBUD}-removed", f"{TILBUD}-flooded", 400
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap)
    await producer.start()
    try:
        for tilbud in (removed, flooded):
            await publish(producer, approved_case(tilbud), tilsyn_published(tilbud))
            await until(running, tilbud, 200)
        facts = [tilsyn_published(flooded, number) for number in range(2, count + 1)]
        facts.append(tilsyn_published(removed, 2, decision=TilsynDecision.NOT_APPROVED))
        for record in (record_of(fact, source="/services/test") for fact in facts):
            # All on one partition: whoever reads it takes one after the other.
            await producer.send(
                record.topic, record.value, key=record.key.encode(), headers=record.headers, partition=3
            )
        await producer.flush()
        await until(running, removed, 410)
        behind = await version_of(running, flooded)
        async with asyncio.timeout(60):
            while await version_of(running, flooded) < count:
                await asyncio.sleep(0.1)
    finally:
        await producer.stop()
    assert behind < count


async def version_of(client: httpx2.AsyncClient, tilbud: str) -> int:
    return int((await client.get(f"/v1/tilbud/{tilbud}")).json()["version"])


async def until(client: httpx2.AsyncClient, tilbud: str, status: int) -> None:
    """Wait until the public record is answered with ``status``."""
    async with asyncio.timeout(30):
        while (await client.get(f"/v1/tilbud/{tilbud}")).status_code != status:
            await asyncio.sleep(0.02)
