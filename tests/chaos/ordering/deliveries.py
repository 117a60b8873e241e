"""Orders in which events can reach a reader: every permutation or some, with repeats and republished copies."""

import itertools
import json
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from chassis.ids import uuid7
from chassis.subscriptions import Record
from tests.chaos.ordering.system import header


def orders(events: Sequence[Record], chance: random.Random, most: int) -> Iterator[list[Record]]:
    """Give every order where there are no more than ``most``, else so many of them."""
    if math.factorial(len(events)) <= most:
        yield from map(list, itertools.permutations(events))
        return
    yield list(reversed(events))
    for number in range(most):
        yield interleaved(events, chance) if number % 2 else chance.sample(events, len(events))


def interleaved(events: Sequence[Record], chance: random.Random) -> list[Record]:
    """Keep the order within each topic, as Kafka does for one key."""
    waiting = defaultdict(list)
    for record in events:
        waiting[record.topic].append(record)
    topics = [record.topic for record in events]
    chance.shuffle(topics)
    return [waiting[topic].pop(0) for topic in topics]


def with_copies(order: Sequence[Record], old: Sequence[Record], chance: random.Random) -> list[Record]:
    """Put repeats and republished copies behind what they repeat, and those of ``old`` events anywhere."""
    delivered = list(order)
    for record in [*order, *chance.sample(old, len(old) // 3)]:
        first = delivered.index(record) + 1 if record in delivered else 0
        for copy in chance.sample([record, republished(record)], chance.randint(0, 2)):
            delivered.insert(chance.randint(first, len(delivered)), copy)
    return delivered


def republished(record: Record) -> Record:
    """Return the same event as ``republish`` sends it: with a new id, and marked."""
    headers = [(name, uuid7().encode() if name == "ce_id" else value) for name, value in record.headers]
    value = record.value and json.dumps(json.loads(record.value) | {"republished": True}).encode()
    return replace(record, headers=headers, value=value)


def describe(record: Record) -> str:
    """Return the name of an event, with what distinguishes it from the others of its type."""
    data = json.loads(record.value or b"{}")
    which = [str(data[name]) for name in ("number", "revision", "version", "decision") if name in data]
    return " ".join([header(record, "ce_type").split(".")[-2], *which])
