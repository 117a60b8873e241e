"""The read side of handovers: who may ask for one, to whom, and what became of it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from chassis.errors import NotFound
from contracts.access import Privilege, employer_cvr
from jurisdiction.agreements.queries import agreements_of
from jurisdiction.agreements.rules import with_agreements
from jurisdiction.assignments.models import Subject
from jurisdiction.assignments.queries import known_facts
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.handovers.models import PENDING, Handover
from jurisdiction.handovers.options import Option, options
from jurisdiction.kinds import KINDS
from web.auth import Principal


def may_hand_over(principal: Principal, subject: Subject) -> bool:
    """Return whether the caller may move a subject: for who supervises it, and for who gave it away."""
    return any(
        principal.holds(Privilege.CHANGE_AUTHORITY, authority)
        for authority in (subject.authority, *subject.givers, *subject.authorities)
        if authority
    )


async def pending_of(session: AsyncSession, subject: Subject) -> Handover | None:
    """Return the handover of a subject that is not settled yet."""
    return await session.scalar(
        select(Handover).where(
            Handover.kind == subject.kind, Handover.subject_id == subject.id, Handover.state == PENDING
        )
    )


async def options_of(
    session: AsyncSession, book: Rulebook, principal: Principal, kind: str, subject_id: str
) -> list[Option]:
    """Return to whom the caller can hand a subject over: to nobody for who does not supervise it now.

    NotFound where the caller has no part in it.
    """
    subject = await session.get(Subject, {"kind": kind, "id": subject_id})
    if subject is None or subject.authority is None or not may_hand_over(principal, subject):
        raise NotFound
    if not principal.holds(Privilege.CHANGE_AUTHORITY, subject.authority):
        return []
    return await options_for(session, book, subject)


async def options_for(session: AsyncSession, book: Rulebook, subject: Subject) -> list[Option]:
    """Return to whom a subject can be handed over today, with what is agreed about it."""
    facts, day = known_facts(subject), today()
    if facts is None or subject.authority is None:
        return []
    agreements = await agreements_of(session, subject.kind, subject.id)
    return options(book, with_agreements(facts, agreements, day), day, subject.authority)


async def find_handover(session: AsyncSession, principal: Principal, handover_id: str) -> Handover:
    """Return a handover for the officers of both authorities and the employees of the operator; else NotFound."""
    handover = await session.get(Handover, handover_id)
    if handover is None:
        raise NotFound
    subject = await session.get_one(Subject, {"kind": handover.kind, "id": handover.subject_id})
    employer = employer_cvr(principal.rights, principal.cvr)
    runs_it = bool(employer) and employer == subject.operator_cvr
    concerned = {handover.from_authority, handover.to_authority}
    if not runs_it and not KINDS[handover.kind].is_officer(principal.rights, concerned):
        raise NotFound
    return handover


async def latest_of(session: AsyncSession, kind: str, subject_id: str) -> Any:
    """Return the handover of a subject that was asked for last; None when there was none."""
    statement = select(Handover).where(Handover.kind == kind, Handover.subject_id == subject_id)
    return await session.scalar(statement.order_by(Handover.requested_at.desc(), Handover.id.desc()).limit(1))
