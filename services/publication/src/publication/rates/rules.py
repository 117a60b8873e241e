"""Which rates can be compared: those of the same unit and year that reckon with about the same occupancy (L4). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from contracts.events.publication import PublicTilbud

# The usual assumption: nearly every place is taken. A rate that reckons with fewer is higher for the same costs.
USUAL_FROM, USUAL_TO = 95, 100


class OccupancyBasis(StrEnum):
    """How many of the places a rate takes for occupied."""

    UNDER_95 = "under-95"
    FROM_95_TO_100 = "95-to-100"
    OVER_100 = "over-100"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Return how it reads beside a rate."""
        return LABELS[self]


LABELS: Mapping[OccupancyBasis, str] = {
    OccupancyBasis.UNDER_95: "forudsat belægning under 95 %",
    OccupancyBasis.FROM_95_TO_100: "forudsat belægning 95-100 %",
    OccupancyBasis.OVER_100: "forudsat belægning over 100 %",
    OccupancyBasis.UNKNOWN: "forudsat belægning ikke oplyst",
}


class Rate(NamedTuple):
    """The rate of one intervention: what it is for, and what it reckons with."""

    department_id: str
    number: int
    rate_unit: str
    rate_year: int
    occupancy_basis: OccupancyBasis
    rate_oere: int
    target_groups: list[str]
    legal_bases: list[str]


def occupancy_basis(percent: float | None) -> OccupancyBasis:
    """Return what a rate reckons with whose assumed occupancy is ``percent``."""
    if percent is None:
        return OccupancyBasis.UNKNOWN
    if percent < USUAL_FROM:
        return OccupancyBasis.UNDER_95
    return OccupancyBasis.OVER_100 if percent > USUAL_TO else OccupancyBasis.FROM_95_TO_100


def rates_of(tilbud: PublicTilbud) -> list[Rate]:
    """Return every rate of a public record, those of each department, or of the tilbud where it has none."""
    if not tilbud.departments:
        return list(_rates("", tilbud.steps, tilbud.legal_bases))
    found: list[Rate] = []
    for each in tilbud.departments:
        found += _rates(each.id, {**tilbud.steps, **each.steps}, each.legal_bases or tilbud.legal_bases)
    return found


def _rates(department: str, steps: Mapping[str, Mapping[str, Any]], legal_bases: Sequence[str]) -> Iterator[Rate]:
    packages = {row.get("id"): row for row in steps.get("target-groups", {}).get("packages") or []}
    basis = occupancy_basis(steps.get("staffing", {}).get("occupancy_percent"))
    for number, row in enumerate(steps.get("interventions", {}).get("interventions") or []):
        rate, unit, year = row.get("rate_oere"), row.get("rate_unit"), row.get("rate_year")
        if not (rate and unit and year):
            continue
        own = [packages[each] for each in row.get("packages") or [] if each in packages] or list(packages.values())
        target_groups = sorted({group for package in own for group in package.get("target_groups") or []})
        own_bases = sorted({package["legal_basis"] for package in own if package.get("legal_basis")})
        yield Rate(department, number, unit, int(year), basis, int(rate), target_groups, own_bases or [*legal_bases])


def share_below(rate: int, others: Sequence[int]) -> int:
    """Return how many per cent of ``others`` are lower than ``rate``, which is one of them."""
    return round(100 * sum(each < rate for each in others) / len(others)) if others else 0
