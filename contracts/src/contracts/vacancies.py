"""Approved content with the vacancies that were reported later in the fast lane (P1)."""

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.form import parse_key

PLACES = "places"


def with_vacancies(key: str, data: Mapping[str, Any], reported: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the content of the step key ``key`` with the vacancies that were reported of its department.

    ``reported`` are ``DepartmentVacancies``; a waiting time that was not reported stays as it is.
    """
    step, department = parse_key(key)
    found = next((each for each in reported if each["department_id"] == department), None)
    if step != PLACES or found is None:
        return dict(data)
    weeks = found.get("waiting_time_weeks")
    waiting = {} if weeks is None else {"waiting_time_weeks": weeks}
    return {**data, "vacancies": found["vacancies"], **waiting}
