"""Which answers of a step apply now: the others are kept in the draft, and neither checked, shown nor sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.form.completeness import is_asked
from contracts.form.definition import Field, FieldType, Step
from contracts.form.keys import DEPARTMENTS
from contracts.form.rows import match_rows

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Applicability:
    """What decides which answers apply: who operates what is reported, None while unknown, and its departments."""

    operator_kind: str | None
    departments: Sequence[str] = ()

    def by_department(self, step: Step) -> bool:
        """Whether the step is asked for each department."""
        return step.per_department and bool(self.departments)


def applicable(step: Step, data: Mapping[str, Any], to: Applicability) -> Data:
    """The answers of the step that apply; what the form does not have, or no longer asks, is left out."""
    if not to.by_department(step):
        return _object(step.fields, data, to.operator_kind)
    parts = _mapping(data.get(DEPARTMENTS))
    known = {each: parts[each] for each in parts if each in to.departments}
    return {DEPARTMENTS: {each: _part(step.fields, part, to.operator_kind) for each, part in known.items()}}


def with_kept(step: Step, old: Mapping[str, Any], new: Mapping[str, Any], to: Applicability) -> Data:
    """The new data of the step with the answers of the old that did not apply, or do not now, so that they can again.

    A null in the new data deletes such an answer.
    """
    if not to.by_department(step):
        return _kept(step.fields, old, new, to.operator_kind)
    before, after = _mapping(old.get(DEPARTMENTS)), _mapping(new.get(DEPARTMENTS))
    gone = {each: part for each, part in before.items() if each not in to.departments}
    parts = {
        each: _kept(step.fields, _mapping(before.get(each)), _mapping(part), to.operator_kind)
        for each, part in after.items()
    }
    whole = {name: value for name, value in old.items() if name != DEPARTMENTS}
    return {**whole, **new, DEPARTMENTS: {**gone, **parts}}


def set_aside(whole: Any, part: Any) -> Any:
    """What of the whole data is not in its applicable part; None for nothing. Rows of a list keep their index."""
    if isinstance(whole, Mapping) and isinstance(part, Mapping):
        found = {name: set_aside(value, part[name]) if name in part else value for name, value in whole.items()}
        return {name: value for name, value in found.items() if value is not None} or None
    if isinstance(whole, list) and isinstance(part, list) and len(whole) == len(part):
        rows = [set_aside(*pair) for pair in zip(whole, part, strict=True)]
        return [each or {} for each in rows] if any(rows) else None
    return None


def with_set_aside(part: Any, aside: Any) -> Any:
    """The reverse of `set_aside`: the whole data."""
    if isinstance(part, Mapping) and isinstance(aside, Mapping):
        return {**part, **{name: with_set_aside(part.get(name), value) for name, value in aside.items()}}
    if isinstance(part, list) and isinstance(aside, list) and len(part) == len(aside):
        return [with_set_aside(*pair) for pair in zip(part, aside, strict=True)]
    return aside if part is None else part


def _part(fields: Sequence[Field], data: Any, operator_kind: str | None) -> Any:
    return _object(fields, data, operator_kind) if isinstance(data, Mapping) else data


def _object(fields: Sequence[Field], data: Mapping[str, Any], operator_kind: str | None) -> Data:
    known = {each.id: each for each in fields}
    asked = _asked(known, data, operator_kind)
    return {name: _value(known[name], data[name], operator_kind) for name in asked}


def _asked(known: Mapping[str, Field], data: Mapping[str, Any], operator_kind: str | None) -> Data:
    """The answers that apply; an answer that waits for one that does not apply does not apply either."""
    kept = {name: value for name, value in data.items() if name in known}
    while True:
        asked = {
            name: value
            for name, value in kept.items()
            if known[name].is_filled_by_portal or is_asked(known[name], kept, operator_kind)
        }
        if len(asked) == len(kept):
            return asked
        kept = asked


def _value(field: Field, value: Any, operator_kind: str | None) -> Any:
    if field.type is FieldType.GROUP:
        return _part(field.fields, value, operator_kind)
    if field.type is FieldType.LIST and isinstance(value, list):
        return [_part(field.fields, each, operator_kind) for each in value]
    return value


def _kept(fields: Sequence[Field], old: Mapping[str, Any], new: Mapping[str, Any], operator_kind: str | None) -> Data:
    known = {each.id: each for each in fields}
    both = _asked(known, old, operator_kind).keys() & _asked(known, {**old, **new}, operator_kind).keys()
    aside = old.keys() - both
    kept = {name: value for name, value in old.items() if name in aside and name not in new}
    stays = {name: value for name, value in new.items() if value is not None or name not in aside}
    return {**kept, **{name: _kept_in(known.get(name), old.get(name), stays[name], operator_kind) for name in stays}}


def _kept_in(field: Field | None, old: Any, new: Any, operator_kind: str | None) -> Any:
    if field and field.type is FieldType.GROUP and isinstance(old, Mapping) and isinstance(new, Mapping):
        return _kept(field.fields, old, new, operator_kind)
    if field and field.type is FieldType.LIST and isinstance(new, list):
        rows = list(new)
        for pair in match_rows(field, old, new):
            if pair.old is not None and pair.index is not None and isinstance(rows[pair.index], Mapping):
                rows[pair.index] = _kept(field.fields, pair.old, new[pair.index], operator_kind)
        return rows
    return new


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
