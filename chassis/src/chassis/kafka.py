"""How this process reaches Kafka: one place for the options of every producer and every subscriber."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.helpers import create_ssl_context
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.security import parse_security
from faststream.middlewares import AckPolicy
from faststream.security import BaseSecurity, SASLScram512

from chassis.kafka_consumer import KafkaConsumer
from chassis.library_internals import use_consumer_class
from chassis.settings import Settings
from chassis.subscriptions import Subscription

MAX_REQUEST_BYTES = 8 * 1024 * 1024
# aiokafka fills one batch for each partition and waits until it has left; its default holds 16 messages of 1 kB.
BATCH_BYTES = 256 * 1024
GRACEFUL_SECONDS = 20.0

Parser = Callable[[Any], Awaitable[KafkaMessage]]


def make_producer(settings: Settings) -> AIOKafkaProducer:
    """Return a producer that keeps order and waits for every replica; start it before use."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        enable_idempotence=True,
        acks="all",
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        max_request_size=MAX_REQUEST_BYTES,
        request_timeout_ms=10_000,
        **security_options(settings),
    )


def make_broker(settings: Settings) -> KafkaBroker:
    """Return the FastStream broker that the subscribers of a worker are registered on."""
    return KafkaBroker(
        settings.kafka_bootstrap,
        client_id=settings.service,
        allow_auto_create_topics=False,
        consumer_only=True,
        graceful_timeout=GRACEFUL_SECONDS,
        security=_security(settings),
        apply_types=False,
        logger=logging.getLogger("faststream"),
    )


async def connect_with_kafka_consumer(broker: KafkaBroker) -> None:
    """Connect ``broker`` and let its subscribers use ``KafkaConsumer`` from their first fetch on."""
    await broker.connect()
    use_consumer_class(broker, KafkaConsumer)


async def broker_answers(client: AIOKafkaClient) -> bool:
    """Return whether a broker answers within two seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(2):
            return bool(await client.force_metadata_update())
    return False


async def pass_through(message: KafkaMessage) -> KafkaMessage:
    """Hand the message on as it is: what it holds is read by the consume path, which answers for every failure."""
    return message


def security_options(settings: Settings) -> dict[str, Any]:
    """Return how aiokafka's own clients sign in."""
    return dict(parse_security(_security(settings)))


def _security(settings: Settings) -> BaseSecurity | None:
    if settings.kafka_username is None or settings.kafka_password is None:
        return None
    ssl_context = create_ssl_context() if settings.kafka_tls else None
    password = settings.kafka_password.get_secret_value()
    return SASLScram512(settings.kafka_username, password, use_ssl=settings.kafka_tls, ssl_context=ssl_context)


def subscriber_options(subscription: Subscription, instance: str, parse: Parser) -> dict[str, Any]:
    """Return the options of every subscriber: nothing is acknowledged before its transaction is committed."""
    return {
        "batch": True,
        "group_id": subscription.name,
        "group_instance_id": f"{subscription.name}-{instance}",
        "auto_offset_reset": "earliest",
        "ack_policy": AckPolicy.MANUAL,
        "parser": parse,
        "decoder": pass_through,
        "max_records": subscription.max_records,
        "batch_timeout_ms": 1,
        # A fetch in flight leaves no partition out (``KafkaConsumer``): news on any of them ends it at once.
        "fetch_max_wait_ms": 500,
        "max_partition_fetch_bytes": MAX_REQUEST_BYTES,
        "session_timeout_ms": 10_000,
        "heartbeat_interval_ms": 1_000,
        "max_poll_interval_ms": 300_000,
    }
