"""What may be chosen for a step, and which outcome the choices lead to."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from approval.cases.rules import CaseState, Outcome
from chassis.errors import DomainError, FieldError, Invalid
from contracts.events.parties import Verdict
from contracts.form import Field, fields_at
from web.errors import TooLarge


class StepsToApprove(StrEnum):
    """Which steps without a choice are approved in one go."""

    REST = "rest"
    UNCHANGED = "unchanged"


class CaseNotAwaiting(DomainError):
    """Nothing is decided in a case that does not await approval."""

    slug = "wrong-state"
    default_detail = "Sagen afventer ikke godkendelse."


class ReasonRequired(DomainError):
    """A rejection says what is to be corrected."""

    slug = "reason-required"
    default_detail = "En afvisning skal begrundes."


class UnknownFields(Invalid):
    """A rejection points at what the step does not ask."""


class FieldsOfApproval(Invalid):
    """Only a rejection says which fields are to be corrected."""


class UndecidedSteps(DomainError):
    """The outcome waits for a choice for every step."""

    slug = "undecided-steps"
    default_detail = "Tag stilling til alle trin, før sagen sendes."


class CaseTooLarge(TooLarge):
    """What would be told of the outcome does not fit into one event."""

    default_detail = "Sagens indhold er for stort. Skriv kortere begrundelser, eller afvis det trin, der fylder mest."


def require_awaiting(state: str) -> None:
    """Raise CaseNotAwaiting unless the case awaits approval (R72, R76, R79)."""
    if state != CaseState.AWAITING:
        raise CaseNotAwaiting


def require_reason(verdict: Verdict, reason: str | None) -> None:
    """Raise ReasonRequired for a rejection without a reason."""
    if verdict is Verdict.REJECT and not reason:
        raise ReasonRequired(errors=[FieldError("/reason", "reason-required", "Skriv, hvad der skal rettes.")])


def require_fields(verdict: Verdict, fields: Sequence[str], asked: tuple[Field, ...]) -> None:
    """Raise UnknownFields unless each pointer leads to a field that is ``asked``, and FieldsOfApproval for an approval
    that points at any.
    """
    if fields and verdict is not Verdict.REJECT:
        raise FieldsOfApproval(errors=[FieldError("/fields", "not-applicable", "Kun en afvisning peger på felter.")])
    unknown = [index for index, pointer in enumerate(fields) if not fields_at(asked, pointer)]
    if unknown:
        detail = "Feltet findes ikke på dette trin."
        raise UnknownFields(errors=[FieldError(f"/fields/{index}", "unknown-field", detail) for index in unknown])


def is_wanted(wanted: StepsToApprove, verdict: str | None, proposed: str | None) -> bool:
    """Return whether an approval of many approves a step with this choice and this proposal."""
    return verdict is None and (wanted is StepsToApprove.REST or proposed == Verdict.APPROVE)


def outcome_of(verdicts: Mapping[str, str | None]) -> Outcome:
    """Return approved or returned (R73, R75, R80); UndecidedSteps until every step has a choice."""
    undecided = [step for step, verdict in verdicts.items() if verdict is None]
    if undecided or not verdicts:
        raise UndecidedSteps(
            errors=[FieldError(step_pointer(step), "undecided", "Der er ikke taget stilling.") for step in undecided]
        )
    rejected = any(verdict == Verdict.REJECT for verdict in verdicts.values())
    return Outcome.RETURNED if rejected else Outcome.APPROVED


def step_pointer(step: str) -> str:
    """Return the JSON pointer of a step among the steps of a case."""
    return "/steps/" + step.replace("~", "~0").replace("/", "~1")
