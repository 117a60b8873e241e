"""What is written to the feed: a committed change waits in a queue, and one writer at a time gives it the next number.

A number is given after the commit of the change, by one writer at a time: so no entry ever appears behind one
that a reader has seen, and no number is missing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, cast, delete, insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database, lock
from chassis.ids import uuid7
from chassis.outbox import emit
from publication.feed.events import FeedMessage, data_json, entry_headers
from publication.feed.models import FeedHead, FeedRow, PendingEntry
from publication.records.models import PublicVersion

# A record may be large, and all of a batch is in memory together with its messages.
BATCH = 100
_HISTORY = text("SELECT system_identifier || '/' || timeline_id FROM pg_control_system(), pg_control_checkpoint()")


def enqueue(session: AsyncSession, tilbud_id: str, version: int) -> None:
    """Let the feed show this version of a tilbud once it is committed."""
    session.add(PendingEntry(tilbud_id=tilbud_id, version=version))


async def renew_epoch(database: Database) -> None:
    """Begin a new epoch where the database has another history than before: it was restored, or a stand-by took over.

    What was given out since then may be lost, and its numbers are given out anew.
    """
    try:
        async with database.read() as session:
            history = await session.scalar(_HISTORY)
    except ProgrammingError:
        # A server that tells this to administrators only: there the operator begins an epoch.
        return
    async with database.begin() as session:
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
        pending = [_Pending(*row) for row in await session.execute(_TAKE_OLDEST_PENDING)]
        if pending:
            await _append(session, head, pending)
        return len(pending)


class _Pending(NamedTuple):
    """One version that waits for its number: what the feed says of it is JSON already."""

    id: int
    tilbud_id: str
    version: int
    valid_from: datetime
    reason: str
    changes: str
    record: str | None


def _take_oldest_pending() -> Select[Any]:
    """Return the statement that takes the oldest entries out of the queue, with what they are about."""
    oldest = select(PendingEntry.id).order_by(PendingEntry.id).limit(BATCH)
    returned = (PendingEntry.id, PendingEntry.tilbud_id, PendingEntry.version)
    taken = delete(PendingEntry).where(PendingEntry.id.in_(oldest)).returning(*returned).cte("taken")
    same = (PublicVersion.tilbud_id == taken.c.tilbud_id) & (PublicVersion.version == taken.c.version)
    said = (PublicVersion.reason, cast(PublicVersion.changes, Text), cast(PublicVersion.record, Text))
    return select(taken, PublicVersion.valid_from, *said).join(PublicVersion, same).order_by(taken.c.id)


_TAKE_OLDEST_PENDING = _take_oldest_pending()


async def _append(session: AsyncSession, head: FeedHead, pending: Sequence[_Pending]) -> None:
    ids = {each.tilbud_id for each in pending}
    await session.execute(update(FeedRow).where(FeedRow.tilbud_id.in_(ids), FeedRow.latest).values(latest=False))
    latest = {each.tilbud_id: each.id for each in pending}
    rows: list[dict[str, Any]] = []
    for each in pending:
        message = FeedMessage(each.tilbud_id, data_json(each.reason, each.changes, each.record))
        own = entry_headers(head.sequence + 1, each.valid_from, is_public=each.record is not None)
        emit(session, message, aggregate=head, own_headers=own)
        row = {"sequence": head.sequence, "tilbud_id": each.tilbud_id, "version": each.version}
        rows.append(row | {"latest": latest[each.tilbud_id] == each.id})
    await session.execute(insert(FeedRow), rows)
