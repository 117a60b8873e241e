"""Agreements are recorded and changed by the authority that has the subject; routing reads them by date."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import lock
from chassis.errors import NotFound
from chassis.ids import uuid7
from contracts.access import Privilege
from contracts.events.parties import Actor
from jurisdiction.agreements.models import Agreement
from jurisdiction.agreements.queries import agreements_of
from jurisdiction.agreements.rules import require_recordable
from jurisdiction.assignments.models import Subject
from web.auth import Principal
from web.etags import etag, require_match


@dataclass(frozen=True)
class NewAgreement:
    """What is to be recorded."""

    type: str
    authority: str
    valid_from: date
    valid_to: date | None
    source: str


def agreement_etag(row: Agreement) -> str:
    """Return the ETag of an agreement: it moves with every change."""
    return etag("agreement", row.id, row.version)


async def record_agreement(
    session: AsyncSession, principal: Principal, kind: str, subject_id: str, new: NewAgreement
) -> Agreement:
    """Record an agreement about the subject."""
    subject = await _lock(session, principal, kind, subject_id)
    require_recordable(new, await agreements_of(session, kind, subject_id), new.source)
    by = Actor(
        sub=principal.sub,
        name=principal.name,
        org_name=principal.org_name,
        cvr=principal.cvr,
        authority=subject.authority,
    )
    row = Agreement(
        id=uuid7(),
        kind=kind,
        subject_id=subject_id,
        **vars(new),
        version=1,
        recorded_by=by.model_dump(mode="json"),
        recorded_at=now(),
        changed_at=now(),
    )
    session.add(row)
    await session.flush()
    return row


async def change_agreement(
    session: AsyncSession,
    principal: Principal,
    kind: str,
    subject_id: str,
    agreement_id: str,
    new: NewAgreement,
    *,
    if_match: str | None,
) -> Agreement:
    """Correct an agreement, or end it by its last day."""
    await _lock(session, principal, kind, subject_id)
    row = await session.get(Agreement, agreement_id)
    if row is None or (row.kind, row.subject_id) != (kind, subject_id):
        raise NotFound
    require_match(if_match, agreement_etag(row))
    others = [each for each in await agreements_of(session, kind, subject_id) if each.id != row.id]
    require_recordable(new, others, new.source)
    for name, value in vars(new).items():
        setattr(row, name, value)
    row.version, row.changed_at = row.version + 1, now()
    await session.flush()
    return row


async def _lock(session: AsyncSession, principal: Principal, kind: str, subject_id: str) -> Subject:
    """Lock a subject that the caller may change the authority of; NotFound for any other."""
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    if subject is None or subject.authority is None:
        raise NotFound
    if not any(principal.holds(Privilege.CHANGE_AUTHORITY, each) for each in (subject.authority, *subject.givers)):
        raise NotFound
    return subject
