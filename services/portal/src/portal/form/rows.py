"""Repeating rows of a form: how many there are, one more, one less; all by submit buttons, without JavaScript."""

from collections.abc import Callable, Iterator, Sequence

from contracts.form import Field, FieldType, Step
from contracts.form.keys import DEPARTMENTS
from portal.form.form_data import Posted

Rename = Callable[[int], int | None]


def count_name(pointer: str) -> str:
    """Return the name of the hidden field that says how many rows the list at ``pointer`` has."""
    return f"{pointer}#"


def count(posted: Posted, pointer: str, most: int) -> int:
    """Return how many rows were sent for the list at ``pointer``, never more than one above what it may hold."""
    text = posted.text(count_name(pointer))
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0  # noqa: PLR2004
    return min(number, most + 1)


def lists_of(step: Step, departments: Sequence[str]) -> Iterator[tuple[str, Field]]:
    """Yield every list of the step with its pointer; lists inside of lists are not used by any form."""
    starts = [f"/{DEPARTMENTS}/{each}" for each in departments] if step.per_department and departments else [""]
    for start in starts:
        yield from _lists(step.fields, start)


def _lists(fields: Sequence[Field], pointer: str) -> Iterator[tuple[str, Field]]:
    for field in fields:
        if field.type is FieldType.LIST:
            yield f"{pointer}/{field.id}", field
        elif field.type is FieldType.GROUP:
            yield from _lists(field.fields, f"{pointer}/{field.id}")


def without_blank_rows(posted: Posted, step: Step, departments: Sequence[str]) -> Posted:
    """Return the fields without the rows that nobody wrote anything in; the others move up."""
    for pointer, field in lists_of(step, departments):
        rows = range(count(posted, pointer, field.max_items))
        kept = [row for row in rows if not _is_blank(posted, f"{pointer}/{row}/")]
        places = {row: place for place, row in enumerate(kept)}
        posted = _renumbered(posted, pointer, places.get, len(kept))
    return posted


def with_row(posted: Posted, pointer: str, field: Field) -> Posted:
    """Return the fields with one more row in the list at ``pointer``, unless it is full."""
    rows = count(posted, pointer, field.max_items)
    return _renumbered(posted, pointer, lambda row: row, min(rows + 1, field.max_items))


def without_row(posted: Posted, pointer: str, field: Field, gone: int) -> Posted:
    """Return the fields without row ``gone`` of the list at ``pointer``."""
    rows = count(posted, pointer, field.max_items)

    def place(row: int) -> int | None:
        return None if row == gone else row - (row > gone)

    return _renumbered(posted, pointer, place, max(0, rows - (gone < rows)))


def _is_blank(posted: Posted, prefix: str) -> bool:
    return not any(posted.texts(name) for name in posted if name.startswith(prefix))


def _renumbered(posted: Posted, pointer: str, place: Rename, rows: int) -> Posted:
    pairs = [(count_name(pointer), str(rows))]
    for name in posted:
        if name == count_name(pointer):
            continue
        new_name = _new_name(name, f"{pointer}/", place)
        if new_name:
            pairs += [(new_name, value) for value in posted.all(name)]
    return Posted.of(pairs)


def _new_name(name: str, prefix: str, place: Rename) -> str | None:
    if not name.startswith(prefix):
        return name
    row, _, rest = name.removeprefix(prefix).partition("/")
    if not (row.isascii() and row.isdigit() and len(row) <= 6):  # noqa: PLR2004
        return None
    new_row = place(int(row))
    return None if new_row is None else f"{prefix}{new_row}/{rest}"
