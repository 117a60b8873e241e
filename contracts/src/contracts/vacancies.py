"""Approved content with the figures that were reported later in the fast lane (P1)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from contracts.form import parse_key

PLACES = "places"
FIGURES = ("vacancies", "waiting_time_weeks", "vacancies_note")


def with_vacancies(
    key: str,
    data: Mapping[str, Any],
    reported: Iterable[Mapping[str, Any]],
    *,
    newer_than: datetime | None = None,
) -> dict[str, Any]:
    """Return the content of the step key ``key`` with the figures that were reported of its department.

    ``reported`` are ``DepartmentVacancies``; what was not reported stays as it is, and so does all of a department
    whose figures were not reported after ``newer_than``.
    """
    step, department = parse_key(key)
    found = next((each for each in reported if each["department_id"] == department), None)
    if step != PLACES or found is None:
        return dict(data)
    at = reported_at(found)
    if newer_than is not None and at is not None and at <= newer_than:
        return dict(data)
    return {**data, **{name: found[name] for name in FIGURES if found.get(name) is not None}}


def reported_at(reported: Mapping[str, Any]) -> datetime | None:
    """Return when the figures of a department were reported; None where only the whole report has a time."""
    at = reported.get("reported_at")
    return datetime.fromisoformat(at) if isinstance(at, str) else at
