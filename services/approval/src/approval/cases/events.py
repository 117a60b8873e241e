"""What is published about a case that opens or that its reporter gives up."""

from typing import Any

from approval.cases.models import Case
from approval.cases.rules import Outcome
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


_PEOPLE = ("leader", "contact")


def opened_event(case: Case, report: SentReport, moved_from: str | None = None) -> SubjectEvent:
    """Return the event of a case that awaits approval, and that was at ``moved_from`` before."""
    kind = KINDS[case.kind]
    details, reported_by = kind.details_of(report), report.sent_by.authority
    if not (moved_from or reported_by):
        details = {name: value for name, value in details.items() if name not in _PEOPLE}
    return kind.events.case_opened.about(
        case.subject_id,
        **identity_of(case),
        **details,
        moved_from=moved_from,
        reported_by=reported_by,
        steps=report.step_keys,
        initial=case.initial,
        submitted_at=report.sent_at,
        opened_at=case.opened_at or now(),
        explanation=case.explanation,
    )


def closed_event(case: Case, report: SentReport | None = None) -> SubjectEvent:
    """Return the event of a case that is over undecided; ``report`` has who is told where the authority closed it."""
    kind = KINDS[case.kind]
    details = {name: value for name, value in kind.details_of(report).items() if name in _PEOPLE} if report else {}
    return kind.events.case_closed.about(
        case.subject_id,
        **identity_of(case),
        **details,
        closed_at=case.closed_at or now(),
        outcome=case.outcome if case.outcome == Outcome.CEASED else None,
    )
