"""What is public, and was before: one tilbud, its history, several side by side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, cast, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import DomainError, NotFound
from publication.records.models import PublicVersion, Tilbud
from publication.records.state import TilbudState

# So much of a history is given at a time, read in pieces of this many versions.
MAX_PAGE_BYTES = 1_000_000
CHUNK = 25

_PAST = select(
    PublicVersion.version,
    PublicVersion.valid_from,
    PublicVersion.reason,
    PublicVersion.record.is_not(None),
    cast(PublicVersion.changes, Text),
).order_by(PublicVersion.version.desc())


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


class PastVersion(NamedTuple):
    """One version of the public history; ``changes`` is JSON."""

    version: int
    valid_from: datetime
    reason: str
    is_public: bool
    changes: str


async def history(
    session: AsyncSession, tilbud_id: str, before: int | None, limit: int
) -> tuple[list[PastVersion], bool]:
    """Return up to ``limit`` versions of a tilbud, the newest first, and whether there are more.

    Fewer where their changes are large. NotFound when it never was public.
    """
    found: list[PastVersion] = []
    size = 0
    statement = _PAST.where(PublicVersion.tilbud_id == tilbud_id).limit(CHUNK)
    while True:
        last = found[-1].version if found else before
        older = statement if last is None else statement.where(PublicVersion.version < last)
        rows = [PastVersion(*row) for row in await session.execute(older)]
        for row in rows:
            if found and (len(found) == limit or size + len(row.changes) > MAX_PAGE_BYTES):
                return found, True
            found.append(row)
            size += len(row.changes)
        if len(rows) < CHUNK:
            break
    if not found and before is None:
        raise NotFound
    return found, False


async def records(
    session: AsyncSession, ids: Sequence[str], as_of: datetime | None = None
) -> dict[str, dict[str, Any]]:
    """Return the public records of those of ``ids`` that are public now, or were at the moment ``as_of``."""
    newest = (
        select(PublicVersion)
        .where(PublicVersion.tilbud_id.in_(ids))
        .ext(distinct_on(PublicVersion.tilbud_id))
        .order_by(PublicVersion.tilbud_id, PublicVersion.version.desc())
    )
    if as_of is not None:
        newest = newest.where(PublicVersion.valid_from <= as_of)
    found = await session.scalars(newest)
    return {version.tilbud_id: version.record for version in found if version.record}


async def known_state(session: AsyncSession, tilbud_id: str) -> TilbudState:
    """Return what is known of a tilbud, public or not; NotFound when nothing is."""
    tilbud = await session.get(Tilbud, tilbud_id)
    if tilbud is None or not tilbud.state:
        raise NotFound
    return TilbudState.from_json(tilbud.state)
