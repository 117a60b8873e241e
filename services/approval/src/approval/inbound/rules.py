"""The rules on inbound events, without any I/O: what is refused whatever the tilbud, and whose tilbud it is."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError

from chassis.errors import DomainError, FieldError
from chassis.problems import Problem, invalid
from contracts.cpr import holds_cpr, id_holds_cpr
from contracts.events.external import (
    INBOUND,
    ApplicationTransferred,
    InboundIntensified,
    TilbudCeasedInbound,
    TilsynCompleted,
)
from contracts.reference import legal_basis, municipality

InboundEvent = TilsynCompleted | TilbudCeasedInbound | ApplicationTransferred
MODELS = {model.ce_type: model for model in INBOUND}
INTENSIFIED_MONTHS = 6


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
        _refuse([*_future("/ceased_on", event.ceased_on, today), *_cpr_numbers([("/reason", event.reason)])])
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


def check_tilsyn(tilsyn: TilsynCompleted, today: date) -> None:
    """Refuse a tilsyn with a date in the future, a CPR number, an order without deadline or too long a tightening."""
    errors = [
        *_future("/decided_on", tilsyn.decided_on, today),
        *_future("/visited_on", tilsyn.visited_on, today),
        *_missing_deadlines(tilsyn),
        *_too_intensified(tilsyn.intensified),
        *_cpr_numbers(texts_of(tilsyn)),
        *_cpr_as_id("/tilsyn_id", tilsyn.tilsyn_id),
    ]
    _refuse(errors)


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise Problem("tilsyn-not-valid", errors[0].detail, errors)


def _future(pointer: str, day: date | None, today: date) -> Iterator[FieldError]:
    if day is not None and day > today:
        yield FieldError(pointer, "future", "Datoen ligger i fremtiden.")


def _missing_deadlines(tilsyn: TilsynCompleted) -> Iterator[FieldError]:
    for index, order in enumerate(tilsyn.orders):
        if order.deadline is None:
            yield FieldError(f"/orders/{index}/deadline", "missing", "Et påbud skal have en frist.")


def _too_intensified(intensified: InboundIntensified | None) -> Iterator[FieldError]:
    """Intensified tilsyn lasts at most six months at a time (lov om socialtilsyn § 8, L5)."""
    if intensified is None:
        return
    start, until = intensified.start, intensified.until
    if until < start:
        yield FieldError("/intensified/until", "backwards", "Slutdatoen ligger før startdatoen.")
    months = (until.year - start.year) * 12 + until.month - start.month
    if (months, until.day) > (INTENSIFIED_MONTHS, start.day):
        yield FieldError("/intensified/until", "too-long", "Skærpet tilsyn varer højst seks måneder ad gangen.")


def texts_of(tilsyn: TilsynCompleted) -> Iterator[tuple[str, str | None]]:
    """Yield every free text of a tilsyn with its pointer."""
    yield "/conclusion", tilsyn.conclusion
    for index, theme in enumerate(tilsyn.themes):
        yield f"/themes/{index}/conclusion", theme.conclusion
    for name, sanctions in (("orders", tilsyn.orders), ("conditions", tilsyn.conditions)):
        for index, sanction in enumerate(sanctions):
            yield f"/{name}/{index}/text", sanction.text
    if tilsyn.intensified:
        yield "/intensified/reason", tilsyn.intensified.reason


def _cpr_numbers(texts: Any) -> Iterator[FieldError]:
    for pointer, text in texts:
        if text and holds_cpr(text):
            yield FieldError(pointer, "cpr-number", "Teksten må ikke indeholde et CPR-nummer.")


def _cpr_as_id(pointer: str, identifier: str) -> Iterator[FieldError]:
    """An id is opaque, and it is published: only what is plainly a CPR number is refused."""
    if id_holds_cpr(identifier):
        yield FieldError(pointer, "cpr-number", "Et CPR-nummer kan ikke bruges som id.")


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
        *_cpr_numbers(texts),
        *_cpr_as_id("/application_id", application.application_id),
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
