"""What is refused in an inbound event, whatever its subject is, and whose subject it may be about."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Self

from approval.tilsyn.rules import check_ceased, check_tilsyn
from chassis.errors import DomainError, FieldError, Forbidden, Invalid
from contracts.events.external import ApplicationTransferred, TilbudCeasedInbound, TilsynCompleted
from contracts.reference import find_authority, is_tilbud_basis, legal_bases
from web.errors import TooLarge

InboundEvent = TilsynCompleted | TilbudCeasedInbound | ApplicationTransferred

MAX_ID_LENGTH = 200
# What an accepted event leads to has to fit into messages of 900 kB, also where others stand beside it.
MAX_DATA_BYTES = 300_000
# Of one authority; the largest has some hundred tilbud in all.
DAILY_APPLICATIONS = 200


class Effect(StrEnum):
    """What an event has led to.

    ``superseded`` is one that was accepted while something newer stands: a later version of the tilsyn, or a later
    decision about the tilbud.
    """

    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    NONE = "none"


def effect_of(*, stands: bool) -> Effect:
    """Return the effect of an accepted event."""
    return Effect.PUBLISHED if stands else Effect.SUPERSEDED


class Unreadable(DomainError):
    """What was sent is no event."""

    slug = "unreadable"
    default_detail = "Hændelsen kan ikke læses."

    @classmethod
    def because(cls, code: str, why: str, pointer: str = "", allowed: tuple[str, ...] = ()) -> Self:
        """Return the error with its reason; ``pointer`` leads to what is wrong, ``#attribute/…`` to an attribute."""
        detail = f"Hændelsen kan ikke læses ({why})."
        return cls(detail, [FieldError(pointer, code, detail, allowed)])


class BatchTooLarge(TooLarge):
    """There are too many events in one batch."""


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


class TooManyApplications(DomainError):
    """The authority has transferred more applications in a day than it can have."""

    slug = "too-many-requests"
    default_detail = f"Der modtages højst {DAILY_APPLICATIONS} ansøgninger i døgnet. Send den igen i morgen."


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
    errors = list(_unknown_references(application))
    if errors:
        raise Invalid(errors[0].detail, errors)


def _unknown_references(application: ApplicationTransferred) -> Iterator[FieldError]:
    for index, identifier in enumerate(application.legal_bases):
        if not is_tilbud_basis(identifier):
            allowed = tuple(basis.id for basis in legal_bases() if is_tilbud_basis(basis.id))
            yield FieldError(f"/legal_bases/{index}", "unknown-value", "Tilbudstypen kendes ikke.", allowed)
    if application.primary_legal_basis not in application.legal_bases:
        detail = "Den primære tilbudstype er ikke blandt tilbudstyperne."
        allowed = tuple(filter(is_tilbud_basis, application.legal_bases))
        yield FieldError("/primary_legal_basis", "not-among", detail, allowed)


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
