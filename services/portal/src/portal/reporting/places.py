"""Where something is missing in a report: the step, the department, the row and the field, each with a link (R54)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.form import Field, FieldType, FormDefinition, RowPair, Step, row_label
from contracts.form.keys import DEPARTMENTS
from portal.form.controls import SummaryLine, html_id

Json = Mapping[str, Any]


@dataclass(frozen=True)
class MissingStep:
    """A step that keeps a report from being sent, with the places in it; none where all of it waits."""

    title: str
    href: str
    places: list[SummaryLine] = field(default_factory=list)


@dataclass(frozen=True)
class _Place:
    """A field of a step, the names of what it stands in, and its pointer."""

    field: Field
    names: tuple[str, ...]
    pointer: str


def missing_steps(
    form: FormDefinition, base: str, findings: Iterable[Json], steps: Mapping[str, Json], departments: Mapping[str, str]
) -> list[MissingStep]:
    """Return what ``findings`` of reporting are about, whose pointers begin with the step.

    ``steps`` has the data of each whole step as it is now, by which rows are named. The pages of the tilbud stand below
    ``base``.
    """
    found: dict[str, MissingStep] = {}
    for finding in findings:
        step_id, _, rest = finding["pointer"].removeprefix("/").partition("/")
        if step_id not in form.step_ids:
            continue
        step, href = form.step(step_id), f"{base}/trin/{step_id}"
        missing = found.setdefault(step_id, MissingStep(step.title, href))
        if rest:
            place = _place(form, step, steps.get(step_id, {}), rest.split("/"), departments)
            missing.places.append(_line(finding["detail"], place, href))
    return list(found.values())


def _line(detail: str, place: _Place | None, href: str) -> SummaryLine:
    if place is None:
        return SummaryLine(detail, href)
    named = () if place.field.label in detail else (place.field.label,)
    return SummaryLine(": ".join([*place.names, *named, detail]), f"{href}#{html_id(place.pointer)}")


def _place(
    form: FormDefinition, step: Step, data: Any, path: Sequence[str], departments: Mapping[str, str]
) -> _Place | None:
    """Return the innermost field that ``path`` leads to; None where it leads to no field of the step."""
    names: tuple[str, ...] = ()
    pointer = ""
    if step.per_department and len(path) > 1 and path[0] == DEPARTMENTS:
        names, pointer = (departments.get(path[1], path[1]),), f"/{DEPARTMENTS}/{path[1]}"
        data, path = _inside(_inside(data, DEPARTMENTS), path[1]), path[2:]
    fields: Sequence[Field] = step.fields
    found: _Place | None = None
    while path:
        inner = next((each for each in fields if each.id == path[0]), None)
        if inner is None:
            break
        pointer, data, path = f"{pointer}/{inner.id}", _inside(data, inner.id), path[1:]
        found, fields = _Place(inner, names, pointer), inner.fields
        if inner.type is FieldType.LIST and path and path[0].isdigit():
            index = int(path[0])
            row = _inside(data, index)
            pair = RowPair(str(index), None, row if isinstance(row, Mapping) else {}, index)
            names = (*names, row_label(inner, pair, index + 1, form.at))
            pointer, data, path = f"{pointer}/{index}", row, path[1:]
    return found


def _inside(data: Any, place: str | int) -> Any:
    if isinstance(data, Mapping):
        return data.get(place)
    if isinstance(data, list) and isinstance(place, int) and place < len(data):
        return data[place]
    return None
