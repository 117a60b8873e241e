"""What is public, and was before: one tilbud, its history, several side by side, the whole of it as one snapshot."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import Problem, not_found
from publication.feed import last_sequence
from publication.models import FeedRow, PendingEntry, PublicVersion

CHUNK = 200


State = tuple[int, int, int]
# What changes with every commit that changes anything public: the feed, and what waits for it.
STATE = (
    select(func.coalesce(func.max(FeedRow.sequence), 0)).scalar_subquery(),
    select(func.coalesce(func.max(PendingEntry.id), 0)).scalar_subquery(),
    select(func.count()).select_from(PendingEntry).scalar_subquery(),
)


async def state_of_everything(session: AsyncSession) -> State:
    """Return what changes with every commit that changes anything public."""
    position, last, waiting = (await session.execute(select(*STATE))).one()
    return position, last, waiting


async def public_version(session: AsyncSession, tilbud_id: str, before: datetime | None = None) -> PublicVersion:
    """Return the public version now, or the last one from before a moment.

    Problem ``not-found`` when the tilbud was not public until then, ``tilbud-gone`` when it was and is no more.
    """
    statement = select(PublicVersion).where(PublicVersion.tilbud_id == tilbud_id)
    if before is not None:
        statement = statement.where(PublicVersion.valid_from < before)
    version = await session.scalar(statement.order_by(PublicVersion.version.desc()).limit(1))
    if version is None:
        raise not_found()
    if version.record is None:
        raise Problem("tilbud-gone", "Tilbuddet har været offentligt, men er det ikke længere.")
    return version


async def history(session: AsyncSession, tilbud_id: str, before: int | None, limit: int) -> Sequence[PublicVersion]:
    """Return the public versions of a tilbud, the newest first; ``not-found`` when it never was public."""
    statement = select(PublicVersion).where(PublicVersion.tilbud_id == tilbud_id)
    newest_first = statement.order_by(PublicVersion.version.desc()).limit(limit)
    if before is not None:
        newest_first = newest_first.where(PublicVersion.version < before)
    versions = (await session.scalars(newest_first)).all()
    if not versions and before is None:
        raise not_found()
    return versions


async def records(session: AsyncSession, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the public records of those of ``ids`` that are public now."""
    newest = (
        select(PublicVersion)
        .where(PublicVersion.tilbud_id.in_(ids))
        .ext(distinct_on(PublicVersion.tilbud_id))
        .order_by(PublicVersion.tilbud_id, PublicVersion.version.desc())
    )
    found = await session.scalars(newest)
    return {version.tilbud_id: version.record for version in found if version.record}


async def freeze(session: AsyncSession) -> int:
    """Let everything that ``session`` reads from now on be of one moment; return the feed position of it."""
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return await last_sequence(session)


async def dump_lines(session: AsyncSession) -> AsyncIterator[bytes]:
    """Yield every public record as the feed told it last, one JSON document a line."""
    statement = (
        select(cast(PublicVersion.record, Text))
        .join(FeedRow, (FeedRow.tilbud_id == PublicVersion.tilbud_id) & (FeedRow.version == PublicVersion.version))
        .where(FeedRow.latest, PublicVersion.record.is_not(None))
        .order_by(FeedRow.sequence)
        .execution_options(yield_per=CHUNK)
    )
    async for texts in (await session.stream_scalars(statement)).partitions(CHUNK):
        yield "".join(f"{text}\n" for text in texts).encode()
