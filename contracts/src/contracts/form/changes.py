"""What differs between two versions of a step's data, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from contracts.form.completeness import is_empty
from contracts.form.definition import ChangeRisk, Field, FieldType, FormDefinition
from contracts.form.keys import DEPARTMENTS
from contracts.form.options import options
from contracts.form.rows import RowPair, RowStatus, has_rows, match_rows


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """The row of a list that a changed field stands in. `label` says which one it is, in Danish.

    `path` is a pointer like that of a change. All fields of a row that was added or removed as a whole have the
    same row, with that status.
    """

    path: str
    label: str
    status: RowStatus


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field. `path` is a pointer into the step's data, the old one for a removed row; rows of a list
    stand there by their id when they have one. A personal field has neither old nor new. `label` is the Danish
    way to it, `row` the innermost row around it, and `risk` what the field's policy says of a change.
    """

    path: str
    label: str
    old: Any
    new: Any
    personal: bool
    row: ChangedRow | None = None
    risk: ChangeRisk = ChangeRisk.ORDINARY


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a step's data a comparison stands."""

    at: date
    path: str = ""
    label: str = ""
    row: ChangedRow | None = None

    def inside(self, *parts: str, label: str = "") -> "_Place":
        path = self.path + "".join(f"/{_escaped(part)}" for part in parts)
        return replace(self, path=path, label=" › ".join(filter(None, (self.label, label))))

    def in_row(self, field: Field, pair: RowPair, number: int) -> "_Place":
        """The place of a row; what stands in a row that came or went, came or went with it."""
        place = self.inside(pair.key)
        status = self.row.status if self.row and self.row.status is not RowStatus.KEPT else pair.status
        return replace(place, row=ChangedRow(place.path, row_label(field, pair, number, self.at), status))


def changes(
    form: FormDefinition,
    step: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    *,
    show_personal: bool = False,
) -> list[Change]:
    """The changed fields of one step, whole or one department's part. None stands for no data.

    A value that is no answer equals no value at all. Fields that the form does not have are left out. Rows of a
    list are compared as `match_rows` pairs them; their order is no change. `show_personal` fills in old and new of
    personal fields, for whoever decides about them.
    """
    found = _of_step(form.step(step).fields, old or {}, new or {}, _Place(form.at))
    return [each if show_personal or not each.personal else replace(each, old=None, new=None) for each in found]


def row_label(field: Field, pair: RowPair, number: int, at: date) -> str:
    """What people call a row: its title, its identifying answers, or its number, from 1. Its own id tells nobody
    anything but whoever made it up.
    """
    named = {*field.title_fields, *field.identity}
    known = [each for each in field.fields if each.id in named and not each.personal]
    texts = {each.id: _as_text(each, pair.latest.get(each.id), at) for each in known}
    if field.row_title and all(texts.get(name) for name in field.title_fields):
        return field.row_title.format_map(texts)
    return ", ".join(filter(None, (texts.get(name) for name in field.identity))) or f"{field.label} {number}"


def _of_step(
    fields: tuple[Field, ...], old: Mapping[str, Any], new: Mapping[str, Any], place: _Place
) -> Iterator[Change]:
    """The step's own fields, and those of the departments where it is a whole step that each of them has."""
    before, after = _mapping(old.get(DEPARTMENTS)), _mapping(new.get(DEPARTMENTS))
    for department in {**after, **before}:
        part = place.inside(DEPARTMENTS, str(department))
        yield from _of_object(fields, before.get(department), after.get(department), part)
    yield from _of_object(fields, old, new, place)


def _of_object(fields: tuple[Field, ...], old: object, new: object, place: _Place) -> Iterator[Change]:
    before, after = _mapping(old), _mapping(new)
    for field in fields:
        inner = place.inside(field.id, label=field.label)
        yield from _of_field(field, before.get(field.id), after.get(field.id), inner)


def _of_field(field: Field, old: object, new: object, place: _Place) -> Iterator[Change]:
    if field.type is FieldType.GROUP:
        yield from _of_object(field.fields, old, new, place)
    elif field.type is FieldType.LIST and (has_rows(old) or has_rows(new)):
        for number, pair in enumerate(match_rows(field, old, new), 1):
            yield from _of_object(field.fields, pair.old, pair.new, place.in_row(field, pair, number))
    else:
        before, after = (None if is_empty(field, value) else value for value in (old, new))
        if before != after:
            yield Change(place.path, place.label, before, after, field.personal, place.row, field.risk)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _as_text(field: Field, value: object, at: date) -> str:
    if is_empty(field, value):
        return ""
    labels = {option.id: option.label for option in options(field, at)}
    values = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(each), str(each)) for each in values)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
