"""Whether anything in the system is still to be done: rows of outboxes, mails, lag of consumer groups."""

import asyncio
import time

from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from contracts.topics import SERVICES, TOPICS
from tests.chaos.snapshot import Addresses, unfinished_work

IDLE_CHECKS = 2


async def wait_until_idle(addresses: Addresses, seconds: float) -> None:
    """Wait until nothing is left to do anywhere, seen twice in a row; give up after ``seconds``."""
    end, checks = time.monotonic() + seconds, 0
    while checks < IDLE_CHECKS and time.monotonic() < end:
        left = {**await unfinished_work(addresses), **await consumer_lags(addresses.kafka)}
        checks = 0 if any(n for what, n in left.items() if "dead letters" not in what) else checks + 1
        await asyncio.sleep(0.3)


async def consumer_lags(bootstrap: str) -> dict[str, int]:
    """Return how many messages each of our consumer groups has not acknowledged."""
    return await asyncio.to_thread(_consumer_lags, bootstrap)


def _consumer_lags(bootstrap: str) -> dict[str, int]:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    ours = [
        group.group_id
        for group in admin.list_consumer_groups().result().valid
        if group.group_id.partition(".")[0] in SERVICES
    ]
    committed = {group: _committed(admin, group) for group in ours}
    partitions = {partition for offsets in committed.values() for partition in _all_partitions(offsets)}
    newest = OffsetSpec.latest()  # type: ignore[no-untyped-call]
    futures = admin.list_offsets({TopicPartition(*partition): newest for partition in partitions})
    ends = {(each.topic, each.partition): done.result().offset for each, done in futures.items()}
    return {
        f"{group}: lag": sum(ends[each] - offsets.get(each, 0) for each in _all_partitions(offsets))
        for group, offsets in committed.items()
    }


def _committed(admin: AdminClient, group: str) -> dict[tuple[str, int], int]:
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
    found = asked[group].result().topic_partitions or []
    return {(each.topic, each.partition): each.offset for each in found if each.offset >= 0}


def _all_partitions(offsets: dict[tuple[str, int], int]) -> set[tuple[str, int]]:
    """Return every partition of the topics that a group has acknowledged anything of."""
    topics = {topic for topic, _ in offsets}
    return {(topic.name, number) for topic in TOPICS if topic.name in topics for number in range(topic.partitions)}
