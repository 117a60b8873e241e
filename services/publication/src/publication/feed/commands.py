"""What is written to the feed: a committed change waits in a queue, and one writer at a time gives it the next number.

A number is given after the commit of the change, by one writer at a time: so no entry ever appears behind one
that a reader has seen, and no number is missing.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database, lock
from chassis.ids import uuid7
from chassis.outbox import emit
from publication.feed.events import FeedMessage, entry_headers
from publication.feed.models import FeedHead, FeedRow, PendingEntry
from publication.records.models import PublicVersion

BATCH = 500
_HISTORY = text("SELECT system_identifier || '/' || timeline_id FROM pg_control_system(), pg_control_checkpoint()")


def enqueue(session: AsyncSession, tilbud_id: str, version: int) -> None:
    """Let the feed show this version of a tilbud once it is committed."""
    session.add(PendingEntry(tilbud_id=tilbud_id, version=version))


async def renew_epoch(database: Database) -> None:
    """Begin a new epoch where the database has another history than before: it was restored, or a stand-by took over.

    What was given out since then may be lost, and its numbers are given out anew.
    """
    async with database.begin() as session:
        history = await session.scalar(_HISTORY)
        head = await lock(session, FeedHead)
        if head is not None and head.history != history:
            head.epoch = head.epoch if head.history is None else uuid7()
            head.history = history


async def append_pending(database: Database) -> int:
    """Give numbers to what is committed and waits; return how many. Another writer is waited for."""
    async with database.begin() as session:
        head = await lock(session, FeedHead)
        if head is None:
            raise LookupError("the feed has lost its head")
        pending = [(row[0], row[1]) for row in await session.execute(_TAKE_OLDEST_PENDING)]
        if pending:
            await _append(session, head, pending)
        return len(pending)


def _take_oldest_pending() -> Select[int, PublicVersion]:
    """Return the statement that takes the oldest entries out of the queue, with what they are about."""
    oldest = select(PendingEntry.id).order_by(PendingEntry.id).limit(BATCH)
    returned = (PendingEntry.id, PendingEntry.tilbud_id, PendingEntry.version)
    taken = delete(PendingEntry).where(PendingEntry.id.in_(oldest)).returning(*returned).cte("taken")
    same = (PublicVersion.tilbud_id == taken.c.tilbud_id) & (PublicVersion.version == taken.c.version)
    return select(taken.c.id, PublicVersion).join(taken, same).order_by(taken.c.id)


_TAKE_OLDEST_PENDING = _take_oldest_pending()


async def _append(session: AsyncSession, head: FeedHead, pending: Sequence[tuple[int, PublicVersion]]) -> None:
    ids = {version.tilbud_id for _, version in pending}
    await session.execute(update(FeedRow).where(FeedRow.tilbud_id.in_(ids), FeedRow.latest).values(latest=False))
    latest = {version.tilbud_id: pending_id for pending_id, version in pending}
    rows: list[dict[str, Any]] = []
    for pending_id, version in pending:
        own = entry_headers(head.sequence + 1, version)
        emit(session, FeedMessage.of(version), aggregate=head, own_headers=own)
        row = {"sequence": head.sequence, "tilbud_id": version.tilbud_id, "version": version.version}
        rows.append(row | {"latest": latest[version.tilbud_id] == pending_id})
    await session.execute(insert(FeedRow), rows)
