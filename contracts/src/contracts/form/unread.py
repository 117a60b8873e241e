"""What somebody typed and nobody can read: kept beside the data of a step, shown again, and never sent.

`unread` has the text by its JSON pointer into the step's data. A CPR number is kept nowhere: None stands for its text.
"""

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from contracts.characters import is_showable, without_invisible
from contracts.cpr import holds_cpr
from contracts.form.definition import CHOICE_TYPES, MANY_TYPES, NESTED_TYPES, Field, FieldType, Step
from contracts.form.findings import Code, Finding
from contracts.form.keys import DEPARTMENTS
from contracts.form.pointers import fields_at
from contracts.form.shape import shape_errors

Unread = Mapping[str, str | None]

MAX_TYPED = 100_000
# A kommune is the one choice that is typed, by its name.
_NOT_TYPED = frozenset(
    {*CHOICE_TYPES, *MANY_TYPES, *NESTED_TYPES, FieldType.BOOLEAN, FieldType.FILE} - {FieldType.MUNICIPALITY}
)
_KEPT = frozenset(
    {
        Code.WRONG_TYPE,
        Code.AMBIGUOUS_NUMBER,
        Code.TOO_LARGE,
        Code.TOO_LONG,
        Code.CONTROL_CHARACTER,
        Code.CPR_NUMBER,
        Code.UNKNOWN_VALUE,
    }
)
_CPR_TYPED = "Det, der blev skrevet her, så ud til at indeholde et CPR-nummer og er ikke gemt. Skriv svaret uden."
_MAY_BE_READ = "Svaret kunne ikke læses. Gem trinnet igen."
# What a database of JSON cannot hold.
_UNSTORABLE = {0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}


def without_unread(
    step: Step, data: object, at: date
) -> tuple[dict[str, Any], dict[str, str | None], tuple[Finding, ...]]:
    """The data without what cannot be read, that by its pointer, and everything for which the save is refused."""
    found = list(shape_errors(step, data, at))
    if not isinstance(data, Mapping):
        return {}, {}, tuple(found)
    rest, unread, refused = copy.deepcopy(dict(data)), {}, []
    for each in found:
        text = value_at(data, each.pointer)
        if each.code in _KEPT and isinstance(text, str) and len(text) <= MAX_TYPED and _is_typed(step, each.pointer):
            unread[each.pointer] = None if each.code is Code.CPR_NUMBER or _hides_cpr(text) else _storable(text)
            _remove(rest, each.pointer)
        else:
            refused.append(each)
    return rest, unread, tuple(refused)


def with_unread(data: Mapping[str, Any], unread: Unread) -> dict[str, Any]:
    """The data with each unread text in its place, "" for one that is kept nowhere, where that place still is."""
    whole = copy.deepcopy(dict(data))
    for pointer, text in unread.items():
        put_at(whole, pointer, text or "")
    return whole


def put_at(data: dict[str, Any], pointer: str, value: object) -> None:
    """Put the value at the pointer, when there is an object to put it in."""
    parent, name = _parent(data, pointer)
    if isinstance(parent, dict):
        parent[name] = value


def unread_findings(step: Step, data: Mapping[str, Any], unread: Unread, at: date) -> Iterator[Finding]:
    """Why each of the unread texts cannot be read."""
    if not unread:
        return
    found = {each.pointer: each for each in shape_errors(step, with_unread(data, unread), at)}
    for pointer, text in unread.items():
        if text is None:
            yield Finding(pointer, Code.CPR_NUMBER, _CPR_TYPED)
        else:
            yield found.get(pointer) or Finding(pointer, Code.WRONG_TYPE, _MAY_BE_READ)


def value_at(data: object, pointer: str) -> Any:
    """What stands at the pointer in the data; None when nothing does."""
    for name in pointer.split("/")[1:]:
        if isinstance(data, Mapping):
            data = data.get(name)
        elif isinstance(data, list) and name.isdigit() and int(name) < len(data):
            data = data[int(name)]
        else:
            return None
    return data


def field_at(step: Step, pointer: str) -> Field | None:
    """The field that a pointer into the data of the step leads to."""
    if step.per_department and pointer.startswith(f"/{DEPARTMENTS}/"):
        pointer = "/" + pointer.split("/", 3)[-1]
    way = fields_at(step.fields, pointer)
    return way[-1] if way else None


def _is_typed(step: Step, pointer: str) -> bool:
    field = field_at(step, pointer)
    return field is not None and field.type not in _NOT_TYPED


def _hides_cpr(text: str) -> bool:
    shown = "".join(each for each in without_invisible(text) if is_showable(each) or each.isspace())
    return holds_cpr(text) or holds_cpr(shown)


def _storable(text: str) -> str:
    return text.translate(_UNSTORABLE)


def _parent(data: object, pointer: str) -> tuple[object, str]:
    start, _, name = pointer.rpartition("/")
    return value_at(data, start), name


def _remove(data: dict[str, Any], pointer: str) -> None:
    parent, name = _parent(data, pointer)
    if isinstance(parent, dict):
        parent.pop(name, None)
