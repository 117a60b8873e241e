"""Which vacancies can be reported. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chassis.errors import Conflict, FieldError, Invalid
from contracts.form import department_ids
from contracts.form.keys import DEPARTMENTS
from contracts.vacancies import PLACES
from reporting.vacancies.schemas import VacancyBody

Baseline = Mapping[str, Mapping[str, Any]]


class NoApprovedPlaces(Conflict):
    """There are no approved places yet that could be vacant."""

    default_detail = "Ledige pladser kan meldes, når pladserne er godkendt første gang."


def refuse_misfit(reported: Sequence[VacancyBody], baseline: Baseline) -> None:
    """Raise ``conflict`` before the first approval, ``invalid`` for other departments or more than the places."""
    departments = department_ids(baseline.get(DEPARTMENTS))
    keys: dict[str | None, str] = {each: f"{PLACES}/{each}" for each in departments}
    keys = keys or {None: PLACES}
    if not any(key in baseline for key in keys.values()):
        raise NoApprovedPlaces
    errors = list(_misfits(reported, baseline, keys))
    if errors:
        raise Invalid(errors=errors)


def _misfits(
    reported: Sequence[VacancyBody], baseline: Baseline, keys: Mapping[str | None, str]
) -> Iterator[FieldError]:
    for index, each in enumerate(reported):
        if each.department_id not in keys:
            yield FieldError(f"/departments/{index}/department_id", "unknown-department", "Findes ikke.")
        elif each.vacancies > _approved_places(baseline, keys[each.department_id]):
            detail = "Der kan ikke være flere ledige pladser end godkendte."
            yield FieldError(f"/departments/{index}/vacancies", "exceeds", detail)
    if len({each.department_id for each in reported}) != len(reported):
        yield FieldError("/departments", "not-unique", "Den samme afdeling står to gange.")


def _approved_places(baseline: Baseline, key: str) -> int:
    places = baseline.get(key, {}).get("approved_places")
    return places if isinstance(places, int) else 0
