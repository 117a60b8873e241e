"""The files of a set, read row by row: what is wrong is named by file, line and column.

They are those of ``contracts/reference``: CSV in UTF-8, commas between the columns, their names in the first line.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from contracts.reference import Authority, Municipality, Region
from contracts.reference.models import Row

MAX_BYTES = 2_000_000
COORDINATES = frozenset({"latitude", "longitude"})
DATES = frozenset({"valid_from", "valid_to"})
FORMULA = re.compile("[\\s\"']*[=+\\-@|%＝＋－＠]")
DAY = re.compile("(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
SOCIALTILSYN_ID = "socialtilsyn-[a-z]+(-[a-z]+)*"
LEFT_OUT = {"socialtilsyn.csv": frozenset({"region", "note"})}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a set, and where: line 0 is the whole file, and no column the whole line."""

    file: str
    line: int
    column: str
    text: str

    def __str__(self) -> str:
        places = [self.file, f"line {self.line}" if self.line else "", f"column {self.column}" if self.column else ""]
        return f"{', '.join(filter(None, places))}: {self.text}"


@dataclass(frozen=True)
class FileKind:
    """A file of a set: what its rows are, and the pattern of the codes in its columns."""

    model: type[Row]
    key: str
    patterns: Mapping[str, str]


FILES: Mapping[str, FileKind] = {
    "municipalities.csv": FileKind(
        Municipality,
        "code",
        {
            "code": "[0-9]{4}",
            "confidence_region": "(high|medium|low).*",
            "confidence_socialtilsyn": "(high|medium|low).*",
        },
    ),
    "regions.csv": FileKind(Region, "id", {"id": "[0-9]{4}|[a-z]+", "code": "[0-9]{4}", "enabled": "yes|no"}),
    "socialtilsyn.csv": FileKind(
        Authority, "id", {"id": SOCIALTILSYN_ID, "kind": "socialtilsyn", "municipality": "[0-9]{4}"}
    ),
}


@dataclass(frozen=True)
class Placed:
    """A row with the line where it begins."""

    line: int
    row: Any


@dataclass
class Reading:
    """The rows of each file that could be read, and what is wrong with the others."""

    rows: dict[str, list[Placed]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def columns_of(name: str) -> list[str]:
    """Return the columns of a file, what tells its rows apart first."""
    fields = FILES[name].model.model_fields.keys() - LEFT_OUT.get(name, frozenset())
    return [each for each in _ordered(FILES[name].model) if each in fields]


def _ordered(model: type[Row]) -> list[str]:
    return [*(each for each in model.model_fields if each not in Row.model_fields), *Row.model_fields]


def read_folder(folder: Path) -> Reading:
    """Read the three files of a set."""
    reading = Reading()
    for name, kind in FILES.items():
        try:
            data = (folder / name).read_bytes()
        except OSError as error:
            reading.faults.append(Fault(name, 0, "", f"cannot be read: {error.strerror}"))
            continue
        rows, faults = read_file(name, kind, data)
        reading.rows[name] = rows
        reading.faults += faults
    return reading


def read_file(name: str, kind: FileKind, data: bytes) -> tuple[list[Placed], list[Fault]]:
    """Return the rows of one file, and every fault in it."""
    text = _decoded(name, data)
    if isinstance(text, Fault):
        return [], [text]
    return _Table(name, kind).read(text)


def _decoded(name: str, data: bytes) -> str | Fault:
    if not data.strip():
        return Fault(name, 0, "", "is empty")
    if len(data) > MAX_BYTES:
        return Fault(name, 0, "", f"is larger than {MAX_BYTES} bytes")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return Fault(name, 1, "", "is UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Fault(name, line, "", "is not UTF-8 (Latin-1 or Windows-1252, perhaps); save it as UTF-8")


class _Table:
    def __init__(self, name: str, kind: FileKind) -> None:
        self._name, self._kind = name, kind
        self._rows: list[Placed] = []
        self._faults: list[Fault] = []

    def read(self, text: str) -> tuple[list[Placed], list[Fault]]:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            columns = next(reader, [])
            if self._accepts(columns):
                line = reader.line_num + 1
                for cells in reader:
                    self._add(line, columns, cells)
                    line = reader.line_num + 1
        except csv.Error as error:
            self._fault(reader.line_num, "", f"is no CSV: {error}")
        if not self._rows and not self._faults:
            self._fault(0, "", "has no rows")
        return self._rows, self._faults

    def _accepts(self, columns: list[str]) -> bool:
        if len(columns) == 1 and ";" in columns[0]:
            self._fault(1, "", "semicolons stand between the columns; use commas")
            return False
        fields = self._kind.model.model_fields
        known = fields.keys() - LEFT_OUT.get(self._name, frozenset())
        required = {name for name, each in fields.items() if each.is_required()}
        for name in columns:
            if name not in known:
                self._fault(1, name, "is an unknown column")
        for name in sorted({each for each in columns if columns.count(each) > 1}):
            self._fault(1, name, "stands there twice")
        for name in sorted(required - set(columns)):
            self._fault(1, name, "is missing")
        return not self._faults

    def _add(self, line: int, columns: list[str], cells: list[str]) -> None:
        if len(cells) != len(columns):
            self._fault(line, "", f"has {len(cells)} values for {len(columns)} columns")
            return
        values = dict(zip(columns, cells, strict=True))
        before = len(self._faults)
        for column, value in values.items():
            if wrong := self._wrong_text(column, value):
                self._fault(line, column, wrong)
        if len(self._faults) > before:
            return
        try:
            row = self._kind.model.model_validate({column: value for column, value in values.items() if value})
        except ValidationError as error:
            for each in error.errors():
                self._fault(line, str(each["loc"][0]), each["msg"])
            return
        if row.valid_to is not None and row.valid_to < row.valid_from:
            self._fault(line, "valid_to", "is before valid_from")
            return
        self._rows.append(Placed(line, row))

    def _wrong_text(self, column: str, value: str) -> str | None:
        """Return what is wrong with the text of a cell, None for a good one and for an empty one."""
        pattern = self._kind.patterns.get(column)
        faults = {
            "has blanks around its value": value != value.strip(),
            "has a sign that cannot be seen": not value.isprintable(),
            "begins like a formula": column not in COORDINATES and FORMULA.match(value),
            "is no day (YYYY-MM-DD, from 1900)": column in DATES and not DAY.fullmatch(value),
            f"is no {column} ({pattern})": pattern and not re.fullmatch(pattern, value),
        }
        return next((text for text, holds in faults.items() if holds), None) if value else None

    def _fault(self, line: int, column: str, text: str) -> None:
        self._faults.append(Fault(self._name, line, column, text))
