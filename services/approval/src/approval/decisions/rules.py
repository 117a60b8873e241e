"""What may be chosen for a step, and which outcome the choices lead to."""

from collections.abc import Mapping

from approval.cases.rules import CaseState, Outcome
from chassis.errors import FieldError
from chassis.problems import Problem
from contracts.cpr import holds_cpr
from contracts.events.parties import Verdict


def require_awaiting(state: str) -> None:
    """Raise ``wrong-state`` unless the case awaits approval (R72, R76, R79)."""
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
    """Return approved or returned (R73, R75, R80); ``undecided-steps`` until every step has a choice."""
    undecided = [step for step, verdict in verdicts.items() if verdict is None]
    if undecided or not verdicts:
        errors = [FieldError(step_pointer(step), "undecided", "Der er ikke taget stilling.") for step in undecided]
        raise Problem("undecided-steps", "Tag stilling til alle trin, før sagen sendes.", errors)
    rejected = any(verdict == Verdict.REJECT for verdict in verdicts.values())
    return Outcome.RETURNED if rejected else Outcome.APPROVED


def step_pointer(step: str) -> str:
    """Return the JSON pointer of a step among the steps of a case."""
    return "/steps/" + step.replace("~", "~0").replace("/", "~1")
