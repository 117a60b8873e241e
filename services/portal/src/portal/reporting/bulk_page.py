"""What became of the rows of an upload, in the words of the pages. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.access import ScopedRight, steps_to_report
from contracts.form import Field, Step
from contracts.form.loading import steps_of
from portal.kinds import TILBUD

Json = Mapping[str, Any]
# Nobody reads more rows on a page; the rest comes when these are corrected.
MOST_SHOWN = 500
COLUMNS = {
    "tilbud_id": "Tilbuds-id",
    "department_id": "Afdelings-id",
    "version": "Udgave",
    "step": "Trin",
    "data": "Data",
    "if_match": "ETag",
}


@dataclass(frozen=True)
class ShownRow:
    """One row: what it is about, where it is corrected, and what is wrong in which cell."""

    row: int
    tilbud_id: str
    tilbud_name: str
    address: str
    errors: list[tuple[str, str]]


@dataclass(frozen=True)
class Outcomes:
    """The rows of an upload by what became of them; ``unfinished`` are saved and not complete yet."""

    refused: list[ShownRow]
    unfinished: list[ShownRow]
    saved: list[ShownRow]
    unchanged: list[ShownRow]


def steps_for(rights: frozenset[ScopedRight]) -> list[Step]:
    """Return the steps that somebody with these rights may report."""
    allowed = steps_to_report(rights)
    return [step for step in steps_of(TILBUD.id) if allowed is None or step.id in allowed]


def outcomes_of(upload: Json) -> Outcomes:
    """Return the rows of an upload that are settled, by what became of them."""
    steps = {step.id: step for step in steps_of(TILBUD.id)}
    by_outcome: dict[str, list[ShownRow]] = {"refused": [], "unfinished": [], "saved": [], "unchanged": []}
    for row in upload["rows"]:
        if row["outcome"]:
            key = "unfinished" if row["outcome"] == "saved" and row["errors"] else row["outcome"]
            by_outcome[key].append(_shown(row, steps.get(row["step"])))
    return Outcomes(**by_outcome)


def _shown(row: Json, step: Step | None) -> ShownRow:
    is_seen = row["tilbud_name"] is not None and step is not None
    address = f"{TILBUD.report_base}/{row['tilbud_id']}/trin/{row['step']}" if is_seen else ""
    errors = [(column_label(step, each["column"]), each["detail"]) for each in row["errors"]]
    return ShownRow(row["row"], row["tilbud_id"] or "", row["tilbud_name"] or "", address, errors)


def column_label(step: Step | None, column: str) -> str:
    """Return what people call the cell that an error is about; empty where it is about the whole row."""
    names = [name for name in column.split("/") if name and not name.isdigit()]
    labels: list[str] = []
    fields: tuple[Field, ...] = step.fields if step else ()
    for name in names:
        field = next((each for each in fields if each.id == name), None)
        if field:
            labels.append(field.label)
            fields = field.fields
        elif name in COLUMNS:
            labels.append(COLUMNS[name])
    return ": ".join(labels)
