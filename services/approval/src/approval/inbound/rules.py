"""The rules on inbound events, without any I/O: what is refused whatever the tilbud, and whose tilbud it is."""

from collections.abc import Iterator
from datetime import date

from pydantic import ValidationError

from approval.tilsyn.rules import check_ceased, check_tilsyn, cpr_as_id, cpr_numbers
from chassis.errors import DomainError, FieldError
from chassis.problems import Problem, invalid
from contracts.events.external import INBOUND, ApplicationTransferred, TilbudCeasedInbound, TilsynCompleted
from contracts.reference import legal_basis, municipality

InboundEvent = TilsynCompleted | TilbudCeasedInbound | ApplicationTransferred
MODELS = {model.ce_type: model for model in INBOUND}


def verified(kind: str, data: bytes, today: date) -> InboundEvent:
    """Return the event that ``data`` is; Problem when its form or its content is not acceptable.

    ``today`` is the Danish day. The rules that need the tilbud come afterwards.
    """
    model = MODELS.get(kind)
    if model is None:
        raise Problem("unknown-type", "Hændelsestypen kan ikke modtages her.")
    _refuse_plejefamilie(data)
    try:
        event: InboundEvent = model.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise _schema_problem(error) from error
    if isinstance(event, TilsynCompleted):
        check_tilsyn(event, today)
    elif isinstance(event, TilbudCeasedInbound):
        check_ceased(event, today)
    else:
        _check_application(event)
    return event


def _refuse_plejefamilie(data: bytes) -> None:
    if b'"plejefamilie_id"' in data:
        wrong = FieldError("/plejefamilie_id", "not-supported", "Plejefamilier kan ikke modtages endnu.")
        raise Problem("invalid", "Hændelser om plejefamilier kan ikke modtages her.", [wrong])


def _schema_problem(error: ValidationError) -> DomainError:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    problem = invalid([{**item, "loc": ("body", *item["loc"])} for item in found])
    # What we wrote ourselves is always JSON; a parser that sees it otherwise has met its limits.
    return problem if problem.slug == "invalid" else Problem("unreadable", "Hændelsen kan ikke læses.")


def _check_application(application: ApplicationTransferred) -> None:
    people = [("leader", application.leader), ("contact", application.contact)]
    texts: list[tuple[str, str | None]] = [
        ("/name", application.name),
        ("/address/street", application.address.street),
        ("/address/city", application.address.city),
        *((f"/{role}/name", person.name) for role, person in people if person),
        *((f"/{role}/email", person.email) for role, person in people if person),
    ]
    errors = [
        *cpr_numbers(texts),
        *cpr_as_id("/application_id", application.application_id),
        *_unknown_references(application),
    ]
    if errors:
        raise Problem("invalid", errors[0].detail, errors)


def _unknown_references(application: ApplicationTransferred) -> Iterator[FieldError]:
    for index, identifier in enumerate(application.legal_bases):
        if not _is_tilbud_basis(identifier):
            yield FieldError(f"/legal_bases/{index}", "unknown", "Tilbudstypen kendes ikke.")
    if application.primary_legal_basis not in application.legal_bases:
        yield FieldError("/primary_legal_basis", "unknown", "Den primære tilbudstype er ikke blandt tilbudstyperne.")
    if not _is_municipality(application.address.municipality):
        yield FieldError("/address/municipality", "unknown", "Kommunen kendes ikke.")


def _is_tilbud_basis(identifier: str) -> bool:
    try:
        return not legal_basis(identifier).is_plejefamilie
    except KeyError:
        return False


def _is_municipality(code: str) -> bool:
    try:
        municipality(code)
    except KeyError:
        return False
    return True


def require_supervisor(authority: str, *, known: bool, supervisor: str | None) -> None:
    """Refuse an event about a tilbud that nobody knows, or that another authority than the speaking one supervises.

    The topic says who speaks; a field in the payload is only a claim.
    """
    if not known or supervisor is None:
        detail = "Tilbuddet har endnu ingen tilsynsmyndighed." if known else "Der findes intet tilbud med dette id."
        raise Problem("unknown-tilbud", detail, [FieldError("/tilbud_id", "unknown", detail)])
    if supervisor != authority:
        detail = "Tilbuddet hører under en anden tilsynsmyndighed."
        raise Problem("foreign-tilbud", detail, [FieldError("/tilbud_id", "foreign", detail)])
