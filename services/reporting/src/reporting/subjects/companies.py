"""The port to CVR: name and form of a company by its number (R40).

The table beside this file holds kommuner and regions by their real numbers (from virk.dk, 2026-11-21) and the
fictional companies of the demonstration, whose numbers begin with 99. An adapter to the
real register takes the place of ``company``.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

UNKNOWN = "ukendt i registeret"


@dataclass(frozen=True)
class Company:
    """A company in the register. ``kind`` is private, municipal or regional."""

    cvr: str
    name: str
    form: str
    kind: str
    municipality: str | None = None
    region: str | None = None


def company(cvr: str) -> Company:
    """Return the company with that number; its name is ``ukendt i registeret`` when there is none."""
    return _table().get(cvr) or Company(cvr, UNKNOWN, UNKNOWN, "private")


@cache
def _table() -> dict[str, Company]:
    text = files("reporting.subjects").joinpath("companies.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["cvr"]: Company(**{name: value or None for name, value in row.items()}) for row in rows}  # type: ignore[arg-type]
