"""Officers' choices for the steps of a case, and the outcome that they lead to (rows 70-81)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from approval import case_log, cases
from approval.models import ApprovedStep, Case, CaseStep, Json, Tilbud
from approval.rules import CaseState, Outcome, checked_reason, outcome_of, require_awaiting
from chassis.auth import Principal
from chassis.clock import now
from chassis.database import lock
from chassis.etags import etag, require_match
from chassis.outbox import EventTooLarge, emit
from chassis.problems import Problem, not_found
from contracts.access import Privilege
from contracts.events import CaseApproved, CaseReturned, SubmissionSent
from contracts.events.parties import Actor, StepDecision, Verdict
from contracts.form import department_ids, parse_key

_NEW_APPROVED = insert(ApprovedStep).on_conflict_do_nothing()


def case_etag(case: Case) -> str:
    """Return the ETag of a case: it moves with every choice."""
    return etag("case", case.id, case.version)


def step_etag(case: Case, row: CaseStep) -> str:
    """Return the ETag of a step: it moves when the step is decided, resubmitted or given to another authority."""
    return etag("step", case.id, case.opened_at, row.step, row.version)


def acting(principal: Principal, authority: str) -> Actor:
    """Return the officer as colleagues and reporters see who decided."""
    return Actor(
        sub=principal.sub, name=principal.name, org_name=principal.org_name, cvr=principal.cvr, authority=authority
    )


async def locked_case(session: AsyncSession, principal: Principal, case_id: str) -> tuple[Tilbud, Case]:
    """Lock the tilbud of a case that the caller's authority decides; ``not-found`` for any other case."""
    its_tilbud = select(Case.tilbud_id).where(Case.id == case_id).scalar_subquery()
    tilbud = await lock(session, Tilbud, Tilbud.id == its_tilbud)
    case = await session.get(Case, case_id) if tilbud else None
    if tilbud is None or case is None or case.state == CaseState.PENDING or case.authority is None:
        raise not_found()
    if not principal.holds(Privilege.APPROVE_TILBUD, case.authority):
        raise not_found()
    return tilbud, case


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
    """Save the choice for one step at once (row 70); it may be changed until the outcome (row 72)."""
    _, case = await locked_case(session, principal, case_id)
    row = await session.get(CaseStep, (case_id, step))
    if row is None:
        raise not_found()
    kept = checked_reason(verdict, reason)
    require_awaiting(case.state)
    require_match(if_match, step_etag(case, row))
    by = acting(principal, str(case.authority))
    row.verdict, row.reason = verdict, kept
    row.decided_by, row.decided_at = by.model_dump(mode="json"), now()
    row.version += 1
    case.version += 1
    await case_log.write(session, case, "decided", by=by, step=step, verdict=verdict, reason=kept)
    return case, row


async def conclude(
    session: AsyncSession, principal: Principal, *, case_id: str, if_match: str | None
) -> tuple[Case, list[CaseStep], SubmissionSent]:
    """Press Indsend: return the whole case when a step is rejected, else approve it (rows 73, 75, 80)."""
    tilbud, case = await locked_case(session, principal, case_id)
    require_awaiting(case.state)
    require_match(if_match, case_etag(case))
    rows = await cases.steps_of(session, case_id)
    outcome = outcome_of({row.step: row.verdict for row in rows})
    # Whatever is read after the first change sends that change to the database on its own.
    report = await cases.report_of(session, case_id, case.revision)
    by = acting(principal, str(case.authority))
    case.outcome, case.decided_at, case.decided_by = outcome, now(), by.model_dump(mode="json")
    case.version += 1
    if outcome is Outcome.APPROVED:
        await _approve(session, tilbud, case, report, rows)
    else:
        case.state = CaseState.RETURNED
        emit(session, returned_event(case, report, rows), aggregate=tilbud)
    await case_log.write(session, case, outcome, by=by)
    return case, rows, report


def _decision(row: CaseStep) -> StepDecision:
    return StepDecision.model_validate(
        {
            "step": row.step,
            "verdict": row.verdict,
            "reason": row.reason,
            "decided_by": row.decided_by,
            "decided_at": row.decided_at,
        }
    )


def returned_event(case: Case, report: SubmissionSent, rows: Sequence[CaseStep]) -> CaseReturned:
    """Return what everybody hears of a case that goes back to its reporter."""
    return CaseReturned(
        **cases.identity_of(case),
        decisions=[_decision(row) for row in rows],
        returned_by=Actor.model_validate(case.decided_by),
        returned_at=_decided_at(case),
        tilbud_name=report.tilbud.name,
        leader=report.leader,
        contact=report.contact,
    )


async def _approve(
    session: AsyncSession, tilbud: Tilbud, case: Case, report: SubmissionSent, rows: Sequence[CaseStep]
) -> None:
    case.state, case.closed_at = CaseState.CLOSED, case.decided_at
    await _keep_approved(session, report)
    event = approved_event(case, report, rows)
    # A case without this step repeats the name that was approved when it was sent.
    if event.reports("contact") and event.number > tilbud.facts_number:
        tilbud.name, tilbud.operator_cvr = event.tilbud.name, event.tilbud.operator.cvr
        tilbud.facts_number = event.number
    try:
        emit(session, event, aggregate=tilbud)
    except EventTooLarge as error:
        raise Problem("too-large", "Sagens indhold er for stort. Afvis det trin, der fylder mest.") from error


def approved_event(case: Case, report: SubmissionSent, rows: Sequence[CaseStep]) -> CaseApproved:
    """Return what everybody hears of a case that is approved, with the whole approved content."""
    return CaseApproved(
        **cases.identity_of(case),
        initial=case.initial,
        form_version=report.form_version,
        tilbud=report.tilbud,
        leader=report.leader,
        contact=report.contact,
        steps=report.steps,
        decisions=[_decision(row) for row in rows],
        approved_by=Actor.model_validate(case.decided_by),
        approved_at=_decided_at(case),
        submitted_at=report.sent_at,
    )


def _decided_at(case: Case) -> datetime:
    return case.decided_at or now()


async def _keep_approved(session: AsyncSession, report: SubmissionSent) -> None:
    """Keep what was approved, by number; parts of departments that the report took away are kept as gone."""
    content: dict[str, Json | None] = {step.key: step.data for step in report.steps}
    if "departments" in content:
        remaining = set(department_ids(content["departments"]))
        known = await session.scalars(
            select(ApprovedStep.step).where(ApprovedStep.tilbud_id == report.tilbud_id).distinct()
        )
        gone = [key for key in known if (department := parse_key(key)[1]) and department not in remaining]
        content = dict.fromkeys(gone) | content
    rows = [
        {"tilbud_id": report.tilbud_id, "step": key, "number": report.number, "data": data}
        for key, data in content.items()
    ]
    await session.execute(_NEW_APPROVED, rows)
