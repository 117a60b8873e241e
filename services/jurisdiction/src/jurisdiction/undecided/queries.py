"""The read side: everything that waits for a decision, and what of one subject does."""

from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from jurisdiction.routing.models import OPEN, Undecided
from jurisdiction.undecided.schemas import UndecidedView
from web.pagination import Page, decode_cursor, encode_cursor


async def list_undecided(session: AsyncSession, cursor: str | None, limit: int) -> Page[UndecidedView]:
    """Return what waits for a decision, what has waited longest first; ``total`` is how much that is in all."""
    total = await session.scalar(select(func.count()).select_from(Undecided).where(Undecided.state == OPEN))
    statement = select(Undecided).where(Undecided.state == OPEN)
    if cursor:
        statement = statement.where(
            tuple_(Undecided.since, Undecided.id) > tuple_(*decode_cursor(cursor, datetime, str))
        )
    ordered = statement.order_by(Undecided.since, Undecided.id).limit(limit + 1)
    rows = (await session.scalars(ordered)).all()
    following = encode_cursor(rows[limit - 1].since, rows[limit - 1].id) if len(rows) > limit else None
    return Page[UndecidedView](items=[UndecidedView.of(row) for row in rows[:limit]], next=following, total=total)


async def undecided_of(session: AsyncSession, kind: str, subject_id: str) -> list[UndecidedView]:
    """Return what of a subject waits for a decision."""
    statement = select(Undecided).where(
        Undecided.kind == kind, Undecided.subject_id == subject_id, Undecided.state == OPEN
    )
    return [UndecidedView.of(row) for row in await session.scalars(statement.order_by(Undecided.since))]
