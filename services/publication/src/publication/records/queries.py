"""What is public, and was before: one tilbud, its history, several side by side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import DomainError, NotFound
from publication.records.models import PublicVersion


class TilbudGone(DomainError):
    """The tilbud was public and is no more."""

    slug = "tilbud-gone"
    default_detail = "Tilbuddet har været offentligt, men er det ikke længere."


async def public_version(session: AsyncSession, tilbud_id: str, as_of: datetime | None = None) -> PublicVersion:
    """Return the public version now, or the one at the moment ``as_of``.

    NotFound when the tilbud was not public until then, TilbudGone when it was and is no more.
    """
    statement = select(PublicVersion).where(PublicVersion.tilbud_id == tilbud_id)
    if as_of is not None:
        statement = statement.where(PublicVersion.valid_from <= as_of)
    version = await session.scalar(statement.order_by(PublicVersion.version.desc()).limit(1))
    if version is None:
        raise NotFound
    if version.record is None:
        raise TilbudGone
    return version


async def history(session: AsyncSession, tilbud_id: str, before: int | None, limit: int) -> Sequence[PublicVersion]:
    """Return the public versions of a tilbud, the newest first; NotFound when it never was public."""
    statement = select(PublicVersion).where(PublicVersion.tilbud_id == tilbud_id)
    newest_first = statement.order_by(PublicVersion.version.desc()).limit(limit)
    if before is not None:
        newest_first = newest_first.where(PublicVersion.version < before)
    versions = (await session.scalars(newest_first)).all()
    if not versions and before is None:
        raise NotFound
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
