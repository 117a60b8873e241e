"""The rows of the CSV file: one for each department of a public record, or for a tilbud that has none. Pure.

Records come as they are stored: a register of any size is written without a model of each of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]


class Unit:
    """One department with all that holds for it, or the whole tilbud where there are none."""

    def __init__(self, record: Record, department: Record | None) -> None:
        self.record = record
        self.department = department

    def step(self, name: str) -> Record:
        """Return the department's own step, or that of the tilbud."""
        own = self.department["steps"].get(name) if self.department else None
        return own if own is not None else self.record["steps"].get(name) or {}

    def rows(self, step: str, field: str) -> list[Record]:
        """Return the rows of a list in a step."""
        return list(self.step(step).get(field) or [])

    @property
    def described(self) -> Record:
        """Return what the step of departments says about this department."""
        identifier = self.department["id"] if self.department else None
        rows = self.record["steps"].get("departments", {}).get("departments") or []
        return next((row for row in rows if row.get("id") == identifier), {})

    @property
    def address(self) -> Record:
        """Return the address of the department, or of the tilbud; of one that is hidden, the kommune alone is there."""
        return self.described.get("address") or self.step("contact").get("address") or {}

    @property
    def legal_bases(self) -> Sequence[str]:
        """Return the legal bases of the department, or of the tilbud."""
        own: list[str] = (self.department or {}).get("legal_bases") or self.record["legal_bases"]
        return own

    @property
    def rates(self) -> list[Record]:
        """Return the interventions with a rate, the lowest of the most common unit first."""
        rated = [row for row in self.rows("interventions", "interventions") if row.get("rate_oere")]
        return sorted(rated, key=lambda row: (row.get("rate_unit") != "day-and-night", row["rate_oere"]))

    def confirmed(self, step: str, figure: str = "") -> str | None:
        """Return when a step, or a figure of it, was last confirmed."""
        times = self.record.get("confirmed") or {}
        own = f"/departments/{self.department['id']}/steps/{step}{figure}" if self.department else None
        return times.get(own) or times.get(f"/steps/{step}{figure}")

    def collected(self, step: str, field: str, inner: str) -> list[str]:
        """Return the values that the rows of a list have chosen, each once."""
        return list(dict.fromkeys(each for row in self.rows(step, field) for each in row.get(inner) or []))

    def every(self, *places: tuple[Record, str]) -> list[str] | None:
        """Return what was chosen at ``places``; None where nothing was: to the form an empty choice is no answer."""
        answers = [place.get(name) for place, name in places]
        chosen = [[answer] if isinstance(answer, str) else answer or [] for answer in answers]
        return list(dict.fromkeys(value for values in chosen for value in values)) or None


def units_of(record: Record) -> Iterator[Unit]:
    """Yield the departments of a record, or the tilbud alone."""
    for each in record.get("departments") or [None]:
        yield Unit(record, each)
