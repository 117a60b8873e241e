"""From the fields of a form to a step's data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from typing import Any

from chassis.errors import FieldError
from contracts.form import Field, FieldType, Step
from contracts.form.keys import DEPARTMENTS
from portal.form.form_data import FormData
from portal.form.rows import row_count
from portal.form.values import MalformedValue, from_texts
from portal.form.writing import pointer_of_part


@dataclass
class StepInput:
    """A step's data as sent, and what could not be read."""

    data: dict[str, Any]
    errors: list[FieldError] = field_of(default_factory=list)


def read_step(
    step: Step, form_data: FormData, departments: Sequence[str], locked: Mapping[str, Any] | None = None
) -> StepInput:
    """Read the step; the parts of ``locked`` departments are taken as they are and not from the form.

    An answer that is left out stands for no answer. Never raises on anything that a browser can send.
    """
    result = StepInput({})
    if not (step.per_department and departments):
        result.data = _object(step.fields, form_data, "", result.errors)
        return result
    parts: dict[str, Any] = {}
    for each in departments:
        if locked is not None and each in locked:
            parts[each] = locked[each]
        else:
            parts[each] = _object(step.fields, form_data, pointer_of_part(step, each), result.errors)
    result.data = {DEPARTMENTS: parts}
    return result


def _object(fields: Sequence[Field], form_data: FormData, pointer: str, errors: list[FieldError]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields:
        if not field.is_filled_by_portal:
            value = _field(field, form_data, f"{pointer}/{field.id}", errors)
            if value is not None:
                found[field.id] = value
    return found


def _field(field: Field, form_data: FormData, pointer: str, errors: list[FieldError]) -> Any:
    if field.type is FieldType.GROUP:
        return _object(field.fields, form_data, pointer, errors) or None
    if field.type is FieldType.LIST:
        rows = range(row_count(form_data, pointer, field.max_items))
        return [_object(field.fields, form_data, f"{pointer}/{row}", errors) for row in rows]
    try:
        return from_texts(field, form_data.texts(pointer))
    except MalformedValue as error:
        errors.append(FieldError(pointer, error.code, error.detail))
        return None
