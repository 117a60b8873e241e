"""From the table of a file to what it says of each tilbud. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.errors import DomainError, FieldError
from contracts.cpr import holds_cpr
from contracts.form.findings import Code
from contracts.form.shape import is_department_id, shape_errors
from contracts.text import is_blank
from reporting.bulk_reports.cells import Cell, CellError, read_cell
from reporting.bulk_reports.columns import DEPARTMENT_ID, LABELS, TILBUD_ID, VERSION, Column, Layout, layout_of
from reporting.bulk_reports.schemas import Data, Entry, Part, RowError

MAX_ROWS = 5_000
HEADER_WITHIN = 10
TILBUD_PATTERN = re.compile(r"[A-Z0-9-]{1,40}")
_VERSION = re.compile(r"([a-z-]{1,40})\.([0-9a-f]{8})\.([0-9a-f]{32})")
# Nobody types these; they are shown beside the ids for people.
_PASSED_OVER = frozenset(LABELS) - {TILBUD_ID, DEPARTMENT_ID, VERSION}


class UnusableFile(DomainError):
    """The file as a whole cannot be used; nothing of it is kept."""

    slug = "unusable-file"

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail, [FieldError("", code, detail)])


@dataclass(frozen=True)
class SheetRow:
    """A row of a file: its number there, from 1, and its cells."""

    number: int
    cells: Sequence[Cell]

    @property
    def is_blank(self) -> bool:
        """Return whether nothing stands in the row."""
        return all(is_blank_cell(each) for each in self.cells)


@dataclass
class Row:
    """A row below the headings: its cells by the id of the column, and what is wrong with it."""

    number: int
    cells: dict[str, Cell]
    errors: list[RowError] = field(default_factory=list)

    def text(self, column: str) -> str:
        """Return what stands in a column that holds an id."""
        cell = self.cells.get(column)
        return cell.strip() if isinstance(cell, str) and not is_blank(cell) else ""

    def refuse(self, column: str, code: str, detail: str) -> None:
        """Say that something is wrong with the row."""
        self.errors.append(RowError(row=self.number, column=column, code=code, detail=detail))


def is_blank_cell(cell: Cell) -> bool:
    """Return whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and is_blank(cell))


def version_of(layout: Layout, etag: str) -> str:
    """Return what the last column of a template says: its step, its columns, and the state that it shows."""
    return f"{layout.step.id}.{layout.version}.{etag.strip(chr(34))}"


def entries_of(table: Iterable[SheetRow], step: str | None, asked_on: date) -> list[Entry]:
    """Return what a table says of each tilbud, in the order of the file; UnusableFile where it is no such table.

    ``step`` is the one that the caller names; the rows of a template say themselves which one they are about.
    """
    rows = [each for each in table if not each.is_blank]
    at, headings = _headings(rows)
    body = rows[at + 1 :]
    if not body:
        raise UnusableFile("missing", "Filen har ingen rækker med tilbud under overskrifterne.")
    if len(body) > MAX_ROWS:
        raise UnusableFile("too-many", f"Filen har flere end {MAX_ROWS} rækker. Del den.")
    layout = _layout(headings, body, step)
    ids = _columns(headings, layout)
    found: dict[str, list[Row]] = {}
    for each in body:
        row = _row(each, ids)
        tilbud_id = _tilbud_id(row)
        found.setdefault(tilbud_id or f"row {row.number}", []).append(row)
    return [_entry(layout, group, asked_on) for group in found.values()]


def _headings(rows: Sequence[SheetRow]) -> tuple[int, Sequence[str]]:
    candidates = [[_heading(cell) for cell in row.cells] for row in rows[:HEADER_WITHIN]]
    for wanted in (TILBUD_ID, LABELS[TILBUD_ID].casefold()):
        for index, candidate in enumerate(candidates):
            if wanted in candidate:
                return index, candidate
    raise UnusableFile("missing-column", "Kolonnen “Tilbuds-id” mangler. Brug skabelonen, eller skriv overskriften.")


def _heading(cell: Cell) -> str:
    return " ".join(cell.split()).casefold() if isinstance(cell, str) else ""


def _layout(headings: Sequence[str], body: Sequence[SheetRow], named: str | None) -> Layout:
    """Return the columns of the step that the file is about; refuse what was made for another or an older one."""
    last = next((headings.index(each) for each in (VERSION, LABELS[VERSION].casefold()) if each in headings), None)
    versions = {found.groups()[:2] for row in body if (found := _VERSION.fullmatch(_text_at(row, last)))}
    steps = {step for step, _ in versions} | ({named} if named else set())
    if not steps:
        raise UnusableFile("missing", "Vælg det trin, som filen handler om, eller brug skabelonen.")
    if len(steps) > 1:
        raise UnusableFile("wrong-step", "Filen hører til et andet trin end det, der er valgt.")
    layout = layout_of(steps.pop())
    if layout is None:
        raise UnusableFile("wrong-step", "Trinnet findes ikke.")
    if any(version != layout.version for _, version in versions):
        detail = "Skabelonen er fra en ældre udgave. Hent den nye, og sæt tallene ind i den."
        raise UnusableFile("template-outdated", detail)
    return layout


def _text_at(row: SheetRow, index: int | None) -> str:
    cell = row.cells[index] if index is not None and index < len(row.cells) else None
    return cell.strip() if isinstance(cell, str) else ""


def _columns(headings: Sequence[str], layout: Layout) -> list[str | None]:
    """Return the id of each column of the file; None for one without a heading."""
    labels = layout.labels
    known = {label.casefold(): each for each, label in labels.items()}
    # A heading without its unit is understood, too.
    known = {label.partition(" (")[0]: each for label, each in known.items()} | known | {each: each for each in labels}
    ids = [known.get(each) if each else None for each in headings]
    unknown = [column_letter(index) for index, each in enumerate(ids) if each is None and headings[index]]
    if unknown:
        detail = f"Kolonne {', '.join(unknown[:20])} hører ikke til trinnet “{layout.step.title}”."
        raise UnusableFile("unknown-column", detail)
    named = [each for each in ids if each]
    if len(set(named)) != len(named):
        raise UnusableFile("duplicate-value", "Den samme overskrift står over to kolonner.")
    return ids


def column_letter(index: int) -> str:
    """Return how a spreadsheet names a column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _row(sheet_row: SheetRow, ids: Sequence[str | None]) -> Row:
    row = Row(sheet_row.number, {})
    for index, cell in enumerate(sheet_row.cells):
        column = ids[index] if index < len(ids) else None
        if column is None and not is_blank_cell(cell):
            row.refuse("", "unknown-column", f"Der står noget i kolonne {column_letter(index)} uden overskrift.")
        elif column is not None and column not in _PASSED_OVER:
            row.cells[column] = cell
    if len(sheet_row.cells) < len(ids) and sheet_row.cells:
        for column in ids[len(sheet_row.cells) :]:
            if column:
                row.cells.setdefault(column, None)
    return row


def _tilbud_id(row: Row) -> str | None:
    text = row.text(TILBUD_ID).upper()
    if TILBUD_PATTERN.fullmatch(text) and not holds_cpr(text):
        return text
    row.refuse(TILBUD_ID, "missing", "Skriv tilbuddets id, fx CRV-6324.")
    return None


def _entry(layout: Layout, rows: list[Row], asked_on: date) -> Entry:
    entry = Entry(rows=[each.number for each in rows], tilbud_id=_tilbud_of(rows), step=layout.step.id)
    entry.if_match = _if_match(rows)
    parts: dict[str | None, list[Row]] = {}
    for row in rows:
        parts.setdefault(_department(layout, row), []).append(row)
    for department, group in parts.items():
        part = _part(layout, department, group, asked_on)
        entry.parts.append(part)
        by_number = {row.number: row for row in group}
        for finding in shape_errors(layout.step, part.answers, asked_on):
            number, column = part.place(finding.pointer)
            by_number[number].refuse(column, finding.code.value, finding.detail)
    entry.errors = [error for row in rows for error in row.errors]
    entry.cells = [_kept(row) for row in rows]
    if entry.errors:
        entry.parts = []
    return entry


def _tilbud_of(rows: Sequence[Row]) -> str | None:
    wrong = any(error.column == TILBUD_ID for row in rows for error in row.errors)
    return None if wrong else rows[0].text(TILBUD_ID).upper()


def _if_match(rows: Sequence[Row]) -> str | None:
    """Return the ETag that the rows of one tilbud build on: all say the same, or nothing."""
    etags = set()
    for row in rows:
        text = row.text(VERSION)
        found = _VERSION.fullmatch(text)
        if found:
            etags.add(found[3])
        elif text or not is_blank_cell(row.cells.get(VERSION)):
            row.refuse(
                VERSION, "invalid-format", "Kolonnen er rettet. Hent skabelonen igen, eller lad feltet stå tomt."
            )
    if len(etags) > 1:
        rows[-1].refuse(VERSION, "mismatch", "Rækkerne om tilbuddet stammer fra to skabeloner.")
    return f'"{min(etags)}"' if etags else None


def _department(layout: Layout, row: Row) -> str | None:
    if not layout.step.per_department:
        return None
    text = row.text(DEPARTMENT_ID).lower()
    if text and not is_department_id(text):
        row.refuse(DEPARTMENT_ID, "unknown-department", "Skriv afdelingens id, som det står i skabelonen.")
    return text or None


def _part(layout: Layout, department: str | None, rows: list[Row], asked_on: date) -> Part:
    """Return the answers of the rows about one department: those of lists from each row, the others from one."""
    part = Part(department=department, rows=[each.number for each in rows])
    if not layout.lists and len(rows) > 1:
        for row in rows:
            row.refuse(TILBUD_ID, "not-unique", "Det samme står i to rækker. Behold den ene.")
    for column in (each for each in layout.columns if each.id in rows[0].cells):
        if column.list_id is None:
            _put(part.answers, column.path, _single(layout, column, rows, asked_on))
        else:
            part.answers.setdefault(column.list_id, [])
    for list_id in sorted(layout.lists & part.answers.keys()):
        part.items[list_id] = []
        for row in rows:
            if item := _item(layout, list_id, row, asked_on):
                part.answers[list_id].append(item)
                part.items[list_id].append(row.number)
    return part


def _single(layout: Layout, column: Column, rows: Sequence[Row], asked_on: date) -> Any:
    value = _read(column, rows[0], asked_on)
    for row in rows[1:] if layout.lists else ():
        other = _read(column, row, asked_on)
        if other is not None and other != value:
            row.refuse(column.id, "not-unique", "Svaret står i den første af tilbuddets rækker og er et andet der.")
    return value


def _item(layout: Layout, list_id: str, row: Row, asked_on: date) -> Data:
    item: Data = {}
    for column in layout.columns:
        if column.list_id == list_id and (value := _read(column, row, asked_on)) is not None:
            _put(item, column.path[1:], value)
    return item


def _read(column: Column, row: Row, asked_on: date) -> Any:
    try:
        return read_cell(column.field, row.cells.get(column.id), asked_on)
    except CellError as error:
        row.refuse(column.id, error.code, error.detail)
        return None


def _put(into: Data, path: Sequence[str], value: Any) -> None:
    *parents, last = path
    for parent in parents:
        into = into.setdefault(parent, {})
    into[last] = value


def _kept(row: Row) -> Data:
    """Return the cells of a row as they can be kept: none that holds what may be a CPR number."""
    secret = {error.column for error in row.errors if error.code == Code.CPR_NUMBER}
    failed = {error.column for error in row.errors}
    return {
        column: cell
        for column, cell in row.cells.items()
        if column not in secret and not is_blank_cell(cell) and not (column in failed and _may_be_secret(cell))
    }


def _may_be_secret(cell: Cell) -> bool:
    return isinstance(cell, str) and holds_cpr(cell)
