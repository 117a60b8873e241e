"""The fast lane beside approved content: what was told of vacancies since then stands in its place (P1)."""

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.form import parse_key

PLACES = "places"


def with_vacancies(key: str, data: Mapping[str, Any], told: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the content of the step key ``key`` with the vacancies that were told of its department.

    ``told`` are ``DepartmentVacancies``; a waiting time that was not told stays as it is.
    """
    step, department = parse_key(key)
    found = next((each for each in told if each["department_id"] == department), None)
    if step != PLACES or found is None:
        return dict(data)
    weeks = found.get("waiting_time_weeks")
    waiting = {} if weeks is None else {"waiting_time_weeks": weeks}
    return {**data, "vacancies": found["vacancies"], **waiting}
