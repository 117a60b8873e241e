"""Repeating rows of a form: how many there are, one more, one less; all by submit buttons, without JavaScript."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.form import Field, FieldType, Step
from contracts.form.keys import DEPARTMENTS
from portal.form.form_data import FormData

Renumber = Callable[[int], int | None]

LONGEST_NUMBER = 6
# The field of a row that ties other steps to it; pages make it and do not show it.
ROW_ID = "id"
MOST_EMPTY_ROWS = 100
# A list stands at most in a group of one department: /departments/<id>/<group>/<list>.
DEEPEST = 4


def row_count_name(pointer: str) -> str:
    """Return the name of the hidden field that says how many rows the list at ``pointer`` has."""
    return f"{pointer}#"


def row_count(form_data: FormData, pointer: str, most: int) -> int:
    """Return how many rows were sent for the list at ``pointer``, never more than one above what it may hold."""
    text = form_data.text(row_count_name(pointer))
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0
    return min(number, most + 1)


def claims_rows_without_fields(form_data: FormData, step: Step, departments: Sequence[str]) -> bool:
    """Return whether a form says that it has far more rows than it has fields: no page of ours made it."""
    rows = sum(row_count(form_data, pointer, field.max_items) for pointer, field in lists_of(step, departments))
    return rows > sum(1 for _ in form_data) + MOST_EMPTY_ROWS


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
    """Return the fields without the rows that nobody wrote anything in; the others move up. An id nobody wrote.

    Every field is looked at twice, however many lists and rows there are.
    """
    lists = dict(lists_of(step, departments))
    filled: dict[str, set[int]] = {pointer: set() for pointer in lists}
    for name in form_data:
        place = _place_of(name, lists)
        if place and place.rest != ROW_ID and form_data.texts(name):
            filled[place.pointer].add(place.row)
    numbers = {pointer: _numbers(form_data, pointer, field, filled[pointer]) for pointer, field in lists.items()}
    return _renumbered(form_data, {pointer: (of_list.get, len(of_list)) for pointer, of_list in numbers.items()})


def _numbers(form_data: FormData, pointer: str, field: Field, filled: set[int]) -> dict[int, int]:
    rows = [row for row in range(row_count(form_data, pointer, field.max_items)) if row in filled]
    return {row: number for number, row in enumerate(rows)}


def with_row(form_data: FormData, pointer: str, field: Field) -> FormData:
    """Return the fields with one more row in the list at ``pointer``, unless it is full."""
    rows = row_count(form_data, pointer, field.max_items)
    return _renumbered(form_data, {pointer: (lambda row: row, min(rows + 1, field.max_items))})


def without_row(form_data: FormData, pointer: str, field: Field, gone: int) -> FormData:
    """Return the fields without row ``gone`` of the list at ``pointer``."""
    rows = row_count(form_data, pointer, field.max_items)

    def new_number(row: int) -> int | None:
        return None if row == gone else row - (row > gone)

    return _renumbered(form_data, {pointer: (new_number, max(0, rows - (gone < rows)))})


def with_row_moved(form_data: FormData, pointer: str, field: Field, row: int, by: int) -> FormData:
    """Return the fields with ``row`` of the list at ``pointer`` that many places further down, if there are such."""
    rows = row_count(form_data, pointer, field.max_items)
    other = row + by
    if not (0 <= row < rows and 0 <= other < rows):
        return form_data
    places = {row: other, other: row}
    return _renumbered(form_data, {pointer: (lambda each: places.get(each, each), rows)})


def with_row_copied(form_data: FormData, pointer: str, field: Field, row: int) -> FormData:
    """Return the fields with a copy of ``row`` behind it, without its id, unless the list at ``pointer`` is full."""
    rows = row_count(form_data, pointer, field.max_items)
    if not 0 <= row < rows < field.max_items:
        return form_data
    apart = _renumbered(form_data, {pointer: (lambda each: each + (each > row), rows + 1)})
    start, copy = f"{pointer}/{row}/", f"{pointer}/{row + 1}/"
    copied = [(copy + name.removeprefix(start), text) for name, text in apart.pairs if name.startswith(start)]
    return FormData.of([*apart.pairs, *(each for each in copied if each[0] != copy + ROW_ID)])


def _renumbered(form_data: FormData, lists: Mapping[str, tuple[Renumber, int]]) -> FormData:
    """Return the fields with new row numbers in each of these lists, and how many rows it has then."""
    counts = {row_count_name(pointer): str(rows) for pointer, (_, rows) in lists.items()}
    pairs = list(counts.items())
    for name in form_data:
        new_name = None if name in counts else _new_name(name, lists)
        if new_name:
            pairs += [(new_name, value) for value in form_data.all(name)]
    return FormData.of(pairs)


def _new_name(name: str, lists: Mapping[str, tuple[Renumber, int]]) -> str | None:
    place = _place_of(name, lists)
    if place is None:
        return name
    new_row = lists[place.pointer][0](place.row) if place.row >= 0 else None
    return None if new_row is None else f"{place.pointer}/{new_row}/{place.rest}"


@dataclass(frozen=True)
class _Place:
    """Where in a list a field stands; ``row`` is -1 when its name says none."""

    pointer: str
    row: int
    rest: str


def _place_of(name: str, lists: Container[str]) -> _Place | None:
    pointer, _, rest = name.partition("/")
    for _ in range(DEEPEST):
        part, _, rest = rest.partition("/")
        pointer = f"{pointer}/{part}"
        if pointer in lists:
            row, _, inner = rest.partition("/")
            is_number = row.isascii() and row.isdigit() and len(row) <= LONGEST_NUMBER
            return _Place(pointer, int(row) if is_number else -1, inner)
    return None
