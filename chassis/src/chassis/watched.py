"""The consumer that the consume path is fed by: it waits in its poll, leaves when told to, and no header stops it.

A header's name may be no UTF-8, and its value may be no UTF-8 or missing: clients written in C send all three.
aiokafka raises out of ``getmany`` at such a name, again and again, for all partitions of the consumer. FastStream
raises at such a value before our handler is called, and the next acknowledgement commits past the batch.
"""

import time
from types import GeneratorType
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from chassis.subscriptions import Record

POLL_MS = 1_000
# Longer than any batch is worked on.
PREFETCH_SECONDS = 3_600.0


class WatchedConsumer(AIOKafkaConsumer):  # type: ignore[misc]
    """A consumer that notes when it last polled and that no header can stop.

    Headers come as ``original_headers``, where FastStream does not look. A record that cannot be parsed at all comes
    as one whose header is not readable.
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
            fetched = await self._step_over()
        for records in fetched.values():
            for record in records:
                record.original_headers, record.headers = record.headers, ()
        return fetched

    async def start(self) -> None:
        """Start, and never fetch while fetched records wait for the next poll.

        aiokafka does so after a tenth of a second. That fetch leaves out their partitions, and while it is in flight
        nothing asks for them again: what comes there waits until it ends for want of news elsewhere.
        """
        await super().start()
        self._fetcher._prefetch_backoff = PREFETCH_SECONDS  # noqa: SLF001  Nothing public sets it.

    async def stop(self) -> None:
        """Stop and leave the group, so that the others take over at once.

        aiokafka lets the place of a static member stand until its session is over. That is right for one that was
        killed and comes back, and wrong for one that was told to go.
        """
        if self._coordinator is not None:
            self._coordinator._group_instance_id = None  # noqa: SLF001  Nothing public makes a static member leave.
        await super().stop()

    async def lag(self) -> int:
        """Return how many messages stand between the position and the end of the assigned partitions."""
        ends = {partition: self.highwater(partition) for partition in self.assignment()}
        return sum([max(0, end - await self.position(partition)) for partition, end in ends.items() if end is not None])

    async def _step_over(self) -> dict[TopicPartition, list[Any]]:
        for partition, result in list(self._fetcher._records.items()):  # noqa: SLF001  Nothing public names it.
            records = getattr(result, "_partition_records", None)
            if records is None or not _has_failed(records._records_iterator):  # noqa: SLF001
                continue
            position = await self.position(partition)
            self._one_by_one = records.next_fetch_offset > position
            if self._one_by_one:
                # The records before the broken one were parsed and lost with it; they are fetched again.
                self.seek(partition, position)
                return {}
            self.seek(partition, position + 1)
            return {partition: [_placeholder(partition, position)]}
        raise RuntimeError("a record cannot be parsed, and its partition cannot be found")


def as_record(item: Any) -> Record:
    """Return what a ``WatchedConsumer`` fetched as the consume path takes it."""
    key = (item.key or b"").decode(errors="replace").replace("\0", "")
    headers = [(name.replace("\0", ""), value or b"") for name, value in item.original_headers]
    return Record(item.topic, item.partition, item.offset, key, headers, item.value)


def _has_failed(iterator: Any) -> bool:
    return isinstance(iterator, GeneratorType) and iterator.gi_frame is None


def _placeholder(partition: TopicPartition, offset: int) -> Any:
    headers = (("unparsable", b"\xff"),)
    return ConsumerRecord(partition.topic, partition.partition, offset, 0, 0, None, None, None, -1, -1, headers)
