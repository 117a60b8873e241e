"""The read side: the authority of a tilbud, now and at every earlier day."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import zip_longest

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of
from chassis.problems import not_found
from contracts.reference import authority_name
from jurisdiction.assignments.models import Assignment
from jurisdiction.assignments.schemas import AssignmentBody, TilbudAuthority


async def authority_of(session: AsyncSession, tilbud_id: str, at: date | None) -> TilbudAuthority:
    """Return who supervises ``tilbud_id`` at the end of the day ``at``, or now; 404 when nobody did yet."""
    statement = select(Assignment).where(Assignment.tilbud_id == tilbud_id).order_by(Assignment.version)
    history = _periods((await session.scalars(statement)).all())
    known = [period for period in history if at is None or day_of(period.assigned_at) <= at]
    if not known:
        raise not_found()
    return TilbudAuthority(**known[-1].model_dump(), tilbud_id=tilbud_id, history=list(reversed(history)))


def _periods(rows: Sequence[Assignment]) -> list[AssignmentBody]:
    ends = [row.assigned_at for row in rows[1:]]
    return [_period(row, until) for row, until in zip_longest(rows, ends)]


def _period(row: Assignment, until: datetime | None) -> AssignmentBody:
    return AssignmentBody(
        version=row.version,
        authority=row.authority,
        name=authority_name(row.authority),
        previous=row.previous,
        rule=row.rule,
        legal_source=row.legal_source,
        explanation=row.explanation,
        assigned_at=row.assigned_at,
        until=until,
    )
