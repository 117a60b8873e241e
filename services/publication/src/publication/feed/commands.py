"""What is written to the feed: a committed change waits in a queue, and one writer at a time gives it the next number.

A number is given after the commit of the change, by one writer at a time: so no entry ever appears behind one
that a reader has seen, and no number is missing.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database, lock
from chassis.envelope import STRUCTURED
from chassis.outbox import emit
from contracts.events.publication import FeedEntry
from publication.feed.events import feed_entry
from publication.feed.models import FeedHead, FeedRow, PendingEntry
from publication.records.models import PublicVersion

BATCH = 500


def enqueue(session: AsyncSession, tilbud_id: str, version: int) -> None:
    """Let the feed show this version of a tilbud once it is committed."""
    session.add(PendingEntry(tilbud_id=tilbud_id, version=version))


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
        entry = feed_entry(head.sequence + 1, version, session.info["source"])
        emit(session, entry, aggregate=head, own_headers=_headers(entry))
        row = {"sequence": head.sequence, "tilbud_id": version.tilbud_id, "version": version.version}
        rows.append(row | {"latest": latest[version.tilbud_id] == pending_id})
    await session.execute(insert(FeedRow), rows)


def _headers(entry: FeedEntry) -> dict[str, str]:
    """Say that the value is the whole event, as ``GET /v1/feed`` gives it: CloudEvents in structured mode."""
    return {
        "content-type": STRUCTURED,
        "ce_id": entry.id,
        "ce_time": entry.time.isoformat().replace("+00:00", "Z"),
        "ce_method": entry.method,
    }
