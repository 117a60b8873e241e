"""The answers of a step as they are stored, whoever typed them: every text has gone through the gate."""

from collections.abc import Mapping
from typing import Any

from contracts.form.definition import Field, FieldType, Step
from contracts.form.formats import stored_text
from contracts.form.keys import DEPARTMENTS
from contracts.text import RefusedText


def entered(step: Step, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a step with its texts as they are stored; what is not understood stays for the check to refuse."""
    parts = data.get(DEPARTMENTS) if step.per_department else None
    if isinstance(parts, Mapping):
        return {**data, DEPARTMENTS: {key: _object(step.fields, part) for key, part in parts.items()}}
    return dict(_object(step.fields, data))


def _object(fields: tuple[Field, ...], data: Any) -> Any:
    if not isinstance(data, Mapping):
        return data
    known = {each.id: each for each in fields}
    return {key: _value(known[key], value) if key in known else value for key, value in data.items()}


def _value(field: Field, value: Any) -> Any:
    if field.type is FieldType.GROUP:
        return _object(field.fields, value)
    if isinstance(value, list):
        inside = field.fields if field.type is FieldType.LIST else None
        return [_object(inside, each) if inside else _text(field, each) for each in value]
    return _text(field, value)


def _text(field: Field, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return stored_text(field, value)
    except RefusedText:
        return value
