"""What is published about the outcome of a case."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from approval.cases.events import identity_of
from approval.cases.models import Case, CaseStep
from approval.kinds import KINDS, SentReport
from chassis.clock import now
from contracts.events.base import SubjectEvent
from contracts.events.parties import StepContent, StepDecision


def returned_event(
    case: Case, report: SentReport, rows: Sequence[CaseStep], departments: Mapping[str, str]
) -> SubjectEvent:
    """Return the event of a case that goes back to its reporter, with the names of its departments by id."""
    kind = KINDS[case.kind]
    return kind.events.case_returned.about(
        case.subject_id,
        **identity_of(case),
        **kind.details_of(report),
        decisions=[_decision(row) for row in rows],
        returned_by=case.decided_by,
        returned_at=_decided_at(case),
        departments=departments,
    )


def approved_event(case: Case, report: SentReport, rows: Sequence[CaseStep]) -> SubjectEvent:
    """Return the event of a case that is approved, with the whole approved content where its kind tells it."""
    kind = KINDS[case.kind]
    return kind.events.case_approved.about(
        case.subject_id,
        **identity_of(case),
        **kind.details_of(report),
        initial=case.initial,
        form_version=report.form_version,
        step_keys=report.step_keys,
        steps=[StepContent(key=key, data=data) for key, data in kind.contents_of(report).items()],
        decisions=[_decision(row) for row in rows],
        approved_by=case.decided_by,
        approved_at=_decided_at(case),
        submitted_at=report.sent_at,
    )


def _decision(row: CaseStep) -> StepDecision:
    return StepDecision.model_validate(
        {
            "step": row.step,
            "verdict": row.verdict,
            "reason": row.reason,
            "fields": row.fields or [],
            "decided_by": row.decided_by,
            "decided_at": row.decided_at,
        }
    )


def _decided_at(case: Case) -> datetime:
    return case.decided_at or now()
