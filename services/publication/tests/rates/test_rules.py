"""What makes rates comparable."""

import pytest

from contracts.testing.factories import public_tilbud
from publication.rates.rules import OccupancyBasis, occupancy_basis, rates_of, share_below


@pytest.mark.parametrize(
    ("percent", "basis"),
    [(None, "unknown"), (94.9, "under-95"), (95, "95-to-100"), (100, "95-to-100"), (100.1, "over-100")],
)
def test_the_basis_of_occupancy(percent: float | None, basis: str) -> None:
    assert occupancy_basis(percent) == basis
    assert OccupancyBasis(basis).label.startswith("forudsat belægning")


@pytest.mark.parametrize(
    ("rate", "others", "share"),
    [(1, [1], 0), (1, [1, 2, 3, 4], 0), (2, [1, 2, 2, 4], 25), (4, [1, 2, 3, 4], 75), (5, [], 0)],
)
def test_the_place_among_others(rate: int, others: list[int], share: int) -> None:
    assert share_below(rate, others) == share


def test_a_tilbud_without_departments_has_its_own_rates() -> None:
    steps = {
        "target-groups": {"packages": [{"id": "p", "legal_basis": "opholdssted", "target_groups": ["autism"]}]},
        "interventions": {
            "interventions": [
                {"packages": ["p"], "rate_oere": 100, "rate_unit": "hour", "rate_year": 2026},
                {"packages": ["gone"], "rate_oere": 200, "rate_unit": "hour", "rate_year": 2026},
                {"packages": ["p"], "rate_unit": "hour", "rate_year": 2026},
            ]
        },
    }
    tilbud = public_tilbud("CRV-1").model_copy(update={"steps": steps, "departments": []})
    found = rates_of(tilbud)
    assert [(each.department_id, each.number, each.rate_oere) for each in found] == [("", 0, 100), ("", 1, 200)]
    assert {(*each.target_groups, *each.legal_bases) for each in found} == {("autism", "opholdssted")}
    assert found[0].occupancy_basis is OccupancyBasis.UNKNOWN
