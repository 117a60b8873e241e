"""Reading an uploaded file: which kind it is, and its table or lines, within bounds of time and memory."""

import asyncio
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from chassis.clock import today
from chassis.json_documents import BYTE_ORDER_MARK, UnreadableJson, read_json
from contracts.cpr import holds_cpr
from contracts.form.shape import shape_errors
from reporting.bulk_reports.columns import layout_of
from reporting.bulk_reports.schemas import Entry, RowError
from reporting.bulk_reports.sheets import (
    MAX_ROWS,
    TILBUD_PATTERN,
    SheetRow,
    UnusableFile,
    entries_of,
)
from reporting.file_processes import read_apart
from web.errors import UnsupportedMediaType
from web.media_types import media_type

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
NDJSON = "application/x-ndjson"
LINES = frozenset({NDJSON, "application/jsonl", "application/ndjson"})
# Browsers and mail programs call the same file by many names; what it is shows in its first bytes.
TABLES = frozenset(
    {
        XLSX,
        CSV,
        "text/plain",
        "application/csv",
        "application/octet-stream",
        "application/zip",
        "application/vnd.ms-excel",
        "application/vnd.ms-excel.sheet.macroenabled.12",
    }
)
PACKAGE, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MEMBERS = frozenset({"tilbud_id", "step", "data", "if_match"})
LONGEST_ETAG = 200
MAX_CELL = 10_000
WORKBOOK_PROCESS = "reporting.bulk_reports.workbook_process"


async def read_file(content: bytes, content_type: str, step: str | None) -> list[Entry]:
    """Return what a file says of each tilbud; UnusableFile where it cannot be read, in Danish."""
    kind = media_type(content_type)
    if kind not in LINES | TABLES:
        detail = "Send et Excel-ark (.xlsx), en CSV-fil eller NDJSON."
        raise UnsupportedMediaType(detail, headers={"Accept": f"{XLSX}, {CSV}, {NDJSON}"})
    if not content.strip():
        raise UnusableFile("missing", "Filen er tom.")
    if kind in LINES:
        return await asyncio.to_thread(_lines, content, today())
    if content.startswith(OLE):
        raise _old_or_protected(content)
    if content.startswith(PDF):
        raise UnusableFile("file-format", "Filen er en PDF. Send et Excel-ark (.xlsx) eller en CSV-fil.")
    if content.startswith(PACKAGE):
        table: Sequence[SheetRow] = await _workbook(content)
    else:
        table = await asyncio.to_thread(_csv, content)
    return await asyncio.to_thread(entries_of, table, step, today())


def _old_or_protected(content: bytes) -> UnusableFile:
    if ENCRYPTED in content:
        detail = "Filen er beskyttet med adgangskode. Fjern adgangskoden, og send den igen."
        return UnusableFile("file-protected", detail)
    return UnusableFile("file-format", "Filen har Excels gamle format (.xls). Gem den som .xlsx, og send den igen.")


async def _workbook(content: bytes) -> list[SheetRow]:
    answer = await read_apart(WORKBOOK_PROCESS, content)
    if answer is None:
        detail = "Det tager for lang tid at læse regnearket. Slet tomme rækker og ark."
        raise UnusableFile("file-too-large", detail)
    if "rows" not in answer:
        raise UnusableFile(answer["code"], answer["detail"])
    return [SheetRow(number, cells) for number, cells in answer["rows"]]


def _csv(content: bytes) -> list[SheetRow]:
    text = _decoded(content)
    if "\0" in text:
        raise UnusableFile("file-format", "Filen er hverken et Excel-regneark (.xlsx) eller en CSV-fil.")
    first = text.lstrip("\ufeff\r\n").partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    if delimiter == ",":
        raise UnusableFile("file-format", "Brug semikolon mellem kolonnerne, som dansk Excel gør.")
    csv.field_size_limit(MAX_CELL)
    try:
        return _csv_rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnusableFile("file-damaged", "CSV-filen er afbrudt, eller et anførselstegn mangler.") from error


def _csv_rows(reader: Any) -> list[SheetRow]:
    rows: list[SheetRow] = []
    for number, cells in enumerate(reader, 1):
        row = SheetRow(number, cells)
        if not row.is_blank:
            rows.append(row)
        if len(rows) > MAX_ROWS + 50:
            raise UnusableFile("too-many", f"Filen har flere end {MAX_ROWS} rækker. Del den.")
    return rows


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return content.decode("latin-1")


def _lines(content: bytes, asked_on: date) -> list[Entry]:
    lines = content.removeprefix(BYTE_ORDER_MARK).split(b"\n")
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if len(numbered) > MAX_ROWS:
        raise UnusableFile("too-many", f"Filen har flere end {MAX_ROWS} linjer. Del den.")
    entries = [_line(number, line, asked_on) for number, line in numbered]
    seen: dict[tuple[str | None, str], Entry] = {}
    for entry in entries:
        twin = seen.setdefault((entry.tilbud_id, entry.step), entry)
        if twin is not entry and entry.tilbud_id is not None:
            for each in (twin, entry):
                each.whole = None
                each.errors.append(_line_error(each.rows[0], "", "not-unique", "Det samme trin står i to linjer."))
    return entries


def _line(number: int, line: bytes, asked_on: date) -> Entry:
    entry = Entry(rows=[number], tilbud_id=None, step="")
    entry.errors = list(_fill(entry, number, line, asked_on))
    if entry.errors:
        entry.whole = None
    return entry


def _fill(entry: Entry, number: int, line: bytes, asked_on: date) -> Iterator[RowError]:
    """Fill the entry with what a line says, and yield what is wrong with it."""
    try:
        said = read_json(line)
    except UnreadableJson as error:
        yield _line_error(number, "", error.code, error.detail)
        return
    if not isinstance(said, dict):
        yield _line_error(number, "", "not-an-object", "Linjen skal være et JSON-objekt.")
        return
    yield from _fill_about(entry, number, said)
    step, data = said.get("step"), said.get("data")
    layout = layout_of(step) if isinstance(step, str) else None
    if layout is None:
        yield _line_error(number, "/step", "unknown-value", "Trinnet findes ikke.")
        return
    entry.step = layout.step.id
    if not isinstance(data, dict):
        yield _line_error(number, "/data", "not-an-object", "Trinnets data skal være et JSON-objekt.")
        return
    entry.whole = data
    for finding in shape_errors(layout.step, data, asked_on):
        yield _line_error(number, finding.pointer, finding.code.value, finding.detail)


def _fill_about(entry: Entry, number: int, said: dict[str, Any]) -> Iterator[RowError]:
    if set(said) - MEMBERS:
        detail = "Linjen må kun have tilbud_id, step, data og if_match."
        yield _line_error(number, "", "unknown-field", detail)
    tilbud_id, if_match = said.get("tilbud_id"), said.get("if_match")
    if isinstance(tilbud_id, str) and TILBUD_PATTERN.fullmatch(tilbud_id) and not holds_cpr(tilbud_id):
        entry.tilbud_id = tilbud_id
    else:
        yield _line_error(number, "/tilbud_id", "missing", "Skriv tilbuddets id, fx CRV-6324.")
    if if_match is None or (isinstance(if_match, str) and len(if_match) <= LONGEST_ETAG):
        entry.if_match = if_match
    else:
        yield _line_error(number, "/if_match", "wrong-type", "Feltet skal være en ETag.")


def _line_error(number: int, column: str, code: str, detail: str) -> RowError:
    return RowError(row=number, column=column, code=code, detail=detail)
