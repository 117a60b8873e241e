"""The worker as it runs in operation: a submission on the real broker is routed, and the answer is on the broker."""

import asyncio
import json
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pydantic import SecretStr

from chassis.database import Database
from devstack.in_process import record_of
from jurisdiction.settings import JurisdictionSettings
from jurisdiction.worker import build
from services.jurisdiction.tests.factories import created, sent


async def test_a_submission_on_the_broker_is_routed(kafka: Any, database: Database) -> None:
    settings = JurisdictionSettings(
        database_url=SecretStr(database.url), kafka_bootstrap=kafka.bootstrap, identity_issuer="http://127.0.0.1:1"
    )
    tilbud = f"CRV-{uuid4().hex[:8]}"
    stop = asyncio.Event()
    running = asyncio.create_task(build(settings).run(stop))
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        for event in (created(), sent()):
            record = record_of(event.model_copy(update={"tilbud_id": tilbud}), source="/services/reporting")
            await producer.send_and_wait(
                record.topic, value=record.value, key=tilbud.encode(), headers=list(record.headers)
            )
    routed = await first_record(kafka, "jurisdiction.cases.v1", tilbud)
    assigned = await first_record(kafka, "jurisdiction.tilbud.v1", tilbud)
    stop.set()
    async with asyncio.timeout(20):
        await running
    assert (routed["submission_id"], routed["authority"]) == ("case-1", "socialtilsyn-nord")
    assert (assigned["version"], assigned["authority"]) == (1, "socialtilsyn-nord")


async def first_record(kafka: Any, topic: str, key: str) -> dict[str, Any]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            async for message in consumer:
                if message.key == key.encode():
                    found: dict[str, Any] = json.loads(message.value)
                    return found
    finally:
        await consumer.stop()
    raise AssertionError("the consumer ended")
