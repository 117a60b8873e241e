"""Whether a handover comes about. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from approval.cases.rules import CaseState, Outcome
from contracts.reference import authority_name


@dataclass(frozen=True)
class CaseThen:
    """One of the cases that the officer meant to hand over, as it stands now."""

    state: str
    outcome: str | None
    decided_at: datetime | None
    authority: str | None


def reason_against(cases: Iterable[CaseThen], giver: str, requested_at: datetime, authority: str | None) -> str | None:
    """Return the Danish reason why a handover is refused; None when it comes about.

    ``cases`` are those that its officer saw, ``authority`` who supervises the subject as far as this is newer than
    what the officer saw. Whoever decided one of the cases was first. A case that its reporter gave up is no obstacle.
    """
    if authority is not None and authority != giver:
        return f"{authority_name(authority)} har fået tilsynet i mellemtiden."
    for case in cases:
        if case.authority not in {giver, None}:
            return f"En af sagerne er i mellemtiden gået videre til {authority_name(str(case.authority))}."
        approved = case.state == CaseState.CLOSED and case.outcome == Outcome.APPROVED
        returned = case.state == CaseState.RETURNED and case.decided_at is not None and case.decided_at >= requested_at
        if approved or returned:
            done = "godkendt" if approved else "returneret"
            return (
                f"{authority_name(giver)} indsendte en af sagerne i samme øjeblik, og den blev {done}. "
                "Se udfaldet, og overdrag igen, hvis det stadig er rigtigt."
            )
    return None


def explanation_of(giver: str, receiver: str, *, taken_back: bool) -> str:
    """Return why a case is where it is after a handover."""
    if taken_back:
        return f"{authority_name(receiver)} har trukket opgaven tilbage fra {authority_name(giver)}."
    return f"{authority_name(giver)} har overdraget opgaven til {authority_name(receiver)}."
