"""What is refused in an inbound event, whatever its subject is, and whose subject it may be about."""

from collections.abc import Iterator
from datetime import date

from approval.tilsyn.rules import check_ceased, check_tilsyn, cpr_as_id, cpr_numbers
from chassis.errors import DomainError, FieldError, Forbidden, Invalid
from contracts.events.external import ApplicationTransferred, TilbudCeasedInbound, TilsynCompleted
from contracts.reference import find_authority, find_municipality, is_tilbud_basis

InboundEvent = TilsynCompleted | TilbudCeasedInbound | ApplicationTransferred


class Unreadable(DomainError):
    """What was sent is no event."""

    slug = "unreadable"
    default_detail = "Hændelsen kan ikke læses."


class UnknownType(DomainError):
    """Events of this type are not received."""

    slug = "unknown-type"
    default_detail = "Hændelsestypen kan ikke modtages her."


class PlejefamilieNotSupported(Invalid):
    """Events about foster families are not received."""

    default_detail = "Hændelser om plejefamilier kan ikke modtages her."

    def __init__(self) -> None:
        detail = "Plejefamilier kan ikke modtages endnu."
        super().__init__(errors=[FieldError("/plejefamilie_id", "not-supported", detail)])


class AlreadyHandled(DomainError):
    """An event with this id was received with another content."""

    slug = "already-handled"
    default_detail = "En hændelse med dette id er modtaget med et andet indhold."


class ApplicationAlreadyTransferred(AlreadyHandled):
    """The application was transferred with another content."""

    default_detail = "Ansøgningen er allerede overført med et andet indhold."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("/application_id", "used", self.default_detail)])


class UnknownTilbud(DomainError):
    """Nobody knows the tilbud, or nobody supervises it yet."""

    slug = "unknown-tilbud"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, [FieldError("/tilbud_id", "unknown", detail)])


class ForeignTilbud(DomainError):
    """Another authority supervises the tilbud."""

    slug = "foreign-tilbud"
    default_detail = "Tilbuddet hører under en anden tilsynsmyndighed."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("/tilbud_id", "foreign", self.default_detail)])


class OneAuthorityRequired(Forbidden):
    """A system speaks for one authority."""

    default_detail = "Systemet skal have ret til at overføre tilsyn for netop én myndighed."


def authority_speaking(scopes: frozenset[str]) -> str:
    """Return the authority that a system with these scopes speaks for; OneAuthorityRequired unless it is one."""
    if len(scopes) != 1 or find_authority(scope := min(scopes)) is None:
        raise OneAuthorityRequired
    return scope


def check_event(event: InboundEvent, today: date) -> None:
    """Raise TilsynNotValid or Invalid for content that is not acceptable; ``today`` is the Danish day.

    The rules that need the tilbud come afterwards.
    """
    if isinstance(event, TilsynCompleted):
        check_tilsyn(event, today)
    elif isinstance(event, TilbudCeasedInbound):
        check_ceased(event, today)
    else:
        _check_application(event)


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
        raise Invalid(errors[0].detail, errors)


def _unknown_references(application: ApplicationTransferred) -> Iterator[FieldError]:
    for index, identifier in enumerate(application.legal_bases):
        if not is_tilbud_basis(identifier):
            yield FieldError(f"/legal_bases/{index}", "unknown", "Tilbudstypen kendes ikke.")
    if application.primary_legal_basis not in application.legal_bases:
        yield FieldError("/primary_legal_basis", "unknown", "Den primære tilbudstype er ikke blandt tilbudstyperne.")
    if find_municipality(application.address.municipality) is None:
        yield FieldError("/address/municipality", "unknown", "Kommunen kendes ikke.")


def require_supervisor(authority: str, *, known: bool, supervisor: str | None) -> None:
    """Raise UnknownTilbud or ForeignTilbud unless ``authority``, who speaks, supervises the tilbud.

    The topic says who speaks; a field in the payload is only a claim.
    """
    if not known:
        raise UnknownTilbud("Der findes intet tilbud med dette id.")
    if supervisor is None:
        raise UnknownTilbud("Tilbuddet har endnu ingen tilsynsmyndighed.")
    if supervisor != authority:
        raise ForeignTilbud


def require_same_application(known_hash: str | None, content_hash: str) -> None:
    """Raise ApplicationAlreadyTransferred when the application is known with another content."""
    if known_hash not in {None, content_hash}:
        raise ApplicationAlreadyTransferred
