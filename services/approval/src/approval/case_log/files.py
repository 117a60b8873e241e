"""The log of a case as CSV for Danish Excel, in which no cell is a formula, and as NDJSON. Pure."""

import csv
import io
from collections.abc import Iterable

from approval.case_log.schemas import LoggedAct
from contracts.spreadsheet_cells import inert

COLUMNS = tuple(LoggedAct.model_fields)
# With it Excel reads UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def as_csv(rows: Iterable[LoggedAct]) -> bytes:
    """Return ``rows`` below their column names, with semicolons between columns."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        values = row.model_dump(mode="json").values()
        writer.writerow(inert("" if value is None else str(value)) for value in values)
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def as_ndjson(rows: Iterable[LoggedAct]) -> bytes:
    """Return ``rows`` as JSON, one on each line."""
    return "".join(f"{row.model_dump_json()}\n" for row in rows).encode()
