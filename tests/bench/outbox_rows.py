"""How ``emit`` writes: deferred inserts, as the chassis has them, against a class mapped on the outbox.

A mapped row is written at the next flush, so whatever asks the database between two events splits the inserts again.
Deferred ones stand in one statement for the whole batch.
"""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from chassis import outbox, tables
from chassis.database import Database, lock_or_create
from tests.bench.results import Result
from tests.support import things

MESSAGES = 500
TURNS = 12
FILLING = "x" * 900
KEYS = [f"thing-{number}" for number in range(MESSAGES)]

Cost = tuple[float, float]
Use = Callable[[AsyncSession, things.Thing], Awaitable[None]]


class Base(DeclarativeBase):
    """The chassis' own tables."""

    metadata = tables.metadata


class OutboxRow(Base):
    """A row of the outbox that the ORM writes."""

    __table__ = tables.outbox


@contextmanager
def mapped_rows() -> Iterator[None]:
    """Let ``emit`` add a mapped row to the session."""

    def add(session: AsyncSession, _statement: Any, row: dict[str, Any]) -> None:
        session.add(OutboxRow(**row))

    with patch.object(outbox, "defer_insert", add):
        yield


async def ask_nothing(_session: AsyncSession, _thing: things.Thing) -> None:
    """Let a use case that has loaded all it needs go on."""


async def ask_once(session: AsyncSession, thing: things.Thing) -> None:
    """Ask the database for something, as most use cases do."""
    await session.execute(select(things.Thing.seen).where(things.Thing.id == thing.id))


async def measure_outbox_rows(database: Database) -> list[Result]:
    """Compare both for a use case that asks the database nothing more, and for one that asks once."""
    results = []
    for what, use in (("no query", ask_nothing), ("one query", ask_once)):
        deferred = await _cost(database, use)
        with mapped_rows():
            mapped = await _cost(database, use)
        for unit, mine, its in zip(("µs", "statements"), deferred, mapped, strict=True):
            results.append(Result(f"emit, {what} for each event; bare: mapped row", mine, its, unit, ""))
    return results


async def _cost(database: Database, use: Use) -> Cost:
    """Return microseconds of processor time and statements for each event."""
    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    engine = database.engine.sync_engine
    await _emit_all(database, use)
    event.listen(engine, "before_cursor_execute", count)
    seconds = []
    for _ in range(TURNS):
        began = time.process_time()
        await _emit_all(database, use)
        seconds.append(time.process_time() - began)
    event.remove(engine, "before_cursor_execute", count)
    return 1_000_000 * median(seconds) / MESSAGES, statements / TURNS / MESSAGES


async def _emit_all(database: Database, use: Use) -> None:
    async with database.begin() as session:
        rows = await lock_or_create(session, things.Thing.id, KEYS)
        for key in KEYS:
            thing = rows[key]
            thing.value = str(time.perf_counter())
            await use(session, thing)
            outbox.emit(session, things.ThingChanged(thing_id=key, value=FILLING), aggregate=thing)
