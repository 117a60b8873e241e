"""The read side of unused approvals: for officers of the authority that supervises the tilbud now."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from approval.kinds import TILBUD
from approval.subjects.models import Subject
from approval.unused_approvals.models import UnusedApproval
from approval.unused_approvals.schemas import UnusedApprovalView
from web.pagination import Page, decode_cursor, encode_cursor


async def list_unused_approvals(
    session: AsyncSession, authorities: Collection[str], *, cursor: str | None, limit: int
) -> Page[UnusedApprovalView]:
    """Return the unused approvals of the tilbud that ``authorities`` supervise, the longest unused first."""
    own = (
        select(UnusedApproval, Subject.name)
        .join(Subject, (Subject.kind == UnusedApproval.kind) & (Subject.id == UnusedApproval.subject_id))
        .where(Subject.kind == TILBUD.id, Subject.authority.in_(authorities))
    )
    place = tuple_(UnusedApproval.unused_since, UnusedApproval.subject_id)
    page = own if cursor is None else own.where(place > tuple_(*decode_cursor(cursor, date, str)))
    rows = (await session.execute(page.order_by(place).limit(limit + 1))).all()
    last = rows[limit - 1][0] if len(rows) > limit else None
    items = [
        UnusedApprovalView(
            tilbud_id=row.subject_id, tilbud_name=name, unused_since=row.unused_since, lapses_on=row.lapses_on
        )
        for row, name in rows[:limit]
    ]
    return Page[UnusedApprovalView](
        items=items,
        next=encode_cursor(last.unused_since, last.subject_id) if last else None,
        total=await session.scalar(select(func.count()).select_from(own.subquery())),
    )
