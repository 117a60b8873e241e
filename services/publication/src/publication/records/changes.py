"""What differs between two public records, field by field, as a feed entry shows it. Pure."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from contracts.events.publication import FieldChange
from contracts.form import Field
from contracts.form.loading import steps_of
from contracts.kinds import TILBUD

Record = Mapping[str, Any]
Path = tuple[str, ...]

# These follow from the change itself and would stand in every entry.
NOT_LISTED = frozenset({"version", "approved_at", "confirmed_at", "confirmed"})
ADDRESS_FIELDS = frozenset({"address", "p_number", "cvr", "operator_cvr"})
MAX_BYTES = 200_000


def without_version(record: Record | None) -> dict[str, Any] | None:
    """Return the record without its version: two records that are equal then need no new one."""
    return None if record is None else {name: value for name, value in record.items() if name != "version"}


def changes(old: Record | None, new: Record | None) -> list[FieldChange]:
    """Return the changed fields from ``old`` to ``new``; none where the tilbud was or is not public at all.

    Fields that hold a person's name or contact data, and the addresses of a tilbud that hides its own, have no
    values. Nor has any field when the values together would make the entry too large for a message, and a change
    of more fields than even their paths would fit for names none: the whole record stands beside it.
    """
    if old is None or new is None:
        return []
    hidden = bool(old.get("address_hidden") or new.get("address_hidden"))
    found = [
        FieldChange(path=pointer(path))
        if _is_personal(path) or (hidden and ADDRESS_FIELDS & set(path))
        else FieldChange(path=pointer(path), old=before, new=after)
        for path, before, after in _differences((), old, new)
        if path[0] not in NOT_LISTED
    ]
    paths = [FieldChange(path=each.path) for each in found]
    return next((some for some in (found, paths) if _size(some) <= MAX_BYTES), [])


def _size(some: list[FieldChange]) -> int:
    return sum(len(each.model_dump_json().encode()) for each in some)


def pointer(path: Path) -> str:
    """Return the JSON pointer of ``path``; rows of a list are named by their id."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def _differences(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any, Any]]:
    if old == new:
        return
    before, after = _members(old), _members(new)
    if before is None or after is None or not (before or after):
        yield path, old, new
        return
    for name in [*after, *(name for name in before if name not in after)]:
        yield from _differences((*path, name), before.get(name), after.get(name))


def _members(value: Any) -> dict[str, Any] | None:
    """Return what ``value`` is made of: an object's fields, or the rows of a list that have ids of their own."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list) and value and all(isinstance(row, Mapping) and "id" in row for row in value):
        rows = {str(row["id"]): row for row in value}
        # Orders of two tilsyn may have the same id.
        return rows if len(rows) == len(value) else None
    return None


def _is_personal(path: Path) -> bool:
    """Return whether a value at ``path``, or anything inside it, is one that no change entry repeats."""
    if "steps" not in path:
        return False
    inside = path[path.index("steps") + 1 :]
    return any(_leads_to(inside, personal) for personal in personal_fields())


def _leads_to(inside: Path, personal: Path) -> bool:
    # The ids of rows stand in a path but not in the form; all else of it must be the same.
    shared = tuple(part for part in inside if part in personal)
    return (
        bool(inside)
        and inside[0] == personal[0]
        and shared == personal[: len(shared)]
        and (len(shared) == len(inside) or shared == personal)
    )


@cache
def personal_fields() -> frozenset[Path]:
    """Return the paths of the fields that hold a person's name or contact data: the step, then field in field."""
    return frozenset(path for step in steps_of(TILBUD.id) for path in _personal_in((step.id,), step.fields))


def _personal_in(path: Path, fields: tuple[Field, ...]) -> Iterator[Path]:
    for each in fields:
        if each.personal:
            yield (*path, each.id)
        yield from _personal_in((*path, each.id), each.fields)


def without_addresses(change: dict[str, Any]) -> dict[str, Any]:
    """Return a stored change without its values where they say or may say an address: so of one that was no secret."""
    secret = {*ADDRESS_FIELDS, "departments"} & set(change["path"].split("/"))
    return {"path": change["path"]} if secret else change


def as_json(found: list[FieldChange]) -> list[dict[str, Any]]:
    """Return ``found`` as it is stored and served."""
    return [json.loads(each.model_dump_json()) for each in found]
