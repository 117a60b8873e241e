"""Which figures can be reported without approval, and what they are then. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Conflict, FieldError, Invalid
from contracts.form import department_ids, parse_key
from contracts.form.keys import DEPARTMENTS
from contracts.vacancies import FIGURES, PLACES, reported_at, with_vacancies

Data = Mapping[str, Any]
Row = dict[str, Any]
"""What was reported last of one department: its figures, ``reported_at``, and the ``version`` that changed them."""


class NoApprovedPlaces(Conflict):
    """There are no approved places yet that could be vacant."""

    default_detail = "Ledige pladser kan meldes, når pladserne er godkendt første gang."


@dataclass(frozen=True)
class Approved:
    """The approved content of a step key, and when it was sent."""

    data: Data
    sent_at: datetime


@dataclass(frozen=True)
class Figures:
    """What is public of the places of a department, or of a tilbud without any (``department_id`` None).

    ``confirmed_at`` is when the vacancies were stated last; ``approved`` whether they are what was approved.
    """

    department_id: str | None
    name: str | None
    approved_places: int
    vacancies: int | None
    waiting_time_weeks: int | None
    vacancies_note: str | None
    confirmed_at: datetime
    approved: bool

    @property
    def reported(self) -> Row:
        """Return the figures as they are reported again."""
        figures = {name: getattr(self, name) for name in FIGURES}
        return {"department_id": self.department_id, **figures}


def complete_rows(rows: Sequence[Data], version: int, changed_at: datetime) -> list[Row]:
    """Return ``rows`` with the time and the version of each; what was stored before has those of the last report."""
    return [{"reported_at": changed_at.isoformat(), "version": version, **each} for each in rows]


def with_reported(rows: Sequence[Row], reported: Sequence[Data], *, version: int, at: datetime) -> list[Row]:
    """Return ``rows`` with what was reported of some departments; the others keep theirs, with their own time."""
    found = {each["department_id"]: each for each in rows}
    for each in reported:
        figures = {name: each[name] for name in FIGURES if each.get(name) is not None}
        before = found.get(each["department_id"])
        is_same = before is not None and figures == {name: before[name] for name in FIGURES if name in before}
        since = before["version"] if before and is_same else version
        row = {"department_id": each["department_id"], **figures, "reported_at": at.isoformat(), "version": since}
        found[each["department_id"]] = row
    return sorted(found.values(), key=lambda each: each["department_id"] or "")


def changed_in(rows: Sequence[Row], departments: Collection[str | None]) -> int:
    """Return the version that changed the figures of ``departments`` last; 0 when none did."""
    return max((each["version"] for each in rows if each["department_id"] in departments), default=0)


def figures_of(approved: Mapping[str, Approved], rows: Sequence[Row]) -> list[Figures]:
    """Return the public figures of each department; ``approved`` has its step keys and the list of departments."""
    departments = approved.get(DEPARTMENTS)
    names = {str(each.get("id")): each.get("name") for each in _rows(departments)}
    keys = [f"{PLACES}/{each}" for each in names] or [PLACES]
    return [_figures(key, approved[key], rows, names) for key in keys if key in approved]


def sent_figures(content: Mapping[str, Data], figures: Sequence[Figures]) -> list[Row]:
    """Return what a report says of the departments that are public: those figures are shown before it is approved.

    More vacancies than places that are approved wait for the approval of the places.
    """
    known = {each.department_id: each for each in figures}
    found = []
    for key, data in content.items():
        step, department = parse_key(key)
        before = known.get(department)
        if step != PLACES or before is None or not isinstance(data.get("vacancies"), int):
            continue
        if data["vacancies"] <= before.approved_places:
            found.append({"department_id": department, **{name: data.get(name) for name in FIGURES}})
    return found


def refuse_misfit(reported: Sequence[Data], figures: Sequence[Figures]) -> None:
    """Raise ``conflict`` before the first approval, ``invalid`` for other departments or more than the places."""
    if not figures:
        raise NoApprovedPlaces
    errors = list(_misfits(reported, {each.department_id: each for each in figures}))
    if errors:
        raise Invalid(errors=errors)


def _misfits(reported: Sequence[Data], figures: Mapping[str | None, Figures]) -> Iterator[FieldError]:
    for index, each in enumerate(reported):
        known = figures.get(each["department_id"])
        if known is None:
            yield FieldError(f"/departments/{index}/department_id", "unknown-department", "Findes ikke.")
        elif each["vacancies"] > known.approved_places:
            detail = "Der kan ikke være flere ledige pladser end godkendte."
            yield FieldError(f"/departments/{index}/vacancies", "exceeds", detail)
    if len({each["department_id"] for each in reported}) != len(reported):
        yield FieldError("/departments", "not-unique", "Den samme afdeling står to gange.")


def _figures(key: str, step: Approved, rows: Sequence[Row], names: Mapping[str, Any]) -> Figures:
    _, department = parse_key(key)
    current = with_vacancies(key, step.data, rows, newer_than=step.sent_at)
    times = [reported_at(each) for each in rows if each["department_id"] == department]
    places = step.data.get("approved_places")
    return Figures(
        department_id=department,
        name=names.get(department) if department else None,
        approved_places=places if isinstance(places, int) else 0,
        confirmed_at=max(step.sent_at, *(at for at in times if at)) if any(times) else step.sent_at,
        approved=all(current.get(name) == step.data.get(name) for name in FIGURES),
        **{name: current.get(name) for name in FIGURES},
    )


def _rows(departments: Approved | None) -> Iterator[Data]:
    if departments is None:
        return
    known = department_ids(departments.data)
    yield from (each for each in departments.data.get(DEPARTMENTS) or [] if each.get("id") in known)
