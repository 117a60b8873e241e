"""What everybody is told of the outcome of a case."""

from collections.abc import Sequence
from datetime import datetime

from approval.cases.events import identity_of
from approval.cases.models import Case, CaseStep
from chassis.clock import now
from contracts.events import CaseApproved, CaseReturned, SubmissionSent
from contracts.events.parties import Actor, StepDecision


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
    """Return what everybody is told of a case that goes back to its reporter."""
    return CaseReturned(
        **identity_of(case),
        decisions=[_decision(row) for row in rows],
        returned_by=Actor.model_validate(case.decided_by),
        returned_at=_decided_at(case),
        tilbud_name=report.tilbud.name,
        leader=report.leader,
        contact=report.contact,
    )


def approved_event(case: Case, report: SubmissionSent, rows: Sequence[CaseStep]) -> CaseApproved:
    """Return what everybody is told of a case that is approved, with the whole approved content."""
    return CaseApproved(
        **identity_of(case),
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
