"""What differs between two versions of a step's data, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.form.completeness import is_empty
from contracts.form.definition import Field, FieldType, FormDefinition
from contracts.form.keys import DEPARTMENTS


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field. `path` is a pointer into the step's data (rows of a list by their id when they
    have one). A personal field has neither old nor new. `label` is the Danish way to it.
    """

    path: str
    label: str
    old: Any
    new: Any
    personal: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    field: Field
    label: str
    value: Any


def changes(
    form: FormDefinition, step: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> list[Change]:
    """The changed fields of one step, whole or one department's part. None stands for no data.

    A value that is no answer equals no value at all. Fields that the form does not have are left out.
    """
    fields = form.step(step).fields
    before = dict(_answers(fields, old or {}, "", ""))
    after = dict(_answers(fields, new or {}, "", ""))
    paths = [*after, *(path for path in before if path not in after)]
    return [_change(path, before.get(path), after.get(path)) for path in paths if _differs(path, before, after)]


def _differs(path: str, before: Mapping[str, _Answer], after: Mapping[str, _Answer]) -> bool:
    old, new = before.get(path), after.get(path)
    return (old.value if old else None) != (new.value if new else None)


def _change(path: str, old: _Answer | None, new: _Answer | None) -> Change:
    known = new or old
    if known is None:
        raise ValueError(path)
    personal = known.field.personal
    return Change(
        path=path,
        label=known.label,
        old=old.value if old and not personal else None,
        new=new.value if new and not personal else None,
        personal=personal,
    )


def _answers(fields: tuple[Field, ...], data: Any, pointer: str, label: str) -> Iterator[tuple[str, _Answer]]:
    if not isinstance(data, Mapping):
        return
    parts = data.get(DEPARTMENTS)
    if isinstance(parts, Mapping):
        for department, part in parts.items():
            yield from _answers(fields, part, f"{pointer}/{DEPARTMENTS}/{_escaped(department)}", label)
    for field in fields:
        value = data.get(field.id)
        if not is_empty(field, value):
            yield from _of_field(field, value, f"{pointer}/{field.id}", _way(label, field.label))


def _of_field(field: Field, value: Any, pointer: str, label: str) -> Iterator[tuple[str, _Answer]]:
    if field.type is FieldType.GROUP:
        yield from _answers(field.fields, value, pointer, label)
    elif field.type is FieldType.LIST and isinstance(value, list) and value:
        for key, row in _keyed(field, value):
            yield from _answers(field.fields, row, f"{pointer}/{key}", label)
    else:
        yield pointer, _Answer(field, label, value)


def _keyed(field: Field, rows: list[Any]) -> Iterator[tuple[str, Any]]:
    """Rows by their id where they have one of their own, so that an inserted row changes no other."""
    has_id = any(each.id == "id" for each in field.fields)
    ids = [row.get("id") if has_id and isinstance(row, Mapping) else None for row in rows]
    for index, (row, row_id) in enumerate(zip(rows, ids, strict=True)):
        own = isinstance(row_id, str) and row_id and ids.count(row_id) == 1
        yield (_escaped(row_id) if own else str(index)), row


def _way(above: str, label: str) -> str:
    return f"{above} › {label}" if above else label


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
