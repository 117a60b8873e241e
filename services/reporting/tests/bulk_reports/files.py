"""Files as people and programs make them, good and bad."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

Table = Sequence[Sequence[Any]]


def xlsx(table: Table, title: str = "Indberetning") -> bytes:
    """Return a workbook of one sheet."""
    book = Workbook()
    book.active.title = title
    for row in table:
        book.active.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook as a file."""
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return a package with parts put in place of those of the same name, or beside them."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return written.getvalue()


def part(content: bytes, name: str) -> bytes:
    """Return one part of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name)
