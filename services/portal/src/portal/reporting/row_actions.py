"""What the buttons at the rows of a list do: each saves the step, and the page after it shows the row."""

from typing import Literal, get_args

from contracts.form import Field, FieldType
from portal.form.controls import ADD, is_row_id
from portal.form.form_data import FormData
from portal.form.rows import (
    lists_of,
    row_count,
    with_row,
    with_row_copied,
    with_row_moved,
    without_row,
)
from portal.reporting.step_page import StepPage

RowAction = Literal["add", "remove", "copy", "up", "down"]
ROW_ACTIONS: tuple[RowAction, ...] = get_args(RowAction)
LONGEST_NUMBER = 6
# Rows in which nobody has written anything are not saved, only shown.
MOST_NEW_ROWS = 20


def with_rows_changed(step_page: StepPage, form: FormData, action: str, place: str) -> FormData:
    """Return the fields with the row at ``place`` removed, copied or moved; as they are for anything else."""
    found = _row_at(step_page, place)
    if found is None:
        return form
    pointer, field, row = found
    if action == "remove":
        return without_row(form, pointer, field, row)
    if action == "copy":
        return with_row_copied(form, pointer, field, row)
    return with_row_moved(form, pointer, field, row, {"up": -1, "down": 1}.get(action, 0))


def place_of_row(step_page: StepPage, form: FormData, action: str, place: str) -> str:
    """Return where the row is that the action is about: a new one stands behind those that the page had."""
    field = dict(lists_of(step_page.step, step_page.departments)).get(place)
    return f"{place}/{row_count(form, place, field.max_items)}" if action == "add" and field else place


def with_row_for(step_page: StepPage, action: RowAction, place: str) -> tuple[FormData, str]:
    """Return the saved fields, with a new row where one was added, and the field to put the cursor in."""
    fields = step_page.fields()
    found = _row_at(step_page, place)
    if found is None:
        return fields, ""
    pointer, field, row = found
    if action == "add":
        saved = row_count(fields, pointer, field.max_items)
        for _ in range(saved, max(saved + 1, min(row + 1, saved + MOST_NEW_ROWS))):
            fields = with_row(fields, pointer, field)
        return fields, _first_field(pointer, field, row_count(fields, pointer, field.max_items) - 1)
    if action == "remove":
        return fields, f"{pointer}{ADD}"
    return fields, _first_field(pointer, field, row + {"copy": 1, "down": 1, "up": -1}.get(action, 0))


def _first_field(pointer: str, field: Field, row: int) -> str:
    first = next(each for each in field.fields if each.type is not FieldType.GROUP and not is_row_id(each))
    return f"{pointer}/{row}/{first.id}"


def _row_at(step_page: StepPage, place: str) -> tuple[str, Field, int] | None:
    pointer, _, row = place.rpartition("/")
    field = dict(lists_of(step_page.step, step_page.departments)).get(pointer)
    is_number = row.isascii() and row.isdigit() and len(row) <= LONGEST_NUMBER
    return (pointer, field, int(row)) if field and is_number else None
