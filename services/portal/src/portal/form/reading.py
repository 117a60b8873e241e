"""From the fields of a form to a step's data."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.form import Field, FieldType, Step, value_at
from contracts.form.keys import DEPARTMENTS
from portal.form.form_data import FormData
from portal.form.rows import row_count
from portal.form.values import MalformedValue, from_texts
from portal.form.writing import pointer_of_part

NOTHING: Mapping[str, Any] = {}


def read_step(
    step: Step,
    form_data: FormData,
    departments: Sequence[str],
    locked: Mapping[str, Any] = NOTHING,
    set_aside: Mapping[str, Any] = NOTHING,
) -> dict[str, Any]:
    """Return the step's data; the parts of ``locked`` departments are taken as they are and not from the form.

    An answer that is left out stands for no answer, or is null where it would be taken back from what is
    ``set_aside``. What cannot be read is the text as it was typed: the service keeps it as such. Never raises on
    anything that a browser can send.
    """
    reader = _Reader(form_data, set_aside)
    if not (step.per_department and departments):
        return reader.read(step.fields, "")
    parts = {
        each: locked[each] if each in locked else reader.read(step.fields, pointer_of_part(step, each))
        for each in departments
    }
    return {DEPARTMENTS: parts}


def read_object(fields: Sequence[Field], form_data: FormData, pointer: str) -> dict[str, Any]:
    """Return the answers to ``fields`` at ``pointer``, for instance those of a row."""
    return _Reader(form_data, NOTHING).read(fields, pointer)


class _Reader:
    def __init__(self, form_data: FormData, set_aside: Mapping[str, Any]) -> None:
        self._form_data = form_data
        self._set_aside = set_aside

    def read(self, fields: Sequence[Field], pointer: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in fields:
            if not field.is_filled_by_portal:
                value = self._field(field, f"{pointer}/{field.id}")
                if value is not None or self._is_taken_back(field, f"{pointer}/{field.id}"):
                    found[field.id] = value
        return found

    def _is_taken_back(self, field: Field, pointer: str) -> bool:
        """Return whether the page had the field, and something in it, that is not there any more."""
        on_page = pointer in self._form_data or field.when is not None
        return on_page and value_at(self._set_aside, pointer) is not None

    def _field(self, field: Field, pointer: str) -> Any:
        if field.type is FieldType.GROUP:
            return self.read(field.fields, pointer) or None
        if field.type is FieldType.LIST:
            rows = range(row_count(self._form_data, pointer, field.max_items))
            return [self.read(field.fields, f"{pointer}/{row}") for row in rows]
        texts = self._form_data.texts(pointer)
        try:
            return from_texts(field, texts)
        except MalformedValue:
            return texts[-1]
