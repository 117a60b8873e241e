"""The consumer of a worker, where there is nothing to consume from."""

import pytest
from aiokafka.errors import KafkaConnectionError

from chassis.kafka_consumer import KafkaConsumer


async def test_a_consumer_that_could_not_start_says_why_and_can_be_stopped() -> None:
    consumer = KafkaConsumer("things", bootstrap_servers="127.0.0.1:9", group_id="g", group_instance_id="g-1")
    with pytest.raises(KafkaConnectionError):
        await consumer.start()
    await consumer.stop()
    assert consumer._closed
