"""The read side of emergency uses: for the kommune that registered one, and for who supervises the tilbud."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from approval.emergency_uses.models import EmergencyUse
from approval.emergency_uses.rules import EmergencyUseState, state_on
from approval.emergency_uses.schemas import EmergencyUsePage, EmergencyUseView
from approval.subjects.models import Subject
from chassis.clock import today
from contracts.reference import authority_name
from web.pagination import decode_cursor, encode_cursor


async def list_emergency_uses(
    session: AsyncSession,
    authorities: Collection[str],
    *,
    state: EmergencyUseState | None,
    cursor: str | None,
    limit: int,
) -> EmergencyUsePage:
    """Return the uses that ``authorities`` registered, or whose tilbud they supervise."""
    seen = _seen_by(authorities)
    now_in = _state_on(today())
    found = await session.execute(select(now_in, func.count()).where(seen).group_by(now_in))
    counts = dict.fromkeys(EmergencyUseState, 0) | {EmergencyUseState(each): count for each, count in found}
    page = select(EmergencyUse).where(seen)
    if state is not None:
        page = page.where(now_in == state)
    place = tuple_(EmergencyUse.last_day, EmergencyUse.id)
    if cursor is not None:
        page = page.where(place > tuple_(*decode_cursor(cursor, date, str)))
    rows = list(await session.scalars(page.order_by(place).limit(limit + 1)))
    last = rows[limit - 1] if len(rows) > limit else None
    return EmergencyUsePage(
        items=[view_of(row) for row in rows[:limit]],
        next=encode_cursor(last.last_day, last.id) if last else None,
        total=sum(counts.values()) if state is None else counts[state],
        counts=counts,
    )


def _seen_by(authorities: Collection[str]) -> ColumnElement[bool]:
    own = and_(Subject.kind == EmergencyUse.kind, Subject.id == EmergencyUse.subject_id)
    supervised = exists().where(own, Subject.authority.in_(authorities))
    return or_(EmergencyUse.authority.in_(authorities), supervised)


def _state_on(day: date) -> ColumnElement[str]:
    return case(
        (EmergencyUse.ended_on.is_not(None), EmergencyUseState.ENDED.value),
        (EmergencyUse.last_day < day, EmergencyUseState.EXCEEDED.value),
        else_=EmergencyUseState.RUNNING.value,
    )


def view_of(row: EmergencyUse) -> EmergencyUseView:
    """Return a use as the API shows it."""
    return EmergencyUseView(
        id=row.id,
        tilbud_id=row.subject_id,
        name=row.name,
        authority=row.authority,
        authority_name=authority_name(row.authority),
        started_on=row.started_on,
        last_day=row.last_day,
        persons=row.persons,
        reason=row.reason,
        extended_because=row.extended_because,
        ended_on=row.ended_on,
        state=state_on(today(), row.last_day, row.ended_on),
        registered_at=row.registered_at,
        registered_by=str(row.registered_by["name"]),
    )
