"""From a pointer into a step's data to the fields on its way."""

import re

from contracts.form.definition import Field, FieldType

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
