"""The consumer that the consume path is fed by: it waits in its poll, leaves when told to, and no header stops it."""

import time
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from chassis.library_internals import leave_as_dynamic_member, partitions_that_failed_to_parse, stop_prefetching
from chassis.subscriptions import Record

POLL_MS = 1_000


class KafkaConsumer(AIOKafkaConsumer):  # type: ignore[misc]
    """A consumer that notes when it last polled; a record that cannot be parsed comes as one without a readable header.

    A header's name may be no UTF-8: clients written in C send such.
    """

    def __init__(self, *topics: str, **options: Any) -> None:
        super().__init__(*topics, **options)
        self.last_poll = time.monotonic()
        self._one_by_one = False

    async def getmany(self, *partitions: TopicPartition, **options: Any) -> dict[TopicPartition, list[Any]]:
        """Fetch like every consumer; where that fails, go record by record up to the one it fails at."""
        self.last_poll = time.monotonic()
        # FastStream sleeps for its own timeout after each poll that found nothing; waiting belongs in here.
        options["timeout_ms"] = POLL_MS
        if self._one_by_one:
            options["max_records"] = 1
        try:
            fetched: dict[TopicPartition, list[Any]] = await super().getmany(*partitions, **options)
        except UnicodeDecodeError:
            return await self._step_over()
        return fetched

    async def start(self) -> None:
        """Start, and never fetch while fetched records wait for the next poll."""
        await super().start()
        stop_prefetching(self)

    async def stop(self) -> None:
        """Stop and leave the group, so that the others take over at once."""
        leave_as_dynamic_member(self)
        await super().stop()

    async def lag(self) -> int:
        """Return how many messages stand between the position and the end of the assigned partitions."""
        ends = {partition: self.highwater(partition) for partition in self.assignment()}
        return sum([max(0, end - await self.position(partition)) for partition, end in ends.items() if end is not None])

    async def _step_over(self) -> dict[TopicPartition, list[Any]]:
        for partition, next_offset in partitions_that_failed_to_parse(self).items():
            position = await self.position(partition)
            self._one_by_one = next_offset > position
            if self._one_by_one:
                # The records before the broken one were parsed and lost with it; they are fetched again.
                self.seek(partition, position)
                return {}
            self.seek(partition, position + 1)
            return {partition: [_placeholder(partition, position)]}
        raise RuntimeError("a record cannot be parsed, and its partition cannot be found")


def as_record(item: Any) -> Record:
    """Return a fetched record as the consume path takes it."""
    key = (item.key or b"").decode(errors="replace").replace("\0", "")
    headers = [(name.replace("\0", ""), value or b"") for name, value in item.headers]
    return Record(item.topic, item.partition, item.offset, key, headers, item.value)


def _placeholder(partition: TopicPartition, offset: int) -> Any:
    headers = (("unparsable", b"\xff"),)
    return ConsumerRecord(partition.topic, partition.partition, offset, 0, 0, None, None, None, -1, -1, headers)
