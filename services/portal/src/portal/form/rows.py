"""Repeating rows of a form: how many there are, one more, one less; all by submit buttons, without JavaScript."""

from collections.abc import Callable, Iterator, Sequence

from contracts.form import Field, FieldType, Step
from contracts.form.keys import DEPARTMENTS
from portal.form.form_data import FormData

Renumber = Callable[[int], int | None]


def row_count_name(pointer: str) -> str:
    """Return the name of the hidden field that says how many rows the list at ``pointer`` has."""
    return f"{pointer}#"


def row_count(form_data: FormData, pointer: str, most: int) -> int:
    """Return how many rows were sent for the list at ``pointer``, never more than one above what it may hold."""
    text = form_data.text(row_count_name(pointer))
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


def without_blank_rows(form_data: FormData, step: Step, departments: Sequence[str]) -> FormData:
    """Return the fields without the rows that nobody wrote anything in; the others move up."""
    for pointer, field in lists_of(step, departments):
        rows = range(row_count(form_data, pointer, field.max_items))
        kept = [row for row in rows if not _is_blank(form_data, f"{pointer}/{row}/")]
        new_numbers = {row: number for number, row in enumerate(kept)}
        form_data = _renumbered(form_data, pointer, new_numbers.get, len(kept))
    return form_data


def with_row(form_data: FormData, pointer: str, field: Field) -> FormData:
    """Return the fields with one more row in the list at ``pointer``, unless it is full."""
    rows = row_count(form_data, pointer, field.max_items)
    return _renumbered(form_data, pointer, lambda row: row, min(rows + 1, field.max_items))


def without_row(form_data: FormData, pointer: str, field: Field, gone: int) -> FormData:
    """Return the fields without row ``gone`` of the list at ``pointer``."""
    rows = row_count(form_data, pointer, field.max_items)

    def new_number(row: int) -> int | None:
        return None if row == gone else row - (row > gone)

    return _renumbered(form_data, pointer, new_number, max(0, rows - (gone < rows)))


def _is_blank(form_data: FormData, prefix: str) -> bool:
    return not any(form_data.texts(name) for name in form_data if name.startswith(prefix))


def _renumbered(form_data: FormData, pointer: str, new_number: Renumber, rows: int) -> FormData:
    pairs = [(row_count_name(pointer), str(rows))]
    for name in form_data:
        if name == row_count_name(pointer):
            continue
        new_name = _new_name(name, f"{pointer}/", new_number)
        if new_name:
            pairs += [(new_name, value) for value in form_data.all(name)]
    return FormData.of(pairs)


def _new_name(name: str, prefix: str, new_number: Renumber) -> str | None:
    if not name.startswith(prefix):
        return name
    row, _, rest = name.removeprefix(prefix).partition("/")
    if not (row.isascii() and row.isdigit() and len(row) <= 6):  # noqa: PLR2004
        return None
    new_row = new_number(int(row))
    return None if new_row is None else f"{prefix}{new_row}/{rest}"
