"""The registers of development: tables beside this file.

``companies.csv`` holds kommuner and regions by their real numbers (from virk.dk, 2026-11-21) and the fictional
companies of the demonstration, whose numbers begin with 99. The tables know everything that is fictional, and say so
of a number that they lack. Of the rest of the world they know a few: for other real numbers they are silent.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeVar

from reporting.registers.port import Company, EanOwner, ProductionUnit, RegisterSilentError

FICTIONAL_CVR, FICTIONAL_EAN = "99", "57989999"

AnswerT = TypeVar("AnswerT")


class TableRegisters:
    """Answers from the tables."""

    async def company(self, cvr: str) -> Company | None:
        """Return the company with that number; None for a fictional number that nobody has."""
        return _known(companies(), cvr, FICTIONAL_CVR)

    async def production_units(self, cvr: str) -> Sequence[ProductionUnit] | None:
        """Return the production units of a company."""
        return _known(_units(), cvr, FICTIONAL_CVR)

    async def ean_owner(self, ean: str) -> EanOwner | None:
        """Return who has that EAN number."""
        return _known(_ean_owners(), ean, FICTIONAL_EAN)


def _known(table: Mapping[str, AnswerT], number: str, fictional: str) -> AnswerT | None:
    if number not in table and not number.startswith(fictional):
        raise RegisterSilentError
    return table.get(number)


@cache
def companies() -> dict[str, Company]:
    """Return every company of the table by its number."""
    return {row["cvr"]: _filled(Company, row) for row in _rows("companies.csv")}


@cache
def _ean_owners() -> dict[str, EanOwner]:
    return {row["ean"]: _filled(EanOwner, row) for row in _rows("ean_owners.csv")}


@cache
def _units() -> dict[str, list[ProductionUnit]]:
    found: dict[str, list[ProductionUnit]] = {}
    for row in _rows("production_units.csv"):
        found.setdefault(row.pop("cvr"), []).append(_filled(ProductionUnit, row))
    return found


def _filled(make: Callable[..., AnswerT], row: Mapping[str, str]) -> AnswerT:
    return make(**{name: value or None for name, value in row.items()})


def _rows(name: str) -> list[dict[str, str]]:
    text = files("reporting.registers").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
