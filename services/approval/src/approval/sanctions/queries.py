"""The read side of sanctions: for officers of the authority that supervises the tilbud now."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from approval.kinds import TILBUD
from approval.sanctions.models import StandingSanctionRow
from approval.sanctions.rules import NEVER_DUE
from approval.sanctions.schemas import ListedSanction
from approval.subjects.models import Subject
from chassis.clock import today
from contracts.sanctions import SanctionKind, is_overdue
from web.pagination import Page, decode_cursor, encode_cursor


async def list_sanctions(
    session: AsyncSession,
    authorities: Collection[str],
    *,
    kinds: Collection[SanctionKind],
    overdue: bool,
    cursor: str | None,
    limit: int,
) -> Page[ListedSanction]:
    """Return the sanctions of the tilbud that ``authorities`` supervise, the next deadline first.

    Of some ``kinds`` only when any are given, and with ``overdue`` only orders and conditions whose deadline has
    passed. Those without a deadline come last.
    """
    own = (
        select(StandingSanctionRow, Subject.name)
        .join(Subject, (Subject.kind == StandingSanctionRow.kind) & (Subject.id == StandingSanctionRow.subject_id))
        .where(Subject.kind == TILBUD.id, Subject.authority.in_(authorities))
    )
    if kinds:
        own = own.where(StandingSanctionRow.sanction.in_(kinds))
    if overdue:
        own = own.where(StandingSanctionRow.sanction != SanctionKind.INTENSIFIED, StandingSanctionRow.due_on < today())
    place = tuple_(StandingSanctionRow.due_on, StandingSanctionRow.id)
    page = own if cursor is None else own.where(place > tuple_(*decode_cursor(cursor, date, str)))
    rows = (await session.execute(page.order_by(place).limit(limit + 1))).all()
    last = rows[limit - 1][0] if len(rows) > limit else None
    return Page[ListedSanction](
        items=[_listed(row, name) for row, name in rows[:limit]],
        next=encode_cursor(last.due_on, last.id) if last else None,
        total=await session.scalar(select(func.count()).select_from(own.subquery())),
    )


def _listed(row: StandingSanctionRow, name: str) -> ListedSanction:
    kind = SanctionKind(row.sanction)
    due_on = None if row.due_on == NEVER_DUE else row.due_on
    is_period = kind is SanctionKind.INTENSIFIED
    return ListedSanction(
        tilbud_id=row.subject_id,
        tilbud_name=name,
        kind=kind,
        authority=row.authority,
        tilsyn_id=row.tilsyn_id,
        text=row.text,
        id=row.sanction_id,
        deadline=None if is_period else due_on,
        overdue=not is_period and is_overdue(due_on, today()),
        start=row.starts_on,
        until=due_on if is_period else None,
    )
