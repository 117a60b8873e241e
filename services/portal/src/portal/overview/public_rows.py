"""What of the overview rows everybody may know: which subjects are public, and since when they are as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.overview.models import Subject


@dataclass(frozen=True)
class PublicRow:
    """A subject that is public now; ``changed_at`` is None while it is not known here."""

    id: str
    name: str
    changed_at: datetime | None


async def public_names(session: AsyncSession, kind: str, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of those of these subjects that are public now."""
    return {row.id: row.name for row in await _rows(session, _public(kind).where(Subject.id.in_(ids)))}


async def count_public(session: AsyncSession, kind: str) -> int:
    """Return how many subjects are public."""
    counted = select(func.count()).select_from(Subject).where(Subject.kind == kind, Subject.published)
    return await session.scalar(counted) or 0


async def public_page(session: AsyncSession, kind: str, *, skip: int, limit: int) -> list[PublicRow]:
    """Return the public subjects by id."""
    return await _rows(session, _public(kind).order_by(Subject.id).offset(skip).limit(limit))


async def newest_public(session: AsyncSession, kind: str, limit: int) -> list[PublicRow]:
    """Return the public subjects that changed last, the newest first."""
    known = _public(kind).where(Subject.public_changed_at.is_not(None))
    return await _rows(session, known.order_by(Subject.public_changed_at.desc(), Subject.id).limit(limit))


def _public(kind: str) -> Select[str, str, datetime | None]:
    columns = Subject.id, Subject.name, Subject.public_changed_at
    return select(*columns).where(Subject.kind == kind, Subject.published)


async def _rows(session: AsyncSession, statement: Select[str, str, datetime | None]) -> list[PublicRow]:
    return [PublicRow(row[0], row[1] or row[0], row[2]) for row in await session.execute(statement)]
