"""A workbook to fill in: rows for tilbud, ids that are locked, lists to choose from, definitions at the headings."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from contracts.form import Field, FieldType
from contracts.form.definition import INTEGER_TYPES, MANY_TYPES, NUMBER_TYPES
from reporting.bulk_reports import cells
from reporting.bulk_reports.columns import DEPARTMENT_ID, VERSION, Column, Layout
from reporting.bulk_reports.workbook_process import DATA_SHEET

CHOICES_SHEET = "Valg"
GUIDE_SHEET = "Vejledning"
TEXT_FORMAT = "@"
GREY, RED, BLUE = (PatternFill("solid", fgColor=colour) for colour in ("E7E6E6", "F8CBAD", "DDEBF7"))
HEADINGS = 2
WIDE, NARROW = 26, 14
LONGEST_CELL = 32_000
LOCKED, OPEN = Protection(locked=True), Protection(locked=False)
ALIGNED = Alignment(vertical="top", wrap_text=True)
FORMATS = {FieldType.MONEY: "#,##0.00", FieldType.DATE: "dd-mm-yyyy"} | dict.fromkeys(
    (FieldType.INTEGER, FieldType.YEAR), "0"
)
ABOUT = (
    "Skriv i de hvide felter. De grå kan ikke ændres: de siger, hvilket tilbud rækken handler om.",
    "Det, der står i forvejen, er det, som portalen kender: kladden, eller det senest godkendte.",
    "Et felt, der sendes tomt, sletter svaret. En kolonne, der er slettet helt, lader svarene stå.",
    "Beløb skrives i kroner og er altid positive. Formler tages ikke imod: indsæt dem som værdier.",
    "Skal der vælges flere ting i et felt, sættes der | imellem dem.",
    "Filen kan sendes igen. Kun rækker, der er ændret, gemmes, og kun i kladden: intet sendes til godkendelse.",
)


@dataclass
class SheetLine:
    """One row: its cells by the id of the column, the columns that cannot be filled in, and remarks by column."""

    cells: dict[str, cells.Cell]
    closed: frozenset[str] = frozenset()
    remarks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetContent:
    """What a workbook is to hold; writing it takes a while, in which no connection needs to be held."""

    layout: Layout
    lines: Sequence[SheetLine]
    asked_on: date

    async def written(self) -> bytes:
        """Return the file; it is written in a thread, so that others have their turns meanwhile."""
        return await asyncio.to_thread(write_workbook, self.layout, self.lines, self.asked_on)


def write_workbook(layout: Layout, lines: Sequence[SheetLine], asked_on: date) -> bytes:
    """Return the file; what is text stays text, whatever it looks like."""
    book = Workbook()
    sheet = book.active
    sheet.title = DATA_SHEET
    by_id = {column.id: column for column in layout.columns}
    _write_headings(sheet, layout, by_id, asked_on)
    for number, line in enumerate(lines, HEADINGS + 1):
        for index, column_id in enumerate(layout.ids, 1):
            column = by_id.get(column_id)
            _write(sheet.cell(number, index), column.field if column else None, line, column_id)
    last = max(HEADINGS + len(lines), HEADINGS + 1)
    _write_choices(book, sheet, layout, last, asked_on)
    _write_guide(book, layout)
    sheet.freeze_panes = sheet.cell(HEADINGS + 1, len(layout.fixed) + 1)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(layout.ids))}{last}"
    _protect(sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _write_headings(sheet: Worksheet, layout: Layout, by_id: dict[str, Column], asked_on: date) -> None:
    labels = layout.labels
    for index, column_id in enumerate(layout.ids, 1):
        for row, text in ((1, labels[column_id]), (2, column_id)):
            heading = sheet.cell(row, index)
            _put_text(heading, text)
            heading.font, heading.fill, heading.alignment = Font(bold=True), BLUE, ALIGNED
        if column := by_id.get(column_id):
            sheet.cell(1, index).comment = _remark(_definition(column.field, asked_on))
        letter = get_column_letter(index)
        narrow = column_id in {VERSION, DEPARTMENT_ID} or (column and column.field.type in INTEGER_TYPES | NUMBER_TYPES)
        sheet.column_dimensions[letter].width = NARROW if narrow else WIDE
    sheet.row_dimensions[2].hidden = True


def _definition(asked: Field, asked_on: date) -> str:
    text = asked.help
    if asked.type in MANY_TYPES and (labels := cells.labels_of(asked, asked_on)):
        text += f"\n\nFlere med | imellem: {cells.BETWEEN.join(labels.values())}"
    return f"{text}\n\nKilde: {asked.legal_source}"


def _write(cell: Cell, asked: Field | None, line: SheetLine, column_id: str) -> None:
    value: Any = line.cells.get(column_id)
    # An id that is wrong has to be typed again.
    closed = (asked is None or column_id in line.closed) and column_id not in line.remarks
    cell.number_format = FORMATS.get(asked.type, TEXT_FORMAT) if asked else TEXT_FORMAT
    if asked and asked.type in NUMBER_TYPES:
        cell.number_format = "General"
    cell.protection, cell.alignment = LOCKED if closed else OPEN, ALIGNED
    if closed:
        cell.fill = GREY
    if isinstance(value, dict):
        value = _special(cell, value)
    if isinstance(value, str):
        _put_text(cell, value)
    elif value is not None:
        cell.value = value
    if remark := line.remarks.get(column_id):
        cell.comment = _remark(remark)
        cell.fill = RED


def _special(cell: Cell, value: dict[str, Any]) -> Any:
    if "date" in value:
        cell.number_format = FORMATS[FieldType.DATE]
        return date.fromisoformat(value["date"])
    if "percent" in value:
        cell.number_format = "0.00%"
        return value["percent"]
    return None


def _put_text(cell: Cell, text: str) -> None:
    """Write a text that stays one, also after somebody has edited the cell."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
    # Otherwise a text with = before it is a formula.
    cell.data_type = "s"


def _remark(text: str) -> Comment:
    remark = Comment(ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL], "Tilbudsportalen")
    remark.width, remark.height = 380, 60 + 18 * (len(text) // 45)
    return remark


def _write_choices(book: Workbook, sheet: Worksheet, layout: Layout, last: int, asked_on: date) -> None:
    """Write the lists that cells offer; Excel takes no long list in the cell itself."""
    choices = book.create_sheet(CHOICES_SHEET)
    used = 0
    for index, column_id in enumerate(layout.ids, 1):
        column = next((each for each in layout.columns if each.id == column_id), None)
        offered = _offered(column.field, asked_on) if column else []
        if not offered:
            continue
        used += 1
        for row, text in enumerate(offered, 1):
            _put_text(choices.cell(row, used), text)
        source = get_column_letter(used)
        rule = DataValidation(
            type="list", formula1=f"{CHOICES_SHEET}!${source}$1:${source}${len(offered)}", allow_blank=True
        )
        rule.showErrorMessage, rule.errorTitle, rule.error = True, "Vælg fra listen", "Værdien står ikke på listen."
        letter = get_column_letter(index)
        rule.add(f"{letter}{HEADINGS + 1}:{letter}{last + 500}")
        sheet.add_data_validation(rule)
    choices.sheet_state = "hidden"


def _offered(asked: Field, asked_on: date) -> list[str]:
    if asked.type is FieldType.BOOLEAN:
        return [cells.YES, cells.NO]
    return [] if asked.type in MANY_TYPES else list(cells.labels_of(asked, asked_on).values())


def _write_guide(book: Workbook, layout: Layout) -> None:
    guide = book.create_sheet(GUIDE_SHEET)
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 44, 100
    lines = [
        (layout.step.title, layout.step.help),
        *(("", text) for text in ABOUT),
        ("", ""),
        ("Kolonne", "Forklaring"),
    ]
    lines += [(column.label, column.field.help) for column in layout.columns]
    for row, texts in enumerate(lines, 1):
        for index, text in enumerate(texts, 1):
            _put_text(guide.cell(row, index), text)
            guide.cell(row, index).alignment = ALIGNED
            guide.cell(row, index).font = Font(bold=index == 1)


def _protect(sheet: Worksheet) -> None:
    """Lock what is grey, without a password: it keeps from slips, and everything else stays possible."""
    protection = sheet.protection
    protection.sheet = True
    for name in ("formatColumns", "formatRows", "formatCells", "insertRows", "deleteRows", "deleteColumns", "sort"):
        setattr(protection, name, False)
    protection.autoFilter = False
