"""The read side of the feed: where it ends, its entries, its state, and the dump of what it showed last."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, Text, case, cast, exists, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.database import Database
from contracts.events.publication import FeedEntry
from publication.feed.events import data_json, method, rfc3339
from publication.feed.models import FeedHead, FeedRow, PendingEntry
from publication.records.models import PublicVersion

CHUNK = 200
# So many entries are in memory at a time for a reader of the feed.
PIECE = 50

_LONG_READ = text("SET LOCAL statement_timeout = '60s'")

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


class Entry(NamedTuple):
    """One entry of the feed: its number, and the ``FeedItem`` as JSON."""

    sequence: int
    content: str


async def feed_state(session: AsyncSession) -> FeedState:
    """Return what changes with every commit that changes anything public."""
    sequence, last_pending, count = (await session.execute(select(*FEED_STATE))).one()
    return sequence, last_pending, count


async def feed_head(session: AsyncSession) -> Head:
    """Return where the feed ends now."""
    return Head(*(await session.execute(select(FeedHead.sequence, FeedHead.epoch))).one())


async def entries_after(session: AsyncSession, position: int, limit: int) -> list[Entry]:
    """Return up to ``limit`` entries behind ``position``, at most as many as fit into memory whatever they say."""
    source = json.dumps(session.info["source"])
    statement = _ENTRIES.where(FeedRow.sequence > position).limit(min(limit, PIECE))
    return [Entry(row.sequence, _content(row, source)) for row in await session.execute(statement)]


def _content(row: Row[Any], source: str) -> str:
    """Return the ``FeedItem`` of a row of ``_ENTRIES`` as JSON."""
    return (
        f'{{"specversion":"1.0","id":"{row.sequence}","type":"{FeedEntry.ce_type}","source":{source},'
        f'"subject":{json.dumps(row.tilbud_id)},"time":"{rfc3339(row.valid_from)}",'
        f'"datacontenttype":"application/json","method":"{method(is_public=row.is_public)}",'
        f'"data":{data_json(row.reason, row.changes, row.record)}}}'
    )


def joined(entries: Sequence[Entry]) -> str:
    """Return entries with commas between them."""
    return ",".join(entry.content for entry in entries)


async def batch_pieces(database: Database, entries: Sequence[Entry], end: int) -> AsyncIterator[bytes]:
    """Yield a batch that begins with ``entries`` and goes to number ``end``, in pieces.

    Each is read when its reader has taken the one before: whoever reads slowly holds neither memory nor connection.
    """
    yield f"[{joined(entries)}".encode()
    while entries and entries[-1].sequence < end:
        position = entries[-1].sequence
        async with database.read() as session:
            entries = await entries_after(session, position, end - position)
        yield f",{joined(entries)}".encode() if entries else b""
    yield b"]"


async def take_snapshot(session: AsyncSession) -> Head:
    """Let everything that ``session`` reads from now on be of one moment; return where the feed ends then.

    It is read for many, so it may take longer than what one reader asks for.
    """
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    await session.execute(_LONG_READ)
    return await feed_head(session)


async def dump_texts(session: AsyncSession) -> AsyncIterator[Sequence[str]]:
    """Yield every public record as the feed showed it last, as JSON, some at a time."""
    statement = (
        select(cast(PublicVersion.record, Text))
        .join(FeedRow, _OF_VERSION)
        .where(FeedRow.latest, PublicVersion.record.is_not(None))
        .order_by(FeedRow.sequence)
        .execution_options(yield_per=CHUNK)
    )
    async for texts in (await session.stream_scalars(statement)).partitions(CHUNK):
        yield texts
