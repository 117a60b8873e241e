"""Reads a workbook in a process of its own: ``python -m reporting.bulk_reports.workbook_process``.

A workbook is a packed program for a large parser, and comes from anywhere. What it can cost is bounded here by the
operating system, and the process that serves others only waits. It takes the file on its standard input and writes one
JSON document: ``{"rows": [[number, [cell, …]], …]}`` or ``{"code", "detail"}``.
"""

import io
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any, BinaryIO

from reporting.bounded_process import MIB, Refused, answer, limit

MAX_MEMBERS = 200
MAX_UNPACKED = 32 * MIB
MAX_SHEETS = 20
MAX_COLUMNS = 200
MAX_FILLED_ROWS = 5_050
CHUNK = 64 * 1024
DATA_SHEET = "Indberetning"
MACROS = "vbaproject.bin"
# How the library calls cells that hold no value of their own.
SPECIAL = {"f": "formula", "e": "error"}


def read(content: bytes) -> dict[str, Any]:
    """Return the rows of the workbook that are not blank; Refused where it cannot be used."""
    _refuse_unsafe(content)
    # A library for arrays would reserve more memory than there is here, and is not needed for cells.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    from openpyxl import load_workbook  # noqa: PLC0415  What was refused before costs no import.

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        if len(book.sheetnames) > MAX_SHEETS:
            raise Refused("file-too-large", "Filen har for mange ark. Behold kun arket fra skabelonen.")
        sheet = book[DATA_SHEET] if DATA_SHEET in book.sheetnames else book.worksheets[0]
        sheet.reset_dimensions()
        return {"rows": list(_rows(sheet))}
    except (Refused, MemoryError, RecursionError):
        raise
    except Exception as error:
        # The library raises whatever a wrong part of a file leads to.
        raise Refused(
            "file-damaged", "Regnearket kan ikke læses. Gem det igen som .xlsx, og send det på ny."
        ) from error


def _refuse_unsafe(content: bytes) -> None:
    """Look at the package before anything in it is parsed: its parts, what they claim to be, and what they are."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        members = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refused("file-damaged", "Filen er afbrudt eller ødelagt. Send den igen.") from error
    if len(members) > MAX_MEMBERS or sum(each.file_size for each in members) > MAX_UNPACKED:
        raise _too_large()
    if any(each.flag_bits & 1 for each in members):
        raise Refused("file-protected", "Filen er beskyttet med adgangskode. Fjern adgangskoden, og send den igen.")
    if any(each.filename.lower().endswith(MACROS) for each in members):
        raise Refused("file-macros", "Filen indeholder makroer. Gem den som Excel-projektmappe (.xlsx) uden makroer.")
    _unpack(package, members)
    _refuse_other_types(package)


def _unpack(package: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> None:
    """Unpack everything once, to nowhere: what a part says of its size need not be true."""
    left = MAX_UNPACKED
    for member in members:
        try:
            with package.open(member) as part:
                left = _counted(part, left)
        except Refused:
            raise
        except Exception as error:
            # Each way to pack has errors of its own.
            raise Refused("file-damaged", "Filen er afbrudt eller ødelagt. Send den igen.") from error


def _counted(part: Any, left: int) -> int:
    while chunk := part.read(CHUNK):
        left -= len(chunk)
        if left < 0:
            raise _too_large()
    return left


def _too_large() -> Refused:
    detail = (
        "Regnearket er for stort, når det pakkes ud. Slet de tomme rækker og kolonner efter det sidste tilbud, og gem "
        "det igen."
    )
    return Refused("file-too-large", detail)


def _refuse_other_types(package: zipfile.ZipFile) -> None:
    """Refuse what is a package and no plain workbook: a document, one of another office, one with macros."""
    names = set(package.namelist())
    if "[Content_Types].xml" not in names:
        raise Refused("file-format", "Filen er ikke et Excel-regneark. Gem den som .xlsx.")
    types = package.read("[Content_Types].xml")
    if b"macroEnabled" in types:
        raise Refused("file-macros", "Filen indeholder makroer. Gem den som Excel-projektmappe (.xlsx) uden makroer.")
    if b"spreadsheetml" not in types:
        raise Refused("file-format", "Filen er ikke et Excel-regneark. Gem den som .xlsx.")


def _rows(sheet: Any) -> Iterator[list[Any]]:
    filled = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        width = len(row)
        while width and row[width - 1].value in (None, ""):
            width -= 1
        if not width:
            continue
        if width > MAX_COLUMNS:
            raise Refused("file-too-large", "Filen har for mange kolonner. Behold kun dem fra skabelonen.")
        cells = [_cell(each) for each in row[:width]]
        filled += 1
        if filled > MAX_FILLED_ROWS:
            raise Refused("too-many", "Filen har for mange rækker. Del den i flere.")
        yield [number, cells]


def _cell(cell: Any) -> Any:
    value = cell.value
    if cell.data_type in SPECIAL:
        return {SPECIAL[cell.data_type]: True}
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return {"percent": value} if "%" in (cell.number_format or "") else value
    if isinstance(value, datetime) and value.time() == time():
        return {"date": value.date().isoformat()}
    # A time of day, a span of time: no answer is one.
    return {"error": True}


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Read one file and write what it says."""
    limit()
    answer(source, target, read, too_large=_too_large())


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
