"""The publication feed: one writer gives each committed change the next number, readers go on from any number.

A number is given after the commit of the change, by one writer at a time: so no entry ever appears behind one
that a reader has seen, and no number is missing.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any

import asyncpg
from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database, lock
from chassis.envelope import STRUCTURED
from chassis.outbox import emit
from contracts.events.publication import FeedData, FeedEntry
from publication.models import PENDING_CHANNEL, FeedHead, FeedRow, PendingEntry, PublicVersion

BATCH = 500
IDLE_SECONDS = 0.5


async def append_pending(database: Database) -> int:
    """Give numbers to what is committed and waits; return how many. Another writer is waited for."""
    async with database.begin() as session:
        head = await lock(session, FeedHead)
        if head is None:
            raise LookupError("the feed has lost its head")
        waiting = [(row[0], row[1]) for row in await session.execute(_TAKEN)]
        if waiting:
            await _append(session, head, waiting)
        return len(waiting)


def _taken() -> Select[int, PublicVersion]:
    """Take the oldest entries out of the queue, with what they are about."""
    oldest = select(PendingEntry.id).order_by(PendingEntry.id).limit(BATCH)
    returned = (PendingEntry.id, PendingEntry.tilbud_id, PendingEntry.version)
    taken = delete(PendingEntry).where(PendingEntry.id.in_(oldest)).returning(*returned).cte("taken")
    same = (PublicVersion.tilbud_id == taken.c.tilbud_id) & (PublicVersion.version == taken.c.version)
    return select(taken.c.id, PublicVersion).join(taken, same).order_by(taken.c.id)


_TAKEN = _taken()


async def _append(session: AsyncSession, head: FeedHead, waiting: Sequence[tuple[int, PublicVersion]]) -> None:
    ids = {version.tilbud_id for _, version in waiting}
    await session.execute(update(FeedRow).where(FeedRow.tilbud_id.in_(ids), FeedRow.latest).values(latest=False))
    last = {version.tilbud_id: pending for pending, version in waiting}
    rows: list[dict[str, Any]] = []
    for pending, version in waiting:
        entry = entry_of(head.sequence + 1, version, session.info["source"])
        emit(session, entry, aggregate=head, own_headers=_headers(entry))
        place = {"sequence": head.sequence, "tilbud_id": version.tilbud_id, "version": version.version}
        rows.append(place | {"latest": last[version.tilbud_id] == pending})
    await session.execute(insert(FeedRow), rows)


def _headers(entry: FeedEntry) -> dict[str, str]:
    """Say that the value is the whole event, as ``GET /v1/feed`` gives it: CloudEvents in structured mode."""
    return {
        "content-type": STRUCTURED,
        "ce_id": entry.id,
        "ce_time": entry.time.isoformat().replace("+00:00", "Z"),
        "ce_method": entry.method,
    }


def entry_of(sequence: int, version: PublicVersion, source: str) -> FeedEntry:
    """Return the feed entry with number ``sequence`` about ``version``."""
    data = {"reason": version.reason, "changes": version.changes, "tilbud": version.record}
    return FeedEntry(
        id=str(sequence),
        source=source,
        subject=version.tilbud_id,
        time=version.valid_from,
        method="PUT" if version.record else "DELETE",
        data=FeedData.model_validate(data),
    )


class FeedWriter:
    """Appends to the feed as soon as something is committed: the notification leaves with the commit."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._listening = AsyncExitStack()
        self._connection: asyncpg.Connection | None = None

    async def run(self, database: Database) -> None:
        """Append what comes within half a second, or waits at its end; the worker calls this again and again."""
        try:
            await self._listen(database)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
            self._wake.clear()
            while await append_pending(database) == BATCH:
                continue
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Stop listening; the next run begins again."""
        self._connection = None
        await self._listening.aclose()

    async def _listen(self, database: Database) -> None:
        if self._connection is None or self._connection.is_closed():
            await self.close()
            listening = database.listen(PENDING_CHANNEL, self._wake)
            self._connection = await self._listening.enter_async_context(listening)
            # What came before nobody tells any more.
            self._wake.set()


async def last_sequence(session: AsyncSession) -> int:
    """Return the number of the last entry, 0 when there is none."""
    return int(await session.scalar(select(func.coalesce(func.max(FeedRow.sequence), 0))) or 0)


async def entries_after(session: AsyncSession, position: int, limit: int) -> list[dict[str, Any]]:
    """Return up to ``limit`` entries behind ``position``, as they are served."""
    rows = (await session.execute(_entries().where(FeedRow.sequence > position).limit(limit))).all()
    source = session.info["source"]
    return [entry_of(row[0], row[1], source).model_dump(mode="json", by_alias=True) for row in rows]


def _entries() -> Select[int, PublicVersion]:
    return (
        select(FeedRow.sequence, PublicVersion)
        .join(
            PublicVersion,
            (PublicVersion.tilbud_id == FeedRow.tilbud_id) & (PublicVersion.version == FeedRow.version),
        )
        .order_by(FeedRow.sequence)
    )
