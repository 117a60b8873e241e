"""The read side of the feed: its entries, its state, and the dump of what it showed last."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from publication.feed.events import feed_entry
from publication.feed.models import FeedRow, PendingEntry
from publication.records.models import PublicVersion

CHUNK = 200

FeedState = tuple[int, int, int]
# What changes with every commit that changes anything public: the feed, and what waits for it.
FEED_STATE = (
    select(func.coalesce(func.max(FeedRow.sequence), 0)).scalar_subquery(),
    select(func.coalesce(func.max(PendingEntry.id), 0)).scalar_subquery(),
    select(func.count()).select_from(PendingEntry).scalar_subquery(),
)

_OF_VERSION = (PublicVersion.tilbud_id == FeedRow.tilbud_id) & (PublicVersion.version == FeedRow.version)
_ENTRIES = select(FeedRow.sequence, PublicVersion).join(PublicVersion, _OF_VERSION).order_by(FeedRow.sequence)


async def feed_state(session: AsyncSession) -> FeedState:
    """Return what changes with every commit that changes anything public."""
    sequence, last_pending, count = (await session.execute(select(*FEED_STATE))).one()
    return sequence, last_pending, count


async def entries_after(session: AsyncSession, position: int, limit: int) -> list[dict[str, Any]]:
    """Return up to ``limit`` entries behind ``position``, as they are served."""
    rows = (await session.execute(_ENTRIES.where(FeedRow.sequence > position).limit(limit))).all()
    source = session.info["source"]
    return [feed_entry(row[0], row[1], source).model_dump(mode="json", by_alias=True) for row in rows]


async def take_snapshot(session: AsyncSession) -> int:
    """Let everything that ``session`` reads from now on be of one moment; return the feed position of it."""
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return int(await session.scalar(select(func.coalesce(func.max(FeedRow.sequence), 0))) or 0)


async def dump_lines(session: AsyncSession) -> AsyncIterator[bytes]:
    """Yield every public record as the feed showed it last, one JSON document a line."""
    statement = (
        select(cast(PublicVersion.record, Text))
        .join(FeedRow, _OF_VERSION)
        .where(FeedRow.latest, PublicVersion.record.is_not(None))
        .order_by(FeedRow.sequence)
        .execution_options(yield_per=CHUNK)
    )
    async for texts in (await session.stream_scalars(statement)).partitions(CHUNK):
        yield "".join(f"{text}\n" for text in texts).encode()
