"""What an entry of a file makes of a step, and where in the file the places are that are wrong. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chassis.errors import DomainError, FieldError
from contracts.form import parse_key
from reporting.bulk_reports.columns import DEPARTMENT_ID, Layout
from reporting.bulk_reports.schemas import Data, Entry, RowError


def with_answers(current: Data, entry: Entry, *, has_departments: bool) -> Data:
    """Return the whole step as it is after the entry: what has no column in the file stays as it is."""
    if entry.whole is not None:
        return entry.whole
    if not has_departments:
        return _merged(current, entry.parts[0].answers)
    parts = dict(current.get("departments") or {})
    for part in entry.parts:
        parts[str(part.department)] = _merged(parts.get(str(part.department), {}), part.answers)
    return {**current, "departments": parts}


def _merged(current: Mapping[str, Any], answers: Mapping[str, Any]) -> Data:
    merged = dict(current)
    for name, value in answers.items():
        known = merged.get(name)
        if isinstance(value, Mapping):
            merged[name] = _merged(known if isinstance(known, Mapping) else {}, value)
        elif value is None:
            # That none is chosen is an answer, which looks the same in a cell.
            if known != []:
                merged.pop(name, None)
        # No row of a list that has none is no answer, and not the answer that there is none.
        elif value != [] or known:
            merged[name] = value
    return merged


def misplaced_departments(entry: Entry, departments: Sequence[str]) -> Iterator[RowError]:
    """Yield what is wrong with the departments that an entry of a table names, of a tilbud that has ``departments``."""
    for part in entry.parts:
        if departments and part.department is None:
            code, detail = "department-missing", "Skriv, hvilken afdeling rækken handler om."
        elif part.department not in departments and part.department is not None:
            code, detail = "unknown-department", "Tilbuddet har ikke en afdeling med det id."
        else:
            continue
        yield RowError(row=part.rows[0], column=DEPARTMENT_ID, code=code, detail=detail)


def row_error(entry: Entry, layout: Layout, error: FieldError) -> RowError:
    """Return where in the file the place is that an error about the whole step points at."""
    if entry.whole is not None or not entry.parts:
        return RowError(row=entry.rows[0], column=error.pointer, code=error.code, detail=error.detail)
    part, pointer = entry.parts[0], error.pointer
    if layout.step.per_department and pointer.startswith("/departments/"):
        department, _, rest = pointer.removeprefix("/departments/").partition("/")
        part = next((each for each in entry.parts if each.department == department), part)
        pointer = f"/{rest}"
    row, column = part.place(pointer)
    return RowError(row=row, column=column, code=error.code, detail=error.detail)


# What a refusal of a whole step is called at its row.
_REFUSALS = {
    "not-found": ("unknown", "Tilbuddet findes ikke, eller det drives ikke af din organisation."),
    "stale": (
        "changed-meanwhile",
        "Trinnet er ændret, siden skabelonen blev hentet. Hent en ny, og se, hvad der står nu.",
    ),
    "forbidden": ("no-right", ""),
    "tilbud-ceased": ("ceased", ""),
}


def refusal_errors(entry: Entry, layout: Layout | None, refusal: DomainError) -> list[RowError]:
    """Return what is wrong with the rows of an entry that was refused."""
    if refusal.slug == "step-locked" and refusal.errors:
        return [_locked(entry, each) for each in refusal.errors]
    if refusal.errors and layout is not None:
        return [row_error(entry, layout, each) for each in refusal.errors]
    code, detail = _REFUSALS.get(refusal.slug, ("no-right", ""))
    return [RowError(row=entry.rows[0], column="", code=code, detail=detail or refusal.detail)]


def _locked(entry: Entry, error: FieldError) -> RowError:
    department = parse_key(error.pointer.removeprefix("/"))[1]
    rows = next((part.rows for part in entry.parts if part.department == department), entry.rows)
    return RowError(row=rows[0], column="", code="locked", detail=error.detail)
