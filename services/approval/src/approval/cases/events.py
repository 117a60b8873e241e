"""What everybody is told of a case that opens or that its reporter gives up."""

from typing import Any

from approval.cases.models import Case
from chassis.clock import now
from contracts.events import CaseClosed, CaseOpened, SubmissionSent


def identity_of(case: Case) -> dict[str, Any]:
    """Return what every event about a case says of it."""
    return {
        "tilbud_id": case.tilbud_id,
        "case_id": case.id,
        "revision": case.revision,
        "number": case.number,
        "authority": str(case.authority),
    }


def opened_event(case: Case, report: SubmissionSent) -> CaseOpened:
    """Return what everybody is told of a case that awaits approval."""
    return CaseOpened(
        **identity_of(case),
        steps=[step.key for step in report.steps],
        initial=case.initial,
        submitted_at=report.sent_at,
        opened_at=case.opened_at or now(),
        tilbud_name=report.tilbud.name,
        explanation=case.explanation,
    )


def closed_event(case: Case) -> CaseClosed:
    """Return what everybody is told of a case that its reporter gave up."""
    return CaseClosed(
        **identity_of(case),
        closed_at=case.closed_at or now(),
    )
