"""The read side of the feed: where it ends, its entries, its state, and the dump of what it showed last."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, Text, case, cast, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.events.publication import FeedEntry
from publication.feed.events import data_json, method, rfc3339
from publication.feed.models import FeedHead, FeedRow, PendingEntry
from publication.records.models import PublicVersion

CHUNK = 200
# So much of the feed is given at a time, or one entry: whoever wants more asks on.
MAX_BATCH_BYTES = 4_000_000

FeedState = tuple[int, int, int]
# What changes with every commit that changes anything public: the feed, and what waits for it.
FEED_STATE = (
    select(func.coalesce(func.max(FeedRow.sequence), 0)).scalar_subquery(),
    select(func.coalesce(func.max(PendingEntry.id), 0)).scalar_subquery(),
    select(func.count()).select_from(PendingEntry).scalar_subquery(),
)

_OF_VERSION = (PublicVersion.tilbud_id == FeedRow.tilbud_id) & (PublicVersion.version == FeedRow.version)
_LATER = aliased(PublicVersion)
# Of what was removed later, nothing is served on: its entries keep their place and lose their content.
_IS_WITHDRAWN = exists().where(
    _LATER.tilbud_id == PublicVersion.tilbud_id, _LATER.version > PublicVersion.version, _LATER.record.is_(None)
)
_ENTRIES = (
    select(
        FeedRow.sequence,
        FeedRow.tilbud_id,
        PublicVersion.valid_from,
        PublicVersion.reason,
        PublicVersion.record.is_not(None).label("is_public"),
        case((_IS_WITHDRAWN, literal("[]")), else_=cast(PublicVersion.changes, Text)).label("changes"),
        case((_IS_WITHDRAWN, None), else_=cast(PublicVersion.record, Text)).label("record"),
    )
    .join(PublicVersion, _OF_VERSION)
    .order_by(FeedRow.sequence)
)


class Head(NamedTuple):
    """The end of the feed: the number of its last entry, and the epoch of the numbering."""

    sequence: int
    epoch: str


@dataclass(frozen=True)
class Batch:
    """Entries of the feed as they are served; ``full``: there are more than it could take, or as many."""

    content: bytes
    full: bool


NOTHING = Batch(b"[]", full=False)


async def feed_state(session: AsyncSession) -> FeedState:
    """Return what changes with every commit that changes anything public."""
    sequence, last_pending, count = (await session.execute(select(*FEED_STATE))).one()
    return sequence, last_pending, count


async def feed_head(session: AsyncSession) -> Head:
    """Return where the feed ends now."""
    return Head(*(await session.execute(select(FeedHead.sequence, FeedHead.epoch))).one())


async def batch_after(session: AsyncSession, position: int, limit: int) -> Batch:
    """Return up to ``limit`` entries behind ``position``, fewer where they are large."""
    source = json.dumps(session.info["source"])
    entries: list[str] = []
    size = 0
    while len(entries) < limit and size < MAX_BATCH_BYTES:
        wanted = min(CHUNK, limit - len(entries))
        rows = (await session.execute(_ENTRIES.where(FeedRow.sequence > position).limit(wanted))).all()
        for row in rows:
            entries.append(_entry(row, source))
            size += len(entries[-1])
            position = row.sequence
            if size >= MAX_BATCH_BYTES:
                break
        if len(rows) < wanted:
            break
    full = len(entries) == limit or size >= MAX_BATCH_BYTES
    return Batch(f"[{','.join(entries)}]".encode(), full)


def _entry(row: Row[Any], source: str) -> str:
    """Return the ``FeedItem`` of a row of ``_ENTRIES`` as JSON."""
    return (
        f'{{"specversion":"1.0","id":"{row.sequence}","type":"{FeedEntry.ce_type}","source":{source},'
        f'"subject":{json.dumps(row.tilbud_id)},"time":"{rfc3339(row.valid_from)}",'
        f'"datacontenttype":"application/json","method":"{method(is_public=row.is_public)}",'
        f'"data":{data_json(row.reason, row.changes, row.record)}}}'
    )


async def take_snapshot(session: AsyncSession) -> Head:
    """Let everything that ``session`` reads from now on be of one moment; return where the feed ends then."""
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return await feed_head(session)


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
