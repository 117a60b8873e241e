"""From a pointer into a step's data to the fields on its way."""

import re
from collections.abc import Mapping

from contracts.form.definition import Field, FieldType
from contracts.form.rows import index_in

_INDEX = re.compile(r"0|[1-9][0-9]{0,3}")


def fields_at(fields: tuple[Field, ...], pointer: str) -> tuple[Field, ...]:
    """The fields on the way of a JSON pointer into the data of `fields`, outermost first; () when it leads to none.

    Rows stand by their index, from 0. A group, a list and a row can be pointed at as a whole.
    """
    if not pointer.startswith("/"):
        return ()
    name, *rest = pointer[1:].split("/")
    field = next((each for each in fields if each.id == name), None)
    if field is None:
        return ()
    if field.type is FieldType.LIST and rest:
        index, *rest = rest
        if not (_INDEX.fullmatch(index) and int(index) < field.max_items):
            return ()
    if not rest:
        return (field,)
    inner = fields_at(field.fields, "/" + "/".join(rest))
    return (field, *inner) if inner else ()


def pointer_in(fields: tuple[Field, ...], old: object, new: object, pointer: str) -> str:
    """Where that which `pointer` names in the old data of `fields` stands in the new: rows may have moved.

    When its row is gone it is the list that the row stood in. What leads to no field stays as it is.
    """
    if not fields_at(fields, pointer):
        return pointer
    name, _, rest = pointer[1:].partition("/")
    if not rest:
        return pointer
    [field] = (each for each in fields if each.id == name)
    before, after, start = _at(old, name), _at(new, name), f"/{name}"
    if field.type is FieldType.LIST:
        place, _, rest = rest.partition("/")
        index = index_in(field, before, after, int(place))
        if index is None:
            return start
        before, after, start = _at(before, int(place)), _at(after, index), f"{start}/{index}"
    return start + pointer_in(field.fields, before, after, f"/{rest}") if rest else start


def _at(data: object, place: str | int) -> object:
    if isinstance(place, int):
        return data[place] if isinstance(data, list) and place < len(data) else None
    return data.get(place) if isinstance(data, Mapping) else None
