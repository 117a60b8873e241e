"""The rules of case handling, without any I/O: who decides, what may be decided, and what it leads to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chassis.errors import FieldError
from chassis.problems import Problem
from contracts.cpr import holds_cpr
from contracts.events.parties import StepContent, Verdict


class CaseState(StrEnum):
    """Where a case stands; pending is one that was never opened and that nobody sees."""

    PENDING = "pending"
    AWAITING = "awaiting"
    RETURNED = "returned"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What a case ended in, so far."""

    RETURNED = "returned"
    APPROVED = "approved"
    GIVEN_UP = "given-up"


@dataclass(frozen=True)
class Choice:
    """What was chosen for one step of an earlier revision."""

    verdict: str | None
    by: Mapping[str, Any] | None
    at: str | None


def revision_to_open(opened: int, reports: Iterable[int], routings: Mapping[int, str | None]) -> int | None:
    """Return the newest revision that is both sent and routed, when it is newer than the one ``opened``.

    Reports and routings come in any order; a resubmission has the same id and a new revision (design rule 6).
    """
    ready = [revision for revision in reports if routings.get(revision) is not None]
    newest = max(ready, default=0)
    return newest if newest > opened else None


def proposals(
    before: Sequence[StepContent], after: Sequence[StepContent], choices: Mapping[str, Choice]
) -> dict[str, Choice]:
    """Return the approvals of an earlier revision that a resubmission keeps as proposed choices (design.md).

    Only steps whose content was not edited keep one, and each of them may be decided again.
    """
    old = {step.key: step.data for step in before}
    approved = {key for key, choice in choices.items() if choice.verdict == Verdict.APPROVE}
    return {step.key: choices[step.key] for step in after if step.key in approved and old.get(step.key) == step.data}


def require_awaiting(state: str) -> None:
    """Raise ``wrong-state`` unless the case awaits approval (rows 72, 76, 79)."""
    if state != CaseState.AWAITING:
        raise Problem("wrong-state", "Sagen afventer ikke godkendelse.")


def checked_reason(verdict: Verdict, reason: str | None) -> str | None:
    """Return the reason as it is kept; ``reason-required`` for a rejection without one."""
    text = (reason or "").strip()
    if verdict is Verdict.REJECT and not text:
        missing = FieldError("/reason", "reason-required", "Skriv, hvad der skal rettes.")
        raise Problem("reason-required", "En afvisning skal begrundes.", [missing])
    if holds_cpr(text):
        found = FieldError("/reason", "cpr-number", "Teksten må ikke indeholde et CPR-nummer.")
        raise Problem("invalid", "Teksten må ikke indeholde et CPR-nummer.", [found])
    return text or None


def outcome_of(verdicts: Mapping[str, str | None]) -> Outcome:
    """Return approved or returned (rows 73, 75, 80); ``undecided-steps`` until every step has a choice."""
    undecided = [step for step, verdict in verdicts.items() if verdict is None]
    if undecided or not verdicts:
        errors = [FieldError(step_pointer(step), "undecided", "Der er ikke taget stilling.") for step in undecided]
        raise Problem("undecided-steps", "Tag stilling til alle trin, før sagen sendes.", errors)
    rejected = any(verdict == Verdict.REJECT for verdict in verdicts.values())
    return Outcome.RETURNED if rejected else Outcome.APPROVED


def step_pointer(step: str) -> str:
    """Return the JSON pointer of a step among the steps of a case."""
    return "/steps/" + step.replace("~", "~0").replace("/", "~1")
