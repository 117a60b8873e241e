"""A handover is settled while its subject is locked: an outcome comes before it or after it, never beside it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.commands import move_case, store_routing
from approval.cases.models import Case
from approval.cases.rules import CaseState
from approval.handovers.events import RequestedHandover, settled_event
from approval.handovers.models import Handover
from approval.handovers.rules import CaseThen, explanation_of, reason_against
from approval.subjects.models import Subject
from chassis.clock import now
from chassis.outbox import emit


async def settle(session: AsyncSession, subject: Subject, event: RequestedHandover, sequence: int) -> None:
    """Move every current case of the giver to the receiver, or refuse; a repeated question gets its answer again.

    ``sequence`` is that of the event: a routing of the cases that is older has no effect any more.
    """
    handover = await session.get(Handover, event.handover_id)
    if handover is None:
        handover = await _settle(session, subject, event, sequence)
    emit(session, settled_event(handover), aggregate=subject)


async def _settle(session: AsyncSession, subject: Subject, event: RequestedHandover, sequence: int) -> Handover:
    against = await _reason_against(session, subject, event)
    moved = [] if against else await _current_cases(session, subject, event.from_authority)
    for case in moved:
        await _move(session, subject, case, event, sequence)
    handover = Handover(
        id=event.handover_id,
        kind=subject.kind,
        subject_id=subject.id,
        from_authority=event.from_authority,
        to_authority=event.to_authority,
        applied=against is None,
        refused_because=against,
        cases=[case.id for case in moved],
        settled_at=now(),
    )
    session.add(handover)
    await session.flush()
    return handover


async def _reason_against(session: AsyncSession, subject: Subject, event: RequestedHandover) -> str | None:
    seen = await session.scalars(select(Case).where(Case.kind == subject.kind, Case.id.in_(event.cases)))
    cases = [CaseThen(case.state, case.outcome, case.decided_at, case.authority) for case in seen]
    is_newer = subject.authority_version >= event.authority_version
    return reason_against(cases, event.from_authority, event.requested_at, subject.authority if is_newer else None)


async def _current_cases(session: AsyncSession, subject: Subject, authority: str) -> Sequence[Case]:
    current = select(Case).where(
        Case.kind == subject.kind,
        Case.subject_id == subject.id,
        Case.authority == authority,
        Case.state.in_({CaseState.AWAITING, CaseState.RETURNED}),
    )
    return (await session.scalars(current.order_by(Case.number, Case.id))).all()


async def _move(session: AsyncSession, subject: Subject, case: Case, event: RequestedHandover, sequence: int) -> None:
    receiver = event.to_authority
    explanation = explanation_of(event.from_authority, receiver, taken_back=event.taken_back)
    await store_routing(
        session,
        subject,
        case.id,
        revision=case.revision,
        authority=receiver,
        explanation=explanation,
        sequence=sequence,
    )
    await move_case(session, subject, case, receiver, explanation, by=event.requested_by, reason=event.reason)
