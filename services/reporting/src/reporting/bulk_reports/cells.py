"""One answer as it stands in a cell, and back. Pure.

Files come from people and from programs of many makes, so a number that two would read differently is asked about.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from contracts.dates import parse_day
from contracts.form import Field, FieldType, options
from contracts.form.definition import CHOICE_TYPES, INTEGER_TYPES, MANY_TYPES, NUMBER_TYPES
from contracts.numbers import read_number, without_currency
from contracts.text import RefusedText, is_blank

Cell = str | int | float | bool | None | Mapping[str, Any]
"""What a file has in a cell; a mapping is a `date`, a `percent` as a share of one, a `formula` or an `error`."""

YES, NO = "Ja", "Nej"
BETWEEN = " | "
DECIMALS = {FieldType.MONEY: 2, FieldType.INTEGER: 0, FieldType.YEAR: 0}
OERE = 100
# A spreadsheet shows fifteen digits; what is behind them comes from how it counts, and nobody typed it.
SHOWN_DECIMALS = 6
_DANISH_DAY = re.compile(r"(\d{1,2})([.\-/])\s?(\d{1,2})\2\s?(\d{4})")
_SEPARATORS = re.compile(r"[|;\n]")
_LAST_MONTH = 12


@dataclass(frozen=True)
class CellError(Exception):
    """A cell that stands for no answer; ``detail`` says in Danish what to write and shows nothing."""

    code: str
    detail: str


def read_cell(field: Field, cell: Cell, asked_on: date) -> Any:
    """Return the answer that a cell stands for, None where it is blank; CellError where it stands for none."""
    if cell is None or (isinstance(cell, str) and is_blank(cell)):
        return None
    if isinstance(cell, Mapping) and "formula" in cell:
        raise CellError("formula", "Cellen indeholder en formel. Indsæt resultatet som værdi.")
    if isinstance(cell, Mapping) and "error" in cell:
        raise CellError("formula", "Cellen viser en fejl fra regnearket. Skriv værdien.")
    return _answer(field, cell, asked_on)


def write_cell(field: Field, value: Any, asked_on: date) -> Cell:
    """Return what stands in a cell for an answer, so that it is read as the same answer again."""
    if value is None or value == []:
        return None
    if field.type is FieldType.BOOLEAN:
        return YES if value else NO
    if field.type is FieldType.MONEY:
        return float(Decimal(value) / OERE) if value % OERE else value // OERE
    if field.type in MANY_TYPES | CHOICE_TYPES:
        chosen = value if field.type in MANY_TYPES else [value]
        return BETWEEN.join(_label(field, each, asked_on) for each in chosen)
    if field.type is FieldType.DATE and (day := parse_day(value)):
        return {"date": day.isoformat()}
    return value  # type: ignore[no-any-return]


@lru_cache(maxsize=512)
def labels_of(field: Field, asked_on: date) -> Mapping[str, str]:
    """Return what people choose among in a field, by id; two of one name have their ids with them."""
    listed = options(field, asked_on)
    names = [each.label.casefold() for each in listed]
    return {
        each.id: each.label if names.count(each.label.casefold()) == 1 else f"{each.label} ({each.id})"
        for each in listed
    }


def _answer(field: Field, cell: Cell, asked_on: date) -> Any:
    if field.type is FieldType.BOOLEAN:
        return _boolean(cell)
    if field.type in INTEGER_TYPES | NUMBER_TYPES:
        return _number(field, cell)
    if field.type is FieldType.DATE:
        return _date(cell)
    if field.type in MANY_TYPES:
        texts = (each.strip() for each in _SEPARATORS.split(_text(cell)))
        return [_choice(field, each, asked_on) for each in texts if each]
    return _choice(field, _text(cell), asked_on) if field.type in CHOICE_TYPES else _text(cell)


def _label(field: Field, value: str, asked_on: date) -> str:
    return labels_of(field, asked_on).get(value, value)


def _choice(field: Field, text: str, asked_on: date) -> str:
    if field.refers_to:
        return text
    known = labels_of(field, asked_on)
    by_label = {label.casefold(): value for value, label in known.items()}
    # A spreadsheet takes the zero off 0851.
    for candidate in (text, text.zfill(4)):
        if candidate in known:
            return candidate
    if found := by_label.get(" ".join(text.split()).casefold()):
        return found
    raise CellError("unknown-value", "Værdien står ikke på listen. Vælg en af dem, som skabelonen tilbyder.")


def _boolean(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    word = cell.strip().casefold() if isinstance(cell, str) else ""
    if word in {"ja", "true", "sand"}:
        return True
    if word in {"nej", "false", "falsk"}:
        return False
    raise CellError("wrong-type", "Skriv Ja eller Nej.")


def _number(field: Field, cell: Cell) -> int | float:
    number = _decimal(field, cell)
    most = DECIMALS.get(field.type)
    if most is not None and number != round(number, most):
        detail = "Skriv et helt tal." if most == 0 else "Skriv beløbet i kroner med højst to decimaler."
        raise CellError("wrong-type", detail)
    if field.type is FieldType.MONEY:
        return int(number * OERE)
    return int(number) if number == number.to_integral_value() else float(number)


def _decimal(field: Field, cell: Cell) -> Decimal:
    if isinstance(cell, Mapping) and "percent" in cell:
        factor = OERE if field.type is FieldType.PERCENT else 1
        return _rounded(cell["percent"] * factor)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _rounded(cell)
    if not isinstance(cell, str):
        raise CellError("wrong-type", "Skriv et tal. Regnearket har lavet det om til noget andet.")
    if cell.lstrip().startswith("="):
        raise CellError("formula", "Cellen indeholder en formel. Skriv resultatet.")
    text = without_currency(cell) if field.type is FieldType.MONEY else cell.strip()
    text = text.removesuffix("%") if field.type is FieldType.PERCENT else text
    try:
        return read_number(text)
    except RefusedText as refused:
        raise CellError(refused.code, refused.detail) from refused


def _rounded(number: float) -> Decimal:
    try:
        return round(Decimal(repr(number)), SHOWN_DECIMALS).normalize()
    except ArithmeticError as error:
        raise CellError("too-large", "Tallet er for stort.") from error


def _date(cell: Cell) -> str:
    if isinstance(cell, Mapping) and "date" in cell:
        day = parse_day(str(cell["date"])[:10])
    elif isinstance(cell, str):
        day = parse_day(cell.strip()) or _danish_day(cell.strip())
    else:
        day = None
    if day is None:
        raise CellError("invalid-date", "Skriv datoen som 31-12-2026.")
    return day.isoformat()


def _danish_day(text: str) -> date | None:
    found = _DANISH_DAY.fullmatch(text)
    if not found:
        return None
    day, mark, month, year = found.groups()
    if mark == "/" and int(day) <= _LAST_MONTH and day != month:
        raise CellError("invalid-date", "Datoen kan læses på to måder. Skriv den som 31-12-2026.")
    return parse_day(f"{year}-{int(month):02}-{int(day):02}")


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    raise CellError("wrong-type", "Regnearket har lavet teksten om til et tal eller en dato. Skriv den igen som tekst.")
