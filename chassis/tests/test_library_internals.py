"""What we use of the private parts of libraries is still there, in the shape in which it was seen.

Each test fails loudly when an upgrade changes what ``chassis.library_internals`` touches.
"""

import inspect
from importlib.metadata import version
from typing import Any

import pytest
import uvicorn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.consumer import fetcher
from faststream.kafka import KafkaBroker
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Status, StatusCode

from chassis import library_internals

SEEN = {"aiokafka": "0.14.", "faststream": "0.7.", "opentelemetry-sdk": "1.", "uvicorn": "0."}


@pytest.mark.parametrize("package", SEEN)
def test_the_version_is_one_of_those_in_which_the_private_parts_were_seen(package: str) -> None:
    assert version(package).startswith(SEEN[package])


async def test_a_producer_can_be_given_up_without_a_flush(kafka: Any) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, enable_idempotence=True)
    await producer.start()
    assert producer._closed is False
    sending = producer._sender.sender_task
    await library_internals.discard_producer(producer)
    assert sending.cancelled() or sending.done()
    await producer.stop()


async def test_a_started_consumer_fetches_only_what_is_asked_for(kafka: Any) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap, group_id="internals")
    await consumer.start()
    try:
        assert 0 < consumer._fetcher._prefetch_backoff < 1
        library_internals.stop_prefetching(consumer)
        assert consumer._fetcher._prefetch_backoff == library_internals.PREFETCH_SECONDS
        assert "self._prefetch_backoff" in inspect.getsource(fetcher.Fetcher)
        assert library_internals.client_of(consumer) is consumer._client
    finally:
        await consumer.stop()


async def test_a_static_member_can_leave_its_group(kafka: Any) -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka.bootstrap, group_id="internals", group_instance_id="internals-1"
    )
    await consumer.start()
    assert consumer._coordinator._group_instance_id == "internals-1"
    library_internals.leave_as_dynamic_member(consumer)
    assert consumer._coordinator._group_instance_id is None
    await consumer.stop()


def test_the_records_that_were_fetched_name_their_partition_and_their_iterator() -> None:
    assert "_records" in vars(fetcher.Fetcher) or "self._records" in inspect.getsource(fetcher.Fetcher.__init__)
    assert "_partition_records" in inspect.getsource(fetcher.FetchResult)
    source = inspect.getsource(fetcher.PartitionRecords)
    assert "_records_iterator" in source
    assert "next_fetch_offset" in source


async def test_a_connected_broker_builds_its_consumers_by_a_partial_that_can_be_replaced(kafka: Any) -> None:
    broker = KafkaBroker(kafka.bootstrap, consumer_only=True)
    await broker.connect()
    try:
        library_internals.use_consumer_class(broker, AIOKafkaConsumer)
        builder: Any = broker.config.broker_config.builder
        assert builder.func is AIOKafkaConsumer
        assert builder.keywords["bootstrap_servers"] == [kafka.bootstrap]
    finally:
        await broker.stop()


def test_the_text_of_a_finished_spans_status_can_be_dropped() -> None:
    span: Any = TracerProvider().get_tracer("test").start_span("work")
    span.set_status(Status(StatusCode.ERROR, "010180-0000"))
    span.end()
    library_internals.drop_status_text(span)
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description is None


def test_uvicorn_can_serve_without_taking_the_signals() -> None:
    assert inspect.iscoroutinefunction(uvicorn.Server._serve)
    assert list(inspect.signature(uvicorn.Server._serve).parameters) == ["self", "sockets"]
