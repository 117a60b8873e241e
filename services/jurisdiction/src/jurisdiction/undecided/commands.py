"""The national operator decides what no rule could place; the report then goes to that authority."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now, today
from chassis.database import lock
from chassis.errors import NotFound
from contracts.events.parties import Actor
from jurisdiction.assignments.commands import assign
from jurisdiction.assignments.models import Subject
from jurisdiction.assignments.rules import DECISION, AssignedAuthority
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.routing.commands import route_by_decision, route_open_again
from jurisdiction.routing.models import DECIDED, OPEN, Submission, Undecided
from jurisdiction.routing.rules import DECISION_SOURCE, explanation_of_decision
from jurisdiction.undecided.rules import DecidedAlready, require_decision
from web.auth import Principal


async def decide_undecided(
    session: AsyncSession, book: Rulebook, principal: Principal, undecided_id: str, *, authority: str, reason: str
) -> Undecided:
    """Decide who is the authority; it holds for later reports as well, as long as they say the same."""
    subject, row = await _lock(session, undecided_id)
    require_decision(book.data.authority(authority, today()), reason, today())
    if row.state != OPEN:
        raise DecidedAlready
    row.state, row.authority, row.decided_because, row.settled_at = DECIDED, authority, reason, now()
    by = Actor(sub=principal.sub, name=principal.name, org_name=principal.org_name, cvr=principal.cvr)
    row.decided_by = by.model_dump(mode="json")
    await session.flush()
    if row.submission_id is not None:
        await _route(session, book, subject, row)
    elif subject.authority != authority:
        explanation = explanation_of_decision(authority)
        assign(session, subject, AssignedAuthority(authority, DECISION, explanation, DECISION_SOURCE), now())
        await session.flush()
        await route_open_again(session, book, subject)
    return row


async def _lock(session: AsyncSession, undecided_id: str) -> tuple[Subject, Undecided]:
    kind, subject_id = (
        select(column).where(Undecided.id == undecided_id).scalar_subquery()
        for column in (Undecided.kind, Undecided.subject_id)
    )
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    # It may have been loaded before the lock was there.
    row = await session.get(Undecided, undecided_id, populate_existing=True) if subject else None
    if subject is None or row is None:
        raise NotFound
    return subject, row


async def _route(session: AsyncSession, book: Rulebook, subject: Subject, row: Undecided) -> None:
    submission = await session.get_one(Submission, str(row.submission_id))
    if submission.revision != row.revision:
        raise DecidedAlready
    await route_by_decision(session, book, subject, submission)
