"""What we use of the private parts of libraries is still there, in the shape in which it was seen.

Each test fails loudly when an upgrade changes what ``chassis.library_internals`` touches.
"""

import inspect
from importlib.metadata import version
from types import GetSetDescriptorType
from typing import Any

import pytest
import uvicorn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.record import default_records
from aiokafka.record._crecords import default_records as compiled_records
from faststream.kafka import KafkaBroker
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Status, StatusCode

from chassis import library_internals
from chassis.record_batches import DECODERS

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


def test_the_frame_that_unpacks_a_batch_knows_its_place() -> None:
    code = fetcher.PartitionRecords._unpack_records.__code__
    assert {"self", "tp", "next_batch"} <= set(code.co_varnames)
    assert "self.next_fetch_offset" in inspect.getsource(fetcher.PartitionRecords)
    assert isinstance(default_records.DefaultRecordBatch.next_offset, GetSetDescriptorType)


def test_the_decoders_of_batches_have_the_names_that_are_replaced() -> None:
    for module in (default_records, compiled_records):
        assert set(DECODERS) == {name for name in vars(module) if name.endswith("_decode")}


async def test_the_positions_of_a_consumer_are_known_without_waiting(kafka: Any) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap, group_id="internals-positions")
    assert library_internals.known_positions(consumer) == {}
    place = TopicPartition("publication.feed.v1", 0)
    consumer.assign([place])
    await consumer.start()
    try:
        consumer.seek(place, 0)
        assert library_internals.known_positions(consumer) == {place: 0}
    finally:
        await consumer.stop()


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
