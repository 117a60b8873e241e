"""What is refused in a tilsyn or a cessation, whatever the tilbud."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from chassis.errors import Conflict, DomainError, FieldError, Forbidden
from contracts.cpr import holds_cpr, id_holds_cpr
from contracts.events.external import (
    InboundEndedSanction,
    InboundIntensified,
    InboundSanction,
    TilbudCeasedInbound,
    TilsynCompleted,
)
from contracts.reference import AuthorityKind, find_authority

INTENSIFIED_MONTHS = 6
# What approval adds itself: two versions with otherwise the same content say the same.
ADDED_HERE = {"accepted_number", "accepted_at", "republished"}


class TilsynNotValid(DomainError):
    """The tilsyn or the cessation cannot be accepted; ``errors`` say why."""

    slug = "tilsyn-not-valid"


class TilsynIsTransferred(Forbidden):
    """A socialtilsyn creates its tilsyn in its own system."""

    default_detail = "Et socialtilsyn overfører sine tilsyn fra tilsynssystemet."


class TilsynExists(Conflict):
    """This version of the tilsyn is there already."""

    default_detail = "Tilsynet findes allerede."


def check_tilsyn(tilsyn: TilsynCompleted, today: date) -> None:
    """Refuse a tilsyn with a date in the future, a CPR number, an order without deadline, one id for two sanctions, or
    too long a tightening.
    """
    errors = [
        *_future("/decided_on", tilsyn.decided_on, today),
        *_future("/visited_on", tilsyn.visited_on, today),
        *_missing_deadlines(tilsyn),
        *_repeated_ids(tilsyn),
        *_too_intensified(tilsyn.intensified),
        *cpr_numbers(texts_of(tilsyn)),
        *(error for pointer, each in _ids_of(tilsyn) for error in cpr_as_id(pointer, each)),
    ]
    _refuse(errors)


def check_ceased(ceased: TilbudCeasedInbound, today: date) -> None:
    """Refuse a cessation with a date in the future or a CPR number."""
    _refuse([*_future("/ceased_on", ceased.ceased_on, today), *cpr_numbers([("/reason", ceased.reason)])])


def is_correction(known: Mapping[str, Any], new: Mapping[str, Any], *, id_field: str) -> bool:
    """Return whether the published content ``new`` corrects ``known``: a lower version and a repeat do not.

    TilsynNotValid for the same version with other content, and for an id that is used for another subject, whose id
    stands in ``id_field``.
    """
    if known[id_field] != new[id_field]:
        detail = "Tilsynets id er allerede brugt om et andet tilbud."
        raise TilsynNotValid(detail, [FieldError("/tilsyn_id", "used", detail)])
    if new["version"] != known["version"]:
        return bool(new["version"] > known["version"])
    # What says nothing is left out, so a name may be in one of them only.
    if any(new.get(name) != known.get(name) for name in {*new, *known} - ADDED_HERE):
        detail = "Denne version af tilsynet er modtaget med et andet indhold."
        raise TilsynNotValid(detail, [FieldError("/version", "used", detail)])
    return False


def check_ended(ended: Sequence[InboundEndedSanction], given: Mapping[str, Container[str]]) -> None:
    """Raise TilsynNotValid when a sanction that a tilsyn ends was never given.

    ``given`` has the ids of the sanctions that any version of each tilsyn of the same tilbud gave, by the tilsyn's id.
    """
    errors = []
    for index, sanction in enumerate(ended):
        if sanction.tilsyn_id not in given:
            errors.append(
                FieldError(f"/ended/{index}/tilsyn_id", "unknown", "Tilbuddet har intet tilsyn med dette id.")
            )
        elif sanction.id not in given[sanction.tilsyn_id]:
            detail = "Tilsynet har intet påbud eller vilkår med dette id."
            errors.append(FieldError(f"/ended/{index}/id", "unknown", detail))
    _refuse(errors)


def creating_authorities(scopes: Iterable[str]) -> set[str]:
    """Return those of ``scopes`` that create their tilsyn in the portal; TilsynIsTransferred when none does (R13)."""
    found = [authority for scope in scopes if (authority := find_authority(scope))]
    creating = {authority.id for authority in found if authority.kind is not AuthorityKind.SOCIALTILSYN}
    if not creating:
        raise TilsynIsTransferred
    return creating


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise TilsynNotValid(errors[0].detail, errors)


def _future(pointer: str, day: date | None, today: date) -> Iterator[FieldError]:
    if day is not None and day > today:
        yield FieldError(pointer, "future", "Datoen ligger i fremtiden.")


def _missing_deadlines(tilsyn: TilsynCompleted) -> Iterator[FieldError]:
    for index, order in enumerate(tilsyn.orders):
        if order.deadline is None:
            yield FieldError(f"/orders/{index}/deadline", "missing", "Et påbud skal have en frist.")


def _repeated_ids(tilsyn: TilsynCompleted) -> Iterator[FieldError]:
    seen: set[str] = set()
    for pointer, sanction in _sanctions_of(tilsyn):
        if sanction.id in seen:
            yield FieldError(f"{pointer}/id", "used", "Tilsynet har et andet påbud eller vilkår med dette id.")
        if sanction.id is not None:
            seen.add(sanction.id)


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
    for pointer, sanction in _sanctions_of(tilsyn):
        yield f"{pointer}/text", sanction.text
    if tilsyn.intensified:
        yield "/intensified/reason", tilsyn.intensified.reason


def _sanctions_of(tilsyn: TilsynCompleted) -> Iterator[tuple[str, InboundSanction]]:
    """Yield the orders and the conditions that a tilsyn gives, with their pointers."""
    for name, sanctions in (("orders", tilsyn.orders), ("conditions", tilsyn.conditions)):
        for index, sanction in enumerate(sanctions):
            yield f"/{name}/{index}", sanction


def _ids_of(tilsyn: TilsynCompleted) -> Iterator[tuple[str, str]]:
    """Yield every id in a tilsyn with its pointer."""
    yield "/tilsyn_id", tilsyn.tilsyn_id
    for pointer, sanction in _sanctions_of(tilsyn):
        if sanction.id is not None:
            yield f"{pointer}/id", sanction.id
    for index, ended in enumerate(tilsyn.ended):
        yield f"/ended/{index}/tilsyn_id", ended.tilsyn_id
        yield f"/ended/{index}/id", ended.id


def cpr_numbers(texts: Iterable[tuple[str, str | None]]) -> Iterator[FieldError]:
    """Yield an error for each text, given with its pointer, that holds a CPR number."""
    for pointer, text in texts:
        if text and holds_cpr(text):
            yield FieldError(pointer, "cpr-number", "Teksten må ikke indeholde et CPR-nummer.")


def cpr_as_id(pointer: str, identifier: str) -> Iterator[FieldError]:
    """An id is opaque, and it is published: only what is plainly a CPR number is refused."""
    if id_holds_cpr(identifier):
        yield FieldError(pointer, "cpr-number", "Et CPR-nummer kan ikke bruges som id.")
