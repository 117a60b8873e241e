"""What ``approval`` publishes about cases. A case is that of the tilbud's submission with the same number.

``of`` takes a whole submission in its place: then the case has its ids, its steps and its people.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from contracts.events.approval import CaseApproved, CaseClosed, CaseOpened, CaseReturned, HandoverSettled
from contracts.events.reporting import SubmissionSent
from contracts.testing.factories.building import build
from contracts.testing.factories.contents import SMALL_REPORT, Content
from contracts.testing.factories.parties import NORD, TILBUD_ID, decisions, officer
from contracts.testing.factories.reports import submission_sent
from contracts.testing.factories.routings import EXPLANATION, HANDOVER_ID, handover_requested

HOUR = timedelta(hours=1)


def case_opened(
    tilbud_id: str = TILBUD_ID, number: int = 1, revision: int = 1, *, of: SubmissionSent | None = None, **fields: Any
) -> CaseOpened:
    """Return that a case awaits approval, an hour after it was sent."""
    report = of or submission_sent(tilbud_id, number, revision)
    defaults = {
        **_case(report),
        "steps": report.step_keys,
        "initial": report.initial,
        "submitted_at": report.sent_at,
        "opened_at": report.sent_at + HOUR,
        "tilbud_name": report.tilbud.name,
        "explanation": EXPLANATION,
    }
    return build(CaseOpened, defaults, fields)


def case_returned(
    tilbud_id: str = TILBUD_ID,
    number: int = 1,
    revision: int = 1,
    *,
    of: SubmissionSent | None = None,
    rejected: Iterable[str] = ("contact",),
    **fields: Any,
) -> CaseReturned:
    """Return that a case goes back because of the ``rejected`` steps; its other steps were approved."""
    report = of or submission_sent(tilbud_id, number, revision)
    at = report.sent_at + 2 * HOUR
    defaults = {
        **_case(report),
        "decisions": decisions(report.step_keys, rejected=rejected, at=at),
        "returned_by": officer(),
        "returned_at": at,
        "tilbud_name": report.tilbud.name,
        "leader": report.leader,
        "contact": report.contact,
    }
    return build(CaseReturned, defaults, fields)


def case_approved(
    tilbud_id: str = TILBUD_ID,
    number: int = 1,
    revision: int = 1,
    *,
    of: SubmissionSent | None = None,
    content: Content = SMALL_REPORT,
    **fields: Any,
) -> CaseApproved:
    """Return that every step of a case was approved; ``content`` is its data by step key."""
    report = of or submission_sent(tilbud_id, number, revision, content=content)
    at = report.sent_at + 2 * HOUR
    defaults = {
        **_case(report),
        "initial": report.initial,
        "form_version": report.form_version,
        "tilbud": report.tilbud,
        "leader": report.leader,
        "contact": report.contact,
        "steps": report.steps,
        "decisions": decisions(report.step_keys, at=at),
        "approved_by": officer(),
        "approved_at": at,
        "submitted_at": report.sent_at,
    }
    return build(CaseApproved, defaults, fields)


def case_closed(
    tilbud_id: str = TILBUD_ID, number: int = 1, revision: int = 1, *, of: SubmissionSent | None = None, **fields: Any
) -> CaseClosed:
    """Return that the authority does nothing more about a case."""
    report = of or submission_sent(tilbud_id, number, revision)
    return build(CaseClosed, {**_case(report), "closed_at": report.sent_at + 3 * HOUR}, fields)


def _case(report: SubmissionSent) -> dict[str, Any]:
    return {
        "tilbud_id": report.tilbud_id,
        "case_id": report.submission_id,
        "revision": report.revision,
        "number": report.number,
        "authority": NORD,
    }


def handover_settled(
    tilbud_id: str = TILBUD_ID, *, refused_because: str | None = None, **fields: Any
) -> HandoverSettled:
    """Return that the tilbud was handed over with its cases, or not for that reason."""
    asked = handover_requested(tilbud_id)
    defaults = {
        "tilbud_id": tilbud_id,
        "handover_id": HANDOVER_ID,
        "from_authority": asked.from_authority,
        "to_authority": asked.to_authority,
        "applied": refused_because is None,
        "refused_because": refused_because,
        "cases": [] if refused_because else asked.cases,
        "settled_at": asked.requested_at,
    }
    return build(HandoverSettled, defaults, fields)
