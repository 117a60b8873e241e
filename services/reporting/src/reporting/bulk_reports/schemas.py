"""What a file says, what became of each row, and what the API gives of it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

Data = dict[str, Any]
State = Literal["waiting", "running", "done"]


class RowError(BaseModel):
    """One thing that is wrong in a row.

    ``column`` is the id of the column, or a JSON pointer into ``data`` where the file is NDJSON; empty for the row.
    """

    row: int
    column: str
    code: str
    detail: str


class Part(BaseModel):
    """The answers of one department, or of a tilbud or step without any (``department`` is null).

    An answer that is null was left blank; one that has no column is not there. ``items`` are the rows of each list.
    """

    department: str | None = None
    rows: list[int]
    answers: Data = {}
    items: dict[str, list[int]] = {}

    def place(self, pointer: str) -> tuple[int, str]:
        """Return the row and the id of the column that a JSON pointer into the answers leads to."""
        names = pointer.removeprefix("/").split("/")
        row = self.rows[0]
        if len(names) > 1 and names[0] in self.items and names[1].isdigit():
            items, index = self.items[names[0]], int(names[1])
            row = items[index] if index < len(items) else row
        return row, "/".join(name for name in names if not name.isdigit())


class Entry(BaseModel):
    """What a file says of one step of one tilbud.

    Tables give ``parts``, NDJSON the ``whole`` step. ``if_match`` is the ETag that it builds on. With ``errors``
    nothing is to be saved; then ``cells`` has the rows as they were typed, without what may be a CPR number.
    """

    rows: list[int]
    tilbud_id: str | None
    step: str
    parts: list[Part] = []
    whole: Data | None = None
    if_match: str | None = None
    errors: list[RowError] = []
    cells: list[Data] = []


class RowView(BaseModel):
    """What became of a row of the file, counted as the file counts them; ``outcome`` is null while it waits.

    What was saved can have ``errors``, too: they say what is missing before the step is complete.
    """

    row: int
    tilbud_id: str | None
    tilbud_name: str | None
    step: str
    outcome: Literal["saved", "unchanged", "refused"] | None
    errors: list["RowErrorView"]


class RowErrorView(BaseModel):
    """One thing that is wrong in a row: the column, a stable code, and a sentence in Danish that shows no input."""

    column: str
    code: str
    detail: str


class BulkReportItem(BaseModel):
    """One of the caller's uploads: ``done`` of ``total`` rows are settled."""

    id: str
    state: State
    created_at: datetime
    finished_at: datetime | None
    done: int
    total: int
    refused: int
    steps: list[str]


class BulkReportView(BulkReportItem):
    """One upload with what became of each row; refused rows of a table can be had as a workbook of their own."""

    has_corrections: bool
    rows: list[RowView]


class BulkReportAccepted(BaseModel):
    """The receipt for a file whose rows are saved one after the other from now on."""

    id: str
