"""The worker as it runs in operation: an event on the real broker becomes a mail."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer

from chassis.database import Database
from chassis.subscriptions import Record
from notification.settings import NotificationSettings
from notification.worker import build
from services.notification.tests.factories import SOLSIKKEN, Client, created, dead_letters, record_for
from services.notification.tests.mailbox import Mailbox

LEADER = "leder@solsikken.example"


async def publish(producer: AIOKafkaProducer, record: Record) -> None:
    headers = [(name, bytes(value)) for name, value in record.headers]
    await producer.send_and_wait(record.topic, value=record.value, key=record.key.encode(), headers=headers)


async def test_an_event_on_the_broker_becomes_a_mail(
    kafka: Any, database: Database, settings: NotificationSettings, mailbox: Mailbox, client: Client, identity: Any
) -> None:
    stop = asyncio.Event()
    worker = build(settings.model_copy(update={"kafka_bootstrap": kafka.bootstrap}))
    running = asyncio.create_task(worker.run(stop))
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        await publish(producer, record_for(created()))
        async with asyncio.timeout(30):
            while not mailbox.to(LEADER):
                await asyncio.sleep(0.02)
        async with client(identity.token("reporter-solsikken")) as api:
            assert (await api.put(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 200
        assert await worker.reasons_not_ready() == []
    stop.set()
    async with asyncio.timeout(20):
        await running
    assert len(mailbox.to(LEADER)) == 1
    assert await dead_letters(database) == 0
