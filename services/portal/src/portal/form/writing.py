"""From a step's data to the fields of a form."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.form import Field, FieldType, Step
from contracts.form.keys import DEPARTMENTS
from portal.form.form_data import FormData
from portal.form.rows import row_count_name
from portal.form.values import to_texts

Pairs = Iterator[tuple[str, str]]


def pointer_of_part(step: Step, department: str | None) -> str:
    """Return where one department's part of the step, or the whole step, begins."""
    return f"/{DEPARTMENTS}/{department}" if step.per_department and department else ""


def part_of(data: Mapping[str, Any], department: str | None) -> Mapping[str, Any]:
    """Return one department's part of a step's data, or all of it when there are no departments."""
    if department is None:
        return data
    parts = data.get(DEPARTMENTS)
    part = parts.get(department) if isinstance(parts, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def to_form_data(step: Step, data: Mapping[str, Any], departments: Sequence[str]) -> FormData:
    """Return the fields that a browser would send for ``data`` as it is."""
    parts: Sequence[str | None] = departments if step.per_department and departments else (None,)
    return FormData.of(
        pair for each in parts for pair in _object(step.fields, part_of(data, each), pointer_of_part(step, each))
    )


def _object(fields: Sequence[Field], data: Mapping[str, Any], pointer: str) -> Pairs:
    for field in fields:
        if not field.is_filled_by_portal:
            yield from _field(field, data.get(field.id), f"{pointer}/{field.id}")


def _field(field: Field, value: Any, pointer: str) -> Pairs:
    if field.type is FieldType.GROUP:
        yield from _object(field.fields, value or {}, pointer)
    elif field.type is FieldType.LIST:
        yield row_count_name(pointer), str(len(value or []))
        for index, row in enumerate(value or []):
            yield from _object(field.fields, row, f"{pointer}/{index}")
    else:
        for text in to_texts(field, value):
            yield pointer, text
