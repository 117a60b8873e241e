"""What may be chosen for a step, and which outcome the choices lead to."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from approval.cases.rules import CaseState, Outcome, in_danish_time
from chassis.errors import DomainError, FieldError, Invalid
from contracts.dates import in_words
from contracts.events.parties import Actor, Verdict
from contracts.form import Field, fields_at
from contracts.tilsyn import Status
from web.errors import TooLarge


class StepsToApprove(StrEnum):
    """Which steps without a choice are approved in one go."""

    REST = "rest"
    UNCHANGED = "unchanged"


class DecidedCase(Protocol):
    """A case as far as its end says whether anything can be decided: who ended it and when, where it has ended."""

    state: str
    outcome: str | None
    decided_at: datetime | None
    decided_by: dict[str, Any] | None
    closed_at: datetime | None


class CaseNotAwaiting(DomainError):
    """Nothing is decided in a case that does not await approval."""

    slug = "wrong-state"
    default_detail = "Sagen afventer ikke godkendelse."


class SubjectCeased(DomainError):
    """Nothing is decided about a subject that has ceased; its cases can be closed."""

    slug = "tilbud-ceased"


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


class Publication(StrEnum):
    """What an approval makes public: at once, or what it waits for."""

    PUBLISHED = "published"
    AWAITS_TILSYN = "awaits-tilsyn"
    NOT_APPROVED = "not-approved"
    CEASED = "ceased"


_NOT_PUBLISHED: dict[Status, Publication] = {
    "under-approval": Publication.AWAITS_TILSYN,
    "not-approved": Publication.NOT_APPROVED,
    "ceased": Publication.CEASED,
}


def publication_by(status: Status) -> Publication:
    """Return whether approved data becomes public, by what the tilsyn say of the subject."""
    return _NOT_PUBLISHED.get(status, Publication.PUBLISHED)


ENDED = {
    Outcome.APPROVED: "Sagen blev godkendt og afsluttet",
    Outcome.RETURNED: "Sagen blev indsendt og returneret",
    Outcome.GIVEN_UP: "Sagen blev afsluttet af den, der indberettede",
    Outcome.CEASED: "Sagen blev lukket af myndigheden",
}


def require_awaiting(case: DecidedCase) -> None:
    """Raise CaseNotAwaiting, which says what became of the case, unless it awaits approval (R72, R76, R79)."""
    if case.state == CaseState.AWAITING:
        return
    if case.outcome is None:
        raise CaseNotAwaiting
    given_up = case.outcome == Outcome.GIVEN_UP
    at = case.closed_at if given_up else case.decided_at
    when = f" den {in_danish_time(at)}" if at else ""
    by = None if given_up or not case.decided_by else Actor.model_validate(case.decided_by)
    who = f" af {by.name}, {by.org_name}" if by else ""
    raise CaseNotAwaiting(f"{ENDED[Outcome(case.outcome)]}{when}{who}.")


def require_going_on(last_day: date | None) -> None:
    """Raise SubjectCeased when the subject of a case has had its last day (R99)."""
    if last_day is not None:
        raise SubjectCeased(f"Driften ophørte den {in_words(last_day)}. Sagen kan ikke afgøres, kun lukkes.")


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
