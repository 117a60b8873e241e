"""Officers' choices for the steps of a case, and the outcome that they lead to (R70 to R81)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.etags import case_etag, step_etag
from approval.cases.log import log_action
from approval.cases.models import Case, CaseStep
from approval.cases.queries import steps_of
from approval.cases.rules import CaseState, Outcome
from approval.decisions.events import approved_event, returned_event
from approval.decisions.rules import CaseTooLarge, outcome_of, require_awaiting, require_reason
from approval.kinds import KINDS, SentReport
from approval.subjects.commands import apply_approval
from approval.subjects.models import Subject
from approval.submissions.commands import store_approved
from approval.submissions.queries import report_of
from chassis.clock import now, today
from chassis.database import lock
from chassis.errors import NotFound
from chassis.outbox import EventTooLarge, emit
from contracts.events.base import SubjectEvent
from contracts.events.parties import Actor, Verdict
from web.auth import Principal
from web.etags import require_match


def actor_of(principal: Principal, authority: str) -> Actor:
    """Return the officer as colleagues and reporters see who decided."""
    return Actor(
        sub=principal.sub, name=principal.name, org_name=principal.org_name, cvr=principal.cvr, authority=authority
    )


_SUBJECT_OF_CASE = (Case.kind, Case.subject_id)


async def lock_case(session: AsyncSession, principal: Principal, case_id: str) -> tuple[Subject, Case]:
    """Lock the subject of a case that the caller's authority decides; NotFound for any other case."""
    kind, subject_id = (select(column).where(Case.id == case_id).scalar_subquery() for column in _SUBJECT_OF_CASE)
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    case = await session.get(Case, case_id) if subject else None
    if subject is None or case is None or case.state == CaseState.PENDING or case.authority is None:
        raise NotFound
    if not principal.holds(KINDS[case.kind].privileges.approve, case.authority):
        raise NotFound
    return subject, case


async def decide(
    session: AsyncSession,
    principal: Principal,
    *,
    case_id: str,
    step: str,
    verdict: Verdict,
    reason: str | None,
    if_match: str | None,
) -> tuple[Case, CaseStep]:
    """Save the choice for one step at once (R70); it may be changed until the outcome (R72)."""
    _, case = await lock_case(session, principal, case_id)
    row = await session.get(CaseStep, (case_id, step))
    if row is None:
        raise NotFound
    require_reason(verdict, reason)
    require_awaiting(case.state)
    require_match(if_match, step_etag(case, row))
    by = actor_of(principal, str(case.authority))
    row.verdict, row.reason = verdict, reason
    row.decided_by, row.decided_at = by.model_dump(mode="json"), now()
    row.version += 1
    case.version += 1
    await log_action(session, case, "decided", by=by, step=step, verdict=verdict, reason=reason)
    return case, row


async def conclude(
    session: AsyncSession, principal: Principal, *, case_id: str, if_match: str | None
) -> tuple[Case, list[CaseStep], SentReport]:
    """Press Indsend: return the whole case when a step is rejected, else approve it (R73, R75, R80)."""
    subject, case = await lock_case(session, principal, case_id)
    require_awaiting(case.state)
    require_match(if_match, case_etag(case))
    rows = await steps_of(session, case_id)
    outcome = outcome_of({row.step: row.verdict for row in rows})
    # Whatever is read after the first change sends that change to the database on its own.
    report = await report_of(session, case_id, case.revision)
    by = actor_of(principal, str(case.authority))
    case.outcome, case.decided_at, case.decided_by = outcome, now(), by.model_dump(mode="json")
    case.version += 1
    if outcome is Outcome.APPROVED:
        await _approve(session, subject, case, report, rows)
    else:
        case.state = CaseState.RETURNED
        _publish(session, subject, returned_event(case, report, rows))
    await log_action(session, case, outcome, by=by)
    return case, rows, report


async def _approve(
    session: AsyncSession, subject: Subject, case: Case, report: SentReport, rows: Sequence[CaseStep]
) -> None:
    case.state, case.closed_at = CaseState.CLOSED, case.decided_at
    await store_approved(session, report)
    subject.usage_due = today()
    kind = KINDS[case.kind]
    if kind.says_identity(report):
        apply_approval(subject, kind.identity_of(report), number=report.number)
    _publish(session, subject, approved_event(case, report, rows))


def _publish(session: AsyncSession, subject: Subject, event: SubjectEvent) -> None:
    try:
        emit(session, event, aggregate=subject)
    except EventTooLarge as error:
        raise CaseTooLarge from error
