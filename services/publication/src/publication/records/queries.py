"""What is public, and was before: one tilbud, its history, several side by side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, cast, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of, today
from chassis.errors import DomainError, NotFound
from contracts.events.approval import TilsynPublished
from publication.records.models import PublicVersion, Tilbud, TilsynRow
from publication.records.removal import removal
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
    """The tilbud was public and is no more; ``removed`` among its members says which it was, since when and why."""

    slug = "tilbud-gone"
    default_detail = "Tilbuddet har været offentligt, men er det ikke længere."


async def public_version(session: AsyncSession, tilbud_id: str, as_of: datetime | None = None) -> PublicVersion:
    """Return the public version now, or the one at the moment ``as_of``.

    NotFound when the tilbud was not public until then, TilbudGone when it was and is no more: why is told of now.
    """
    statement = select(PublicVersion).where(PublicVersion.tilbud_id == tilbud_id)
    if as_of is not None:
        statement = statement.where(PublicVersion.valid_from <= as_of)
    version = await session.scalar(statement.order_by(PublicVersion.version.desc()).limit(1))
    if version is None:
        raise NotFound
    if version.record is None:
        raise TilbudGone if as_of else await _gone(session, tilbud_id, version.valid_from)
    return version


async def _gone(session: AsyncSession, tilbud_id: str, removed_at: datetime) -> TilbudGone:
    last_name = (
        select(PublicVersion.record["name"].as_string())
        .where(PublicVersion.tilbud_id == tilbud_id, PublicVersion.record.is_not(None))
        .order_by(PublicVersion.version.desc())
        .limit(1)
    )
    found = removal(await _state(session, tilbud_id), day_of(removed_at), today())
    told = {"name": await session.scalar(last_name), **found.document()}
    return TilbudGone(found.detail, members={"removed": told})


async def tilsyn_of(
    session: AsyncSession, tilbud_id: str, before: Sequence[Any] | None, limit: int
) -> tuple[list[TilsynPublished], bool]:
    """Return up to ``limit`` tilsyn of a tilbud, the latest first, and whether there are more; fewer of large ones.

    ``before`` is the place of the last one that was given: day, number, authority and id. NotFound and TilbudGone as
    for its record.
    """
    await public_version(session, tilbud_id)
    place = tuple_(TilsynRow.decided_on, TilsynRow.accepted_number, TilsynRow.authority, TilsynRow.tilsyn_id)
    statement = select(TilsynRow).where(TilsynRow.tilbud_id == tilbud_id)
    if before is not None:
        statement = statement.where(place < tuple_(*before))
    found: list[TilsynPublished] = []
    size = 0
    for row in await session.scalars(statement.order_by(*(part.desc() for part in place)).limit(limit + 1)):
        if found and (len(found) == limit or size + row.bytes > MAX_PAGE_BYTES):
            return found, True
        found.append(TilsynPublished.model_validate(row.data))
        size += row.bytes
    return found, False


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
    state = await _state(session, tilbud_id)
    if state == TilbudState():
        raise NotFound
    return state


async def _state(session: AsyncSession, tilbud_id: str) -> TilbudState:
    tilbud = await session.get(Tilbud, tilbud_id)
    return TilbudState.from_json(tilbud.state) if tilbud and tilbud.state else TilbudState()
