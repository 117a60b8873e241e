"""How a row is written so that Danish Excel opens it by a double click, and so that no cell is a formula. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from contracts.spreadsheet_cells import inert

# Excel in Danish takes a comma for the decimal sign, so columns have a semicolon between them.
DELIMITER, DECIMAL, BETWEEN_VALUES = ";", ",", ", "
# With it Excel reads UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def cell(value: Any) -> str:
    """Return a value as it stands in a cell: empty for what is not answered, and never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", DECIMAL)
    if isinstance(value, (list, tuple)):
        return _text(BETWEEN_VALUES.join(str(each) for each in value))
    return _text(str(value))


def _text(text: str) -> str:
    return inert(" ".join(text.split()))


def lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return ``rows`` as CSV in UTF-8, each with its line end."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    return written.getvalue().encode()
