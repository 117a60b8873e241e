"""Closing a case whose subject has ceased (R99)."""

from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.commands import withdraw
from approval.cases.events import closed_event
from approval.cases.log import log_action
from approval.cases.models import Case
from approval.cases.rules import Act, CaseState, Outcome
from approval.closures.rules import require_ceased
from approval.decisions.commands import actor_of, lock_case
from approval.decisions.rules import require_awaiting
from approval.submissions.queries import report_of
from approval.tilsyn.queries import ceased_on
from chassis.clock import now
from chassis.outbox import emit
from contracts.events.external import WithdrawnBecause
from web.auth import Principal


async def close_ceased(session: AsyncSession, principal: Principal, *, case_id: str, reason: str | None) -> Case:
    """Close a case that awaits approval and whose subject has ceased; whoever reported it is told by the event.

    CaseNotAwaiting for a case that is over, StillGoingOn while the subject goes on.
    """
    subject, case = await lock_case(session, principal, case_id)
    require_awaiting(case)
    require_ceased(await ceased_on(session, subject))
    # Whatever is read after the first change sends that change to the database on its own.
    report = await report_of(session, case.id, case.revision)
    by = actor_of(principal, str(case.authority))
    case.state, case.outcome = CaseState.CLOSED, Outcome.CEASED
    case.closed_at = case.decided_at = now()
    case.decided_by = by.model_dump(mode="json")
    case.version += 1
    await log_action(session, case, Act.CLOSED, by=by, reason=reason, details={"outcome": Outcome.CEASED})
    emit(session, closed_event(case, report), aggregate=subject)
    withdraw(session, case, WithdrawnBecause.CEASED)
    return case
