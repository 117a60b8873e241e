"""Messages that failed alone on a healthy database, and what waits behind them.

A dead letter keeps its key closed: later messages of the same key and handler are parked in order, until the
operator replays or discards it. Original bytes, headers and reason also go to the service's dead-letter topic.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import decode_headers, emit_unchanged, encode_headers
from chassis.subscriptions import Record
from chassis.tables import dead_letters

WAITING = "waiting"
PARKED = "parked"
REPLAY = "replay"
REPLAYED = "replayed"
DISCARDED = "discarded"
OPEN = (WAITING, PARKED, REPLAY)


@dataclass(frozen=True)
class DeadLetter:
    """A dead letter or a parked message, as the operator sees it."""

    id: int
    handler: str
    state: str
    record: Record
    reason: str
    created_at: datetime


async def blocked_keys(session: AsyncSession, handler: str, keys: Iterable[str]) -> set[str]:
    """Return those of ``keys`` that wait for the operator."""
    statement = select(dead_letters.c.key).where(
        dead_letters.c.handler == handler,
        dead_letters.c.key.in_(sorted(set(keys))),
        dead_letters.c.settled_at.is_(None),
    )
    return set((await session.execute(statement)).scalars())


async def add(session: AsyncSession, handler: str, record: Record, reason: str, *, topic: str) -> None:
    """Keep ``record`` with the reason of its failure and publish it on the dead-letter ``topic``."""
    await _insert(session, handler, WAITING, record, reason)
    ours = {
        "dead-letter-handler": handler,
        "dead-letter-reason": reason,
        "dead-letter-topic": record.topic,
        "dead-letter-partition": str(record.partition),
        "dead-letter-offset": str(record.offset),
    }
    headers = [(name, raw) for name, raw in record.headers if name not in ours]
    headers += [(name, text.encode()) for name, text in ours.items()]
    emit_unchanged(session, topic, record.key, headers, record.value)


async def park(session: AsyncSession, handler: str, record: Record) -> None:
    """Put ``record`` behind the dead letter of its key."""
    await _insert(session, handler, PARKED, record, "an earlier message of the same key waits")


async def _insert(session: AsyncSession, handler: str, state: str, record: Record, reason: str) -> None:
    values: dict[str, Any] = {
        "handler": handler,
        "state": state,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": record.key,
        "headers": encode_headers(record.headers),
        "value": record.value,
        "reason": reason,
    }
    await session.execute(insert(dead_letters).values(values))


def letter_of(row: Row[Any]) -> DeadLetter:
    """Return a row of the table as a dead letter."""
    record = Record(row.topic, row.partition, row.offset, row.key, decode_headers(row.headers), row.value)
    return DeadLetter(row.id, row.handler, row.state, record, row.reason, row.created_at)


async def move(
    session: AsyncSession, letter_id: int, state: str, *, since: Collection[str] = OPEN, reason: str | None = None
) -> bool:
    """Bring a letter that stands in one of the states ``since`` into ``state``; False when it stands in another.

    ``replay`` asks the worker to handle it again, ``waiting`` leaves it to the operator. ``discarded`` and
    ``replayed`` are its end: what is parked behind it is handled next.
    """
    values = {"state": state, "settled_at": None if state in OPEN else func.now()} | (
        {"reason": reason} if reason else {}
    )
    found = (dead_letters.c.id == letter_id) & dead_letters.c.state.in_(since)
    return (
        await session.scalar(update(dead_letters).where(found).values(values).returning(dead_letters.c.id)) is not None
    )


async def released_handlers(session: AsyncSession) -> set[str]:
    """Return the handlers that may have something to replay."""
    statement = select(dead_letters.c.handler).where(
        dead_letters.c.settled_at.is_(None), dead_letters.c.state.in_((REPLAY, PARKED))
    )
    return set((await session.execute(statement.distinct())).scalars())


async def next_to_replay(session: AsyncSession, handler: str) -> DeadLetter | None:
    """Return the oldest open letter of a key when the operator has released it, and hold it; else None.

    A parked message is released as soon as nothing of its key stands before it.
    """
    first_of_key = (
        select(func.min(dead_letters.c.id))
        .where(dead_letters.c.handler == handler, dead_letters.c.settled_at.is_(None))
        .group_by(dead_letters.c.key)
    )
    statement = (
        select(dead_letters)
        .where(dead_letters.c.id.in_(first_of_key), dead_letters.c.state.in_((REPLAY, PARKED)))
        .order_by(dead_letters.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await session.execute(statement)).one_or_none()
    return letter_of(row) if row else None


async def count_open(session: AsyncSession) -> dict[str, int]:
    """Return how many letters stand in each open state."""
    statement = (
        select(dead_letters.c.state, func.count().label("letters"))
        .where(dead_letters.c.settled_at.is_(None))
        .group_by(dead_letters.c.state)
    )
    counts = {row.state: row.letters for row in await session.execute(statement)}
    return {state: counts.get(state, 0) for state in OPEN}
