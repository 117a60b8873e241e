"""What is published about a case that opens or that its reporter gives up."""

from typing import Any

from approval.cases.models import Case
from approval.kinds import KINDS, SentReport
from chassis.clock import now
from contracts.events.base import SubjectEvent


def identity_of(case: Case) -> dict[str, Any]:
    """Return what every event about a case says of it."""
    return {
        "case_id": case.id,
        "revision": case.revision,
        "number": case.number,
        "authority": str(case.authority),
    }


def opened_event(case: Case, report: SentReport) -> SubjectEvent:
    """Return the event of a case that awaits approval."""
    kind = KINDS[case.kind]
    return kind.events.case_opened.about(
        case.subject_id,
        **identity_of(case),
        **kind.details_of(report),
        steps=report.step_keys,
        initial=case.initial,
        submitted_at=report.sent_at,
        opened_at=case.opened_at or now(),
        explanation=case.explanation,
    )


def closed_event(case: Case) -> SubjectEvent:
    """Return the event of a case that its reporter gave up."""
    events = KINDS[case.kind].events
    return events.case_closed.about(case.subject_id, **identity_of(case), closed_at=case.closed_at or now())
