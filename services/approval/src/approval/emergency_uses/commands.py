"""A kommune registers, extends and ends a use; the worker tells when its time is nearly over, and when it is over."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from approval.due import do_what_is_due
from approval.emergency_uses.models import EmergencyUse
from approval.emergency_uses.rules import (
    EmergencyUseIsOver,
    TilbudIsApproved,
    check_end,
    extended,
    first_look,
    kommuner_among,
    last_day_of,
    look,
)
from approval.emergency_uses.schemas import EmergencyUseBody
from approval.kinds import KINDS, TILBUD
from approval.subjects.models import Subject
from approval.tilsyn.queries import supervision_of
from chassis.clock import now, today
from chassis.database import Database, lock
from chassis.errors import FieldError, Invalid, NotFound
from chassis.ids import uuid7
from chassis.outbox import emit
from contracts.access import Privilege
from contracts.events.approval import DeadlineOf
from web.auth import Principal

REGISTERING = (Privilege.CREATE_TILSYN, Privilege.SEARCH_PLACEMENT)


async def register(session: AsyncSession, principal: Principal, body: EmergencyUseBody) -> EmergencyUse:
    """Register a use; TilbudIsApproved when it is none, Invalid for an unknown tilbud."""
    [authority, *_] = sorted(_kommuner_of(principal))
    name = body.name or ""
    if body.tilbud_id is not None:
        subject = await lock(session, Subject, Subject.kind == TILBUD.id, Subject.id == body.tilbud_id)
        if subject is None or not subject.known:
            detail = "Der findes intet tilbud med dette id."
            raise Invalid(detail, [FieldError("/tilbud_id", "unknown", detail)])
        if (await supervision_of(session, subject)).is_approved:
            raise TilbudIsApproved
        name = subject.name
    last_day = last_day_of(body.started_on)
    row = EmergencyUse(
        id=uuid7(),
        kind=TILBUD.id,
        subject_id=body.tilbud_id,
        name=name,
        authority=authority,
        started_on=body.started_on,
        last_day=last_day,
        persons=body.persons,
        reason=body.reason,
        due_on=first_look(last_day),
        registered_at=now(),
        registered_by={"sub": principal.sub, "name": principal.name, "org_name": principal.org_name},
    )
    session.add(row)
    return row


async def extend(session: AsyncSession, principal: Principal, use_id: str, reason: str) -> EmergencyUse:
    """Give a use three more weeks, once and before the first three are over."""
    row = await _own(session, principal, use_id)
    row.last_day = extended(row.last_day, row.ended_on, today(), is_extended=row.extended_because is not None)
    row.extended_because, row.due_on = reason, first_look(row.last_day)
    return row


async def end(session: AsyncSession, principal: Principal, use_id: str, ended_on: date) -> EmergencyUse:
    """Say on which day a use ended; one that has ended stays as it is."""
    row = await _own(session, principal, use_id)
    if row.ended_on is not None:
        raise EmergencyUseIsOver("Brugen er allerede ophørt.")
    check_end(ended_on, row.started_on, today())
    row.ended_on, row.due_on = ended_on, None
    return row


def _kommuner_of(principal: Principal) -> set[str]:
    return kommuner_among(scope for privilege in REGISTERING for scope in principal.scopes(privilege))


async def _own(session: AsyncSession, principal: Principal, use_id: str) -> EmergencyUse:
    kommuner = _kommuner_of(principal)
    row = await lock(session, EmergencyUse, EmergencyUse.id == use_id)
    if row is None or row.authority not in kommuner:
        raise NotFound
    return row


async def watch_emergency_uses(database: Database) -> None:
    """Tell of the uses that are due; each turn of one is told once, however many workers look."""
    await do_what_is_due(database, EmergencyUse.due_on, _watch)


async def _watch(session: AsyncSession, row: EmergencyUse) -> None:
    seen = look(row.due_on or row.last_day, row.last_day, today())
    row.due_on = seen.next_on
    model = KINDS[row.kind].events.deadline_noticed
    if row.subject_id is None or model is None or not (seen.is_near or seen.has_passed):
        return
    subject = await lock(session, Subject, Subject.kind == row.kind, Subject.id == row.subject_id)
    if subject is None:
        raise LookupError(row.subject_id)
    event = model.about(
        subject.id,
        authority=row.authority,
        deadline_of=DeadlineOf.EMERGENCY_USE,
        reference=row.id,
        deadline=row.last_day,
        passed=seen.has_passed,
        noticed_at=now(),
    )
    emit(session, event, aggregate=subject)
