"""The reference data that the rules look up: of this release, loaded by the operator, or rehearsed. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, Self, TypeVar

from pydantic import ValidationError

from chassis.errors import FieldError, Invalid
from contracts import reference
from contracts.reference import Authority, AuthorityKind, Municipality, Region
from contracts.reference.models import Row

RowT = TypeVar("RowT", bound=Row)
Periods = Mapping[str, tuple[RowT, ...]]
Changes = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class ReferenceData:
    """The periods of each kommune by code, of each region and each socialtilsyn by id, the earliest first."""

    municipalities: Periods[Municipality]
    regions: Periods[Region]
    socialtilsyn: Periods[Authority]
    authorities: Periods[Authority]

    @classmethod
    def of(
        cls, municipalities: Iterable[Municipality], regions: Iterable[Region], socialtilsyn: Iterable[Authority]
    ) -> Self:
        """Return the data of these rows: who supervises follows from them."""
        kommuner = sorted(municipalities, key=attrgetter("code"))
        parts, tilsyn = list(regions), list(socialtilsyn)
        local = [Authority.of_kommune(each) for each in kommuner if each.inside_division]
        supervising = [Authority.of_region(each) for each in parts if each.code and each.enabled]
        return cls(
            _periods(kommuner, "code"),
            _periods(parts, "id"),
            _periods(tilsyn, "id"),
            _periods([*tilsyn, *local, *supervising], "id"),
        )

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return every row, for the name of the set."""
        kinds: tuple[Mapping[str, tuple[Row, ...]], ...] = (self.municipalities, self.regions, self.authorities)
        return tuple(row for periods in kinds for rows in periods.values() for row in rows)

    def municipality(self, code: str, at: date) -> Municipality | None:
        """Return the kommune with that code, as ``_on`` says."""
        return _on(self.municipalities, code, at)

    def region(self, region_id: str, at: date) -> Region | None:
        """Return the region with that id, as ``_on`` says."""
        return _on(self.regions, region_id, at)

    def authority(self, authority_id: str, at: date) -> Authority | None:
        """Return the authority with that id, as ``_on`` says."""
        return _on(self.authorities, authority_id, at)

    def authorities_on(self, kind: AuthorityKind, at: date) -> list[Authority]:
        """Return the authorities of a kind that exist on that day."""
        rows = (row for periods in self.authorities.values() for row in periods)
        return [row for row in rows if row.kind is kind and row.holds(at)]

    def changed(
        self, municipalities: Changes = (), regions: Changes = (), socialtilsyn: Changes = ()
    ) -> "ReferenceData":
        """Return these data with some fields of the last period of some rows changed, or rows added.

        Invalid, with its place, for a change that names no row or gives a row a value that it cannot have.
        """
        errors: list[FieldError] = []
        kommuner = _changed(self.municipalities, municipalities, "code", "/reference/municipalities", errors)
        parts = _changed(self.regions, regions, "id", "/reference/regions", errors, added=Region)
        usual = {"kind": AuthorityKind.SOCIALTILSYN}
        new = [usual | dict(each) for each in socialtilsyn]
        tilsyn = _changed(self.socialtilsyn, new, "id", "/reference/socialtilsyn", errors, added=Authority)
        named = {each for kommune in kommuner for each in (kommune.socialtilsyn, kommune.region) if each}
        unknown = named - {each.id for each in tilsyn} - {each.id for each in parts}
        if unknown and not errors:
            detail = "En kommune henviser til et socialtilsyn eller en region, der ikke findes."
            errors.append(FieldError("/reference/municipalities", "unknown-value", detail))
        if errors:
            raise Invalid(errors=errors)
        return ReferenceData.of(kommuner, parts, tilsyn)


@cache
def released_data() -> ReferenceData:
    """Return the data that this release came with."""
    return ReferenceData.of(reference.known_municipalities(), reference.known_regions(), reference.known_socialtilsyn())


def _periods(rows: Iterable[RowT], key: str) -> Periods[RowT]:
    found: defaultdict[str, list[RowT]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return {each: tuple(sorted(periods, key=attrgetter("valid_from"))) for each, periods in found.items()}


def _on(rows: Periods[RowT], key: str, at: date) -> RowT | None:
    """Return the period of that day, or the last one where none holds; None where nothing has the key."""
    periods = rows.get(key, ())
    return next((row for row in periods if row.holds(at)), periods[-1] if periods else None)


def _changed(
    rows: Periods[RowT],
    changes: Changes,
    key: str,
    pointer: str,
    errors: list[FieldError],
    *,
    added: type[RowT] | None = None,
) -> list[RowT]:
    found = {each: list(periods) for each, periods in rows.items()}
    for place, change in enumerate(changes):
        before = found.get(str(change.get(key)), [])
        model = type(before[-1]) if before else added
        if model is None:
            errors.append(FieldError(f"{pointer}/{place}/{key}", "unknown-value", "Rækken findes ikke."))
            continue
        values = {**(before[-1].model_dump() if before else {"source": "prøve"}), **change}
        try:
            row = model.model_validate(values)
        except ValidationError as error:
            named = "/".join(str(part) for part in error.errors()[0]["loc"])
            errors.append(FieldError(f"{pointer}/{place}/{named}", "invalid-format", "Værdien er ikke gyldig."))
        else:
            found[str(getattr(row, key))] = [*before[:-1], row]
    return [row for periods in found.values() for row in periods]
