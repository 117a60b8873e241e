"""Tables as files that a Danish spreadsheet opens: text that looks like a formula stays text. Pure."""

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from contracts.spreadsheet_cells import inert

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
LONGEST_CELL = 32_000
WIDTH = 40
MARKED = "FFF7DD"

Table = Sequence[Sequence[str]]


def as_csv(table: Table) -> bytes:
    """Return a file for Danish Excel: semicolons, UTF-8 with its mark, an apostrophe before a formula."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(
        [[inert(cell) for cell in row] for row in table]
    )
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table, title: str, marked: Sequence[bool] = ()) -> bytes:
    """Return a workbook of one sheet, all of it text; the first row stays in view, ``marked`` rows have a colour."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for number, row in enumerate(table, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
            # Otherwise a text with = before it is a formula.
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
            if number > 1 and marked[number - 2 : number - 1] == [True]:
                cell.fill = PatternFill("solid", fgColor=MARKED)
    for column in range(1, len(table[0]) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
