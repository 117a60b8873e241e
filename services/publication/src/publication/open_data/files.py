"""The CSV file, made of records that are JSON."""

import json
from collections.abc import Sequence

from publication.open_data.columns import COLUMNS
from publication.open_data.csv_format import BYTE_ORDER_MARK, lines
from publication.open_data.rows import units_of

CSV_BEGIN = BYTE_ORDER_MARK.encode() + lines([[column.name for column in COLUMNS]])


def csv_lines(records: Sequence[str]) -> bytes:
    """Return the rows of ``records``, which are JSON, one for each department."""
    units = (unit for record in records for unit in units_of(json.loads(record)))
    return lines([column.value(unit) for column in COLUMNS] for unit in units)
