"""What is refused in a tilsyn or a cessation, whatever the tilbud."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from chassis.errors import Conflict, DomainError, FieldError, Forbidden
from contracts.events.approval import TilsynDecision
from contracts.events.external import (
    InboundEndedSanction,
    InboundIntensified,
    InboundSanction,
    TilbudCeasedInbound,
    TilsynCompleted,
)
from contracts.reference import AuthorityKind, find_authority

INTENSIFIED_MONTHS = 6
# Of one tilbud; a whole history can be transferred in a day.
DAILY_TILSYN = 200
# The public record of a tilbud holds what is in force, beside its deciding tilsyn and all that was reported.
MAX_SANCTION_BYTES = 300_000
# What approval adds itself: two versions with otherwise the same content say the same.
ADDED_HERE = {"accepted_number", "accepted_at", "republished"}


class TilsynNotValid(DomainError):
    """The tilsyn or the cessation cannot be accepted; ``errors`` say why."""

    slug = "tilsyn-not-valid"


class TilsynIsTransferred(Forbidden):
    """A socialtilsyn creates its tilsyn in its own system."""

    default_detail = "Et socialtilsyn overfører sine tilsyn fra tilsynssystemet."


class TilsynIsFromElsewhere(Conflict):
    """What a supervision system has transferred is corrected there (R96)."""

    default_detail = "Tilsynet er overført fra et tilsynssystem og kan ikke ændres her."


class TilsynExists(Conflict):
    """This version of the tilsyn is there already."""

    default_detail = "Tilsynet findes allerede."


class TilsynCorrectedMeanwhile(Conflict):
    """Somebody else has corrected the tilsyn: the correction is not of the newest version."""

    default_detail = "Tilsynet er rettet af en anden imens. Åbn det igen, og ret i den nyeste udgave."


class TooManyTilsyn(DomainError):
    """More tilsyn of one tilbud were accepted in a day than any authority makes."""

    slug = "too-many-requests"
    default_detail = (
        f"Der modtages højst {DAILY_TILSYN} tilsyn om et tilbud på en dag. Send det igen i morgen som en ny hændelse."
    )


def check_tilsyn(tilsyn: TilsynCompleted, today: date) -> None:
    """Refuse a tilsyn with a date in the future, an order without deadline, one id for two sanctions, or too long a
    tightening. What texts, dates and themes may be is said by the event itself.
    """
    errors = [
        *_future("/decided_on", tilsyn.decided_on, today),
        *_future("/visited_on", tilsyn.visited_on, today),
        *_missing_deadlines(tilsyn),
        *_repeated_ids(tilsyn),
        *_too_intensified(tilsyn.intensified),
    ]
    _refuse(errors)


def check_ceased(ceased: TilbudCeasedInbound, today: date) -> None:
    """Refuse a cessation with a date in the future."""
    _refuse([*_future("/ceased_on", ceased.ceased_on, today)])


def require_room_today(accepted_today: int, decision: TilsynDecision) -> None:
    """Raise TooManyTilsyn when the tilbud has had its tilsyn for today.

    What takes a tilbud off the public search has as much room again: a removal does not wait for others.
    """
    room = DAILY_TILSYN * (2 if decision is TilsynDecision.NOT_APPROVED else 1)
    if accepted_today >= room:
        raise TooManyTilsyn


def require_room_for_sanctions(texts: Iterable[str | None]) -> None:
    """Raise TilsynNotValid when ``texts``, of all sanctions that would be in force, do not fit into a public record."""
    # What stands around a text takes some room too.
    size = sum(len((text or "").encode()) + 100 for text in texts)
    if size > MAX_SANCTION_BYTES:
        detail = "Tilbuddets påbud, vilkår og skærpede tilsyn fylder tilsammen for meget."
        raise TilsynNotValid(detail, [FieldError("/orders", "too-large", detail)])


def texts_of_sanctions(tilsyn: TilsynCompleted) -> Iterator[str | None]:
    """Yield the text of every sanction that a tilsyn gives."""
    for _, sanction in _sanctions_of(tilsyn):
        yield sanction.text
    if tilsyn.intensified:
        yield tilsyn.intensified.reason


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


def require_correctable(newest: int, new: int, *, external: bool) -> None:
    """Raise a Conflict unless version ``new`` may take the place of ``newest``: of an own tilsyn, and the next one."""
    if external:
        raise TilsynIsFromElsewhere
    if new != newest + 1:
        raise TilsynCorrectedMeanwhile


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


def _sanctions_of(tilsyn: TilsynCompleted) -> Iterator[tuple[str, InboundSanction]]:
    """Yield the orders and the conditions that a tilsyn gives, with their pointers."""
    for name, sanctions in (("orders", tilsyn.orders), ("conditions", tilsyn.conditions)):
        for index, sanction in enumerate(sanctions):
            yield f"/{name}/{index}", sanction
