"""Officers' choices for the steps of a case, and the outcome that they lead to (R70 to R81)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.etags import case_etag, step_etag
from approval.cases.log import log_action
from approval.cases.models import Case, CaseStep
from approval.cases.queries import departments_in, ends_approval_of, log_of, steps_of
from approval.cases.rules import CaseState, DecidedElsewhere, Outcome, departure, moved_away
from approval.decisions.events import approved_event, returned_event
from approval.decisions.rules import (
    CaseTooLarge,
    Publication,
    StepsToApprove,
    is_wanted,
    outcome_of,
    publication_by,
    require_awaiting,
    require_fields,
    require_going_on,
    require_reason,
)
from approval.kinds import KINDS, SentReport
from approval.subjects.commands import apply_approval
from approval.subjects.models import Subject
from approval.submissions.commands import store_approved
from approval.submissions.queries import report_of
from approval.submissions.titles import form_of
from approval.tilsyn.queries import ceased_on, supervision_of
from chassis.clock import now, today
from chassis.database import lock
from chassis.errors import NotFound
from chassis.outbox import EventTooLarge, emit
from contracts.events.base import SubjectEvent
from contracts.events.parties import Actor, Verdict
from contracts.form import Field, parse_key
from web.auth import Principal
from web.etags import require_match


def actor_of(principal: Principal, authority: str) -> Actor:
    """Return the officer as colleagues and reporters see who decided."""
    return Actor(
        sub=principal.sub, name=principal.name, org_name=principal.org_name, cvr=principal.cvr, authority=authority
    )


@dataclass(frozen=True)
class Choice:
    """What an officer chooses for one step; ``fields`` are pointers into its data."""

    verdict: Verdict
    reason: str | None = None
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class Concluded:
    """A case that was sent off: its steps and its report, and whether an approval became public."""

    case: Case
    steps: list[CaseStep]
    report: SentReport
    publication: Publication | None


_SUBJECT_OF_CASE = (Case.kind, Case.subject_id)


async def lock_case(session: AsyncSession, principal: Principal, case_id: str) -> tuple[Subject, Case]:
    """Lock the subject of a case that the caller's authority decides.

    CaseMoved for one that it decided before, DecidedElsewhere where it supervises the subject, NotFound for any other.
    """
    kind, subject_id = (select(column).where(Case.id == case_id).scalar_subquery() for column in _SUBJECT_OF_CASE)
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    case = await session.get(Case, case_id) if subject else None
    if subject is None or case is None or case.state == CaseState.PENDING or case.authority is None:
        raise NotFound
    privilege = KINDS[case.kind].privileges.approve
    if principal.holds(privilege, case.authority):
        return subject, case
    if departed := departure(await log_of(session, case.id), principal.scopes(privilege)):
        raise moved_away(departed)
    if subject.authority and principal.holds(privilege, subject.authority):
        raise DecidedElsewhere(case.authority, case.explanation)
    raise NotFound


async def decide(
    session: AsyncSession,
    principal: Principal,
    *,
    case_id: str,
    step: str,
    choice: Choice,
    if_match: str | None,
) -> tuple[Case, CaseStep]:
    """Save the choice for one step at once (R70); it may be changed until the outcome (R72)."""
    case = await _lock_awaiting(session, principal, case_id)
    row = await _step(session, case_id, step)
    require_reason(choice.verdict, choice.reason)
    require_match(if_match, step_etag(case, row))
    if choice.fields:
        require_fields(choice.verdict, choice.fields, await _asked(session, case, step))
    await _choose(session, case, row, choice, actor_of(principal, str(case.authority)))
    return case, row


async def withdraw(
    session: AsyncSession, principal: Principal, *, case_id: str, step: str, if_match: str | None
) -> tuple[Case, CaseStep]:
    """Take the choice for one step back, so that it has none (R72); without a choice nothing happens."""
    case = await _lock_awaiting(session, principal, case_id)
    row = await _step(session, case_id, step)
    require_match(if_match, step_etag(case, row))
    if row.verdict is not None:
        row.verdict = row.reason = row.fields = row.decided_by = row.decided_at = None
        row.version += 1
        case.version += 1
        await log_action(session, case, "withdrawn", by=actor_of(principal, str(case.authority)), step=step)
    return case, row


async def approve_many(
    session: AsyncSession, principal: Principal, *, case_id: str, wanted: StepsToApprove, if_match: str | None
) -> tuple[Case, list[CaseStep]]:
    """Approve many steps without a choice at once, each with a row of its own in the log.

    Who sends the case's ETag approves only what was seen: a choice made or taken back since then is ``stale``.
    """
    case = await _lock_awaiting(session, principal, case_id)
    if if_match is not None:
        require_match(if_match, case_etag(case))
    by = actor_of(principal, str(case.authority))
    rows = await steps_of(session, case_id)
    chosen = [row for row in rows if is_wanted(wanted, row.verdict, (row.proposed or {}).get("verdict"))]
    for row in chosen:
        await _choose(session, case, row, Choice(Verdict.APPROVE), by)
    return case, chosen


async def _lock_awaiting(session: AsyncSession, principal: Principal, case_id: str) -> Case:
    """Lock a case whose steps can be decided now."""
    subject, case = await lock_case(session, principal, case_id)
    require_awaiting(case)
    require_going_on(await ceased_on(session, subject))
    return case


async def _step(session: AsyncSession, case_id: str, step: str) -> CaseStep:
    row = await session.get(CaseStep, (case_id, step))
    if row is None:
        raise NotFound
    return row


async def _asked(session: AsyncSession, case: Case, key: str) -> tuple[Field, ...]:
    """Return the fields that a step of the case has in the form that it was filled in with."""
    definition = form_of(await report_of(session, case.id, case.revision))
    step, _ = parse_key(key)
    return definition.step(step).fields if definition and step in definition.step_ids else ()


async def _choose(session: AsyncSession, case: Case, row: CaseStep, choice: Choice, by: Actor) -> None:
    row.verdict, row.reason, row.fields = choice.verdict, choice.reason, list(choice.fields) or None
    row.decided_by, row.decided_at = by.model_dump(mode="json"), now()
    row.version += 1
    case.version += 1
    await log_action(
        session,
        case,
        "decided",
        by=by,
        step=row.step,
        verdict=choice.verdict,
        reason=choice.reason,
        fields=choice.fields,
    )


async def conclude(session: AsyncSession, principal: Principal, *, case_id: str, if_match: str | None) -> Concluded:
    """Press Indsend: return the whole case when a step is rejected, else approve it (R73, R75, R80)."""
    subject, case = await lock_case(session, principal, case_id)
    require_awaiting(case)
    require_going_on(await ceased_on(session, subject))
    require_match(if_match, case_etag(case))
    rows = await steps_of(session, case_id)
    outcome = outcome_of({row.step: row.verdict for row in rows})
    # Whatever is read after the first change sends that change to the database on its own.
    report = await report_of(session, case_id, case.revision)
    published = await _published(session, case, subject) if outcome is Outcome.APPROVED else None
    by = actor_of(principal, str(case.authority))
    case.outcome, case.decided_at, case.decided_by = outcome, now(), by.model_dump(mode="json")
    case.version += 1
    if outcome is Outcome.APPROVED:
        await _approve(session, subject, case, report, rows)
    else:
        case.state = CaseState.RETURNED
        _publish(session, subject, returned_event(case, report, rows, await departments_in(session, case, report)))
    await log_action(session, case, outcome, by=by, details={"publication": published} if published else None)
    return Concluded(case, rows, report, published)


async def _published(session: AsyncSession, case: Case, subject: Subject) -> Publication | None:
    """Return whether what is approved now becomes public; None for a kind that never does (R80).

    What moves to another kind of authority waits for that one's own tilsyn.
    """
    if not KINDS[subject.kind].is_published:
        return None
    if ends_approval_of(case, subject):
        return Publication.AWAITS_TILSYN
    return publication_by((await supervision_of(session, subject)).status)


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
