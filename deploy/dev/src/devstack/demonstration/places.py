"""How many places there are, of which kinds, and how many of them are free."""

from random import Random
from typing import Any

from devstack.demonstration.country import Plan, Unit

SIZES = (3, 4, 5, 6, 8, 8, 10, 12, 14, 16, 20, 24, 32, 48, 120)
KINDS = {
    "residential": ("day-and-night", "day-and-night", "respite", "emergency"),
    "housing": ("day-and-night", "day-and-night", "day-and-night", "respite", "emergency"),
    "treatment": ("outpatient", "day", "day-and-night"),
    "day": ("day", "day", "outpatient"),
}
FREE = (0, 0, 0, 1, 1, 2, 3, 5)
WEEKS = (0, 1, 2, 4, 8, 12, 20, 26, 52, 104)
NOTES = (
    "Pladsen er på 1. sal uden elevator.",
    "Kan tages i brug den 1. i næste måned.",
    "Kun aflastning, højst 14 dage ad gangen.",
    "Ring for visitation; vi holder en plads åben til akutte henvendelser.",
)


def capacity(plan: Plan, unit: Unit) -> int:
    """Return how many places one department is approved for."""
    return plan.chance(f"capacity {unit.id}").choice(SIZES)


def places(plan: Plan, unit: Unit, approved: int) -> dict[str, Any]:
    """Return the step of one department with ``approved`` places; whoever has a free place has no waiting time."""
    draw = plan.chance(f"places {unit.id}")
    vacancies, weeks = _free(draw, approved)
    step: dict[str, Any] = {
        "approved_places": approved,
        "distribution": _distribution(draw, unit, approved),
        "vacancies": vacancies,
    }
    if weeks is not None:
        step["waiting_time_weeks"] = weeks
    note = draw.choice((None, None, None, *NOTES))
    return step | ({"vacancies_note": note} if note else {})


def _free(draw: Random, approved: int) -> tuple[int, int | None]:
    vacancies = min(draw.choice(FREE), approved)
    return vacancies, 0 if vacancies else draw.choice((None, *WEEKS[1:]))


def _distribution(draw: Random, unit: Unit, approved: int) -> list[dict[str, Any]]:
    """Return the approved places by legal basis and kind; every further row takes a part of the first one's."""
    usual, *others = KINDS[unit.basis.group]
    parts = [(basis.id, KINDS[basis.group][0]) for basis in unit.legal_bases[1:]]
    other = draw.choice(others)
    if other != usual:
        parts.append((unit.basis.id, other))
    rows, left = [], approved
    for basis_id, kind in parts:
        places = draw.randint(0, left // 3)
        rows.append({"legal_basis": basis_id, "kind": kind, "places": places})
        left -= places
    first = {"legal_basis": unit.basis.id, "kind": usual, "places": left}
    return [first, *(row for row in rows if row["places"])]


def latest_vacancies(plan: Plan, departments: int) -> list[dict[str, Any]]:
    """Return the vacancies of each department as last updated in the fast lane; some stay as they were."""
    return [_told(plan, unit) for unit in plan.units(departments)]


def _told(plan: Plan, unit: Unit) -> dict[str, Any]:
    vacancies, weeks = _free(plan.chance(f"told {unit.id}"), capacity(plan, unit))
    return {"department_id": unit.id, "vacancies": vacancies, "waiting_time_weeks": weeks}
