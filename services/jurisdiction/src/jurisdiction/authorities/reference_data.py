"""The reference data that the rules look up: those of the contracts, or a future set that is rehearsed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import ValidationError

from chassis.errors import FieldError, Invalid
from contracts import reference
from contracts.reference import Authority, AuthorityKind, Municipality, Region
from contracts.reference.models import Row

RowT = TypeVar("RowT", bound=Row)
Changes = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class ReferenceData:
    """Kommuner by code, regions by id, authorities by id."""

    municipalities: Mapping[str, Municipality]
    regions: Mapping[str, Region]
    authorities: Mapping[str, Authority]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return every row, for the name of the set."""
        return (*self.municipalities.values(), *self.regions.values(), *self.authorities.values())

    def changed(
        self, municipalities: Changes = (), regions: Changes = (), socialtilsyn: Changes = ()
    ) -> "ReferenceData":
        """Return these data with some fields of some rows changed, or rows added.

        Invalid, with its place, for a change that names no row or gives a row a value that it cannot have.
        """
        errors: list[FieldError] = []
        kommuner = _changed(self.municipalities, municipalities, "code", "/reference/municipalities", errors)
        parts = _changed(self.regions, regions, "id", "/reference/regions", errors, added=Region)
        usual = {"kind": AuthorityKind.SOCIALTILSYN}
        own = {key: each for key, each in self.authorities.items() if each.kind is AuthorityKind.SOCIALTILSYN}
        new = [usual | dict(each) for each in socialtilsyn]
        tilsyn = _changed(own, new, "id", "/reference/socialtilsyn", errors, added=Authority)
        named = {each for kommune in kommuner.values() for each in (kommune.socialtilsyn, kommune.region) if each}
        unknown = sorted(named - tilsyn.keys() - parts.keys())
        if unknown and not errors:
            detail = "En kommune henviser til et socialtilsyn eller en region, der ikke findes."
            errors.append(FieldError("/reference/municipalities", "unknown-value", detail))
        if errors:
            raise Invalid(errors=errors)
        local = {key: each for key, each in self.authorities.items() if each.kind is AuthorityKind.KOMMUNE}
        supervising = {
            f"region-{each.code}": _region_authority(each) for each in parts.values() if each.code and each.enabled
        }
        return ReferenceData(kommuner, parts, {**tilsyn, **local, **supervising})


@cache
def current_data() -> ReferenceData:
    """Return the data that hold now, every row with its days."""
    return ReferenceData(
        {each.code: each for each in reference.municipalities()},
        {each.id: each for each in reference.known_regions()},
        {each.id: each for each in reference.authorities()},
    )


def _changed(
    rows: Mapping[str, RowT],
    changes: Changes,
    key: str,
    pointer: str,
    errors: list[FieldError],
    *,
    added: type[RowT] | None = None,
) -> dict[str, RowT]:
    found = dict(rows)
    for place, change in enumerate(changes):
        before = found.get(str(change.get(key)))
        model = type(before) if before else added
        if model is None:
            errors.append(FieldError(f"{pointer}/{place}/{key}", "unknown-value", "Rækken findes ikke."))
            continue
        values = {**(before.model_dump() if before else {"source": "prøve"}), **change}
        try:
            row = model.model_validate(values)
        except ValidationError as error:
            named = "/".join(str(part) for part in error.errors()[0]["loc"])
            errors.append(FieldError(f"{pointer}/{place}/{named}", "invalid-format", "Værdien er ikke gyldig."))
        else:
            found[str(getattr(row, key))] = row
    return found


def _region_authority(of: Region) -> Authority:
    return Authority(
        id=f"region-{of.code}",
        name=of.name,
        kind=AuthorityKind.REGION,
        region=of.id,
        valid_from=of.valid_from,
        valid_to=of.valid_to,
        source=of.source,
    )
