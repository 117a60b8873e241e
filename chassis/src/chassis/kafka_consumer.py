"""The consumer that the consume path is fed by: it waits in its poll, leaves when told to, and no header stops it."""

import asyncio
import time
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from chassis.library_internals import failed_read, known_positions, leave_as_dynamic_member, stop_prefetching
from chassis.record_batches import BatchNotUnpacked, TooMuchAtOnce, bound_unpacking, one_fetch
from chassis.subscriptions import Record

POLL_MS = 1_000
MAX_RECORDS = 4_096
# Nothing is taken from a partition before its position is known, to which one could return.
NO_POSITION_MS = 50
# So long the partitions of one fetch go round before all of them are asked for news.
ROUND_SECONDS = 0.1


class KafkaConsumer(AIOKafkaConsumer):  # type: ignore[misc]
    """A consumer that notes when it last polled; a record that cannot be parsed comes as one without a readable header.

    A header's name may be no UTF-8: clients written in C send such. The partitions take turns: a backlog of one, which
    may be all that one outside party sends, does not stand before what the others have.
    """

    def __init__(self, *topics: str, **options: Any) -> None:
        super().__init__(*topics, **options)
        self.last_poll = time.monotonic()
        self._one_by_one: TopicPartition | None = None
        self._most = MAX_RECORDS
        self._served: set[TopicPartition] = set()
        self._round_began = time.monotonic()

    async def getmany(self, *partitions: TopicPartition, **options: Any) -> dict[TopicPartition, list[Any]]:
        """Return what was fetched of partitions that had no turn in this round; in a new round, of any."""
        self.last_poll = time.monotonic()
        others = self.assignment() - self._served
        fetched: dict[TopicPartition, list[Any]] = {}
        if self._served and others:
            fetched = await self._fetch(*others, **options | {"timeout_ms": 0})
        if not fetched:
            await self._begin_round()
            # FastStream sleeps for its own timeout after each poll that found nothing; waiting belongs in here.
            fetched = await self._fetch(*partitions, **options | {"timeout_ms": POLL_MS})
        self._served |= fetched.keys()
        return fetched

    async def _begin_round(self) -> None:
        """Forget who had a turn, and now and then what is left of the last fetch, so that all are asked for news.

        The consumer asks nobody while records of anybody wait (``stop_prefetching``).
        """
        assigned = self.assignment()
        if len(assigned) > 1 and time.monotonic() - self._round_began > ROUND_SECONDS:
            for partition in self._served & assigned:
                self.seek(partition, await self.position(partition))
            self._round_began = time.monotonic()
        self._served = set()

    async def _fetch(self, *partitions: TopicPartition, **options: Any) -> dict[TopicPartition, list[Any]]:
        """Fetch like every consumer; where that fails, go record by record up to the one it fails at."""
        if self._one_by_one and (not partitions or self._one_by_one in partitions):
            options["max_records"] = 1
        before = known_positions(self)
        if before.keys() < self.assignment():
            options["timeout_ms"] = min(options["timeout_ms"], NO_POSITION_MS)
        wanted = before.keys() & (set(partitions) or before.keys())
        if not wanted:
            await asyncio.sleep(options["timeout_ms"] / 1_000)
            return {}
        options["max_records"] = min(options.get("max_records") or self._most, self._most)
        try:
            with one_fetch():
                fetched: dict[TopicPartition, list[Any]] = await super().getmany(*wanted, **options)
        except TooMuchAtOnce:
            self._most = 1
            for partition, position in before.items():
                self.seek(partition, position)
            return {}
        except (UnicodeDecodeError, BatchNotUnpacked) as error:
            self._return_to(before)
            return self._step_over(error)
        self._most = min(MAX_RECORDS, 2 * self._most)
        return fetched

    def _return_to(self, positions: dict[TopicPartition, int]) -> None:
        """Go back on all partitions: what others had in a fetch that failed is lost with it, and fetched again."""
        for partition, position in known_positions(self).items():
            if positions.get(partition, position) != position:
                self.seek(partition, positions[partition])

    async def start(self) -> None:
        """Start, and never fetch while fetched records wait for the next poll."""
        bound_unpacking()
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

    def _step_over(self, error: Exception) -> dict[TopicPartition, list[Any]]:
        """Pass over a record that cannot be parsed, or a batch that cannot be unpacked: one record stands for it."""
        partition, offset, following = failed_read(error)
        position = known_positions(self)[partition]
        if offset > position:
            # The records before it were parsed and lost with it; they are fetched again.
            self._one_by_one = partition
            self.seek(partition, position)
            return {}
        self._one_by_one = None
        self.seek(partition, following if isinstance(error, BatchNotUnpacked) else position + 1)
        return {partition: [_placeholder(partition, position)]}


def as_record(item: Any) -> Record:
    """Return a fetched record as the consume path takes it."""
    key = (item.key or b"").decode(errors="replace").replace("\0", "")
    headers = [(name.replace("\0", ""), value or b"") for name, value in item.headers]
    return Record(item.topic, item.partition, item.offset, key, headers, item.value)


def _placeholder(partition: TopicPartition, offset: int) -> Any:
    headers = (("unparsable", b"\xff"),)
    return ConsumerRecord(partition.topic, partition.partition, offset, 0, 0, None, None, None, -1, -1, headers)
