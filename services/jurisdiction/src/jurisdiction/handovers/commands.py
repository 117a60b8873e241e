"""A handover is asked for here, settled by approval under the lock of the subject, and then taken over here.

So of a handover, a take-back and an outcome at the same moment one wins. Until it is settled nothing has changed.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import lock
from chassis.errors import NotFound
from chassis.ids import uuid7
from chassis.outbox import emit
from contracts.access import Privilege
from contracts.events.parties import Actor
from jurisdiction.assignments.commands import assign
from jurisdiction.assignments.models import Subject
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.handovers import queries
from jurisdiction.handovers.events import SettledHandover, requested_event
from jurisdiction.handovers.models import APPLIED, PENDING, REFUSED, Handover
from jurisdiction.handovers.rules import (
    AuthorityChanged,
    HandoverPending,
    givers_after,
    handed_over,
    moved_in_between,
    require_option,
    require_reason,
)
from jurisdiction.kinds import KINDS
from jurisdiction.routing.commands import route_open_again
from jurisdiction.routing.queries import submissions_at
from web.auth import Principal


async def hand_over(
    session: AsyncSession, book: Rulebook, principal: Principal, subject: tuple[str, str], *, to: str, reason: str
) -> Handover:
    """Ask for the subject, with all current cases of its authority, to go to another one (R127)."""
    locked = await _lock(session, principal, subject)
    giver = str(locked.authority)
    if not principal.holds(Privilege.CHANGE_AUTHORITY, giver):
        raise AuthorityChanged.since_given_away(giver)
    require_reason(reason)
    require_option(to, [each.authority for each in await queries.options_for(session, book, locked)])
    return await _request(session, principal, locked, giver=giver, receiver=to, reason=reason)


async def take_back(session: AsyncSession, principal: Principal, subject: tuple[str, str], *, reason: str) -> Handover:
    """Ask for the subject to come back to who handed it over, with all current cases of who has it now (R128)."""
    locked = await _lock(session, principal, subject)
    own = [giver for giver in locked.givers if principal.holds(Privilege.CHANGE_AUTHORITY, giver)]
    if not own:
        raise AuthorityChanged.nothing_to_take_back(str(locked.authority))
    require_reason(reason)
    return await _request(session, principal, locked, giver=str(locked.authority), receiver=own[-1], reason=reason)


async def settle(session: AsyncSession, book: Rulebook, subject: Subject, event: SettledHandover) -> None:
    """Take over how approval settled a handover; a repeated answer has no effect."""
    handover = await session.get(Handover, event.handover_id)
    if handover is None or handover.state != PENDING:
        return
    handover.settled_at, handover.cases = event.settled_at, list(event.cases)
    if not event.applied:
        handover.state, handover.refused_because = REFUSED, event.refused_because
        return
    if subject.version == handover.authority_version:
        handover.state = APPLIED
        _apply(session, subject, handover)
        moved_too_far: Sequence[str] = ()
    else:
        handover.state, handover.refused_because = REFUSED, moved_in_between(str(subject.authority))
        moved_too_far = event.cases
    await session.flush()
    await route_open_again(session, book, subject, repeated=moved_too_far)


def _apply(session: AsyncSession, subject: Subject, handover: Handover) -> None:
    giver, receiver = handover.from_authority, handover.to_authority
    assigned = handed_over(giver, receiver, KINDS[subject.kind].noun, taken_back=handover.taken_back)
    givers = givers_after(subject.givers, giver, receiver)
    assign(session, subject, assigned, handover.settled_at or now(), givers=givers)


async def _lock(session: AsyncSession, principal: Principal, key: tuple[str, str]) -> Subject:
    """Lock a subject that the caller's authority has or gave away; NotFound for all others."""
    kind, subject_id = key
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    if subject is None or subject.authority is None or not queries.may_hand_over(principal, subject):
        raise NotFound
    return subject


async def _request(
    session: AsyncSession, principal: Principal, subject: Subject, *, giver: str, receiver: str, reason: str
) -> Handover:
    if await queries.pending_of(session, subject):
        raise HandoverPending
    acts_for = giver if principal.holds(Privilege.CHANGE_AUTHORITY, giver) else receiver
    by = Actor(
        sub=principal.sub, name=principal.name, org_name=principal.org_name, cvr=principal.cvr, authority=acts_for
    )
    handover = Handover(
        id=uuid7(),
        kind=subject.kind,
        subject_id=subject.id,
        from_authority=giver,
        to_authority=receiver,
        taken_back=receiver in subject.givers,
        authority_version=subject.version,
        reason=reason,
        requested_by=by.model_dump(mode="json"),
        requested_at=now(),
        state=PENDING,
        cases=[each.id for each in await submissions_at(session, subject, giver)],
    )
    session.add(handover)
    await session.flush()
    emit(session, requested_event(handover), aggregate=subject)
    return handover
