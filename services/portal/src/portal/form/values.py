"""One value of a form as text in an input, and back: Danish numbers, kroner, dates."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from contracts.form import Field, FieldType
from contracts.form.definition import INTEGER_TYPES, MANY_TYPES, NUMBER_TYPES

YES, NO = "true", "false"
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
_LONGEST_NUMBER = 30
_OERE = 100


@dataclass(frozen=True)
class MalformedValue(Exception):
    """The text is no value of the field's type; ``detail`` says in Danish what to write."""

    detail: str


def to_texts(field: Field, value: Any) -> list[str]:
    """Return the texts that stand for ``value`` in a form; none for no answer."""
    if value is None:
        return []
    if field.type in MANY_TYPES:
        return [str(each) for each in value]
    if field.type is FieldType.BOOLEAN:
        return [YES if value else NO]
    if field.type is FieldType.MONEY:
        return [grouped(Decimal(value) / _OERE, decimals=2 if value % _OERE else 0)]
    if field.type in INTEGER_TYPES | NUMBER_TYPES:
        return [_plain(value)]
    return [str(value)]


def from_texts(field: Field, texts: list[str]) -> Any:  # noqa: PLR0911  One line for each shape reads best.
    """Return the value that ``texts`` stand for, None for no answer; MalformedValue when they stand for nothing."""
    if field.type in MANY_TYPES:
        return texts or None
    text = texts[-1] if texts else ""
    if not text:
        return None
    if field.type is FieldType.BOOLEAN:
        return _boolean(text)
    if field.type is FieldType.MONEY:
        return _money(text)
    if field.type in INTEGER_TYPES:
        return _integer(text)
    if field.type in NUMBER_TYPES:
        number = decimal_of(text, "Skriv et tal, fx 12,5.")
        return int(number) if number == number.to_integral_value() else float(number)
    return text


def grouped(number: Decimal, *, decimals: int) -> str:
    """Return ``number`` with dots between thousands and a decimal comma."""
    return f"{number:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def _plain(value: float) -> str:
    return format(Decimal(repr(value)), "f").replace(".", ",")


def _boolean(text: str) -> bool:
    if text not in {YES, NO}:
        raise MalformedValue("Vælg ja eller nej.")
    return text == YES


def _integer(text: str) -> int:
    number = decimal_of(text, "Skriv et helt tal.")
    if number != number.to_integral_value():
        raise MalformedValue("Skriv et helt tal.")
    return int(number)


def _money(text: str) -> int:
    detail = "Skriv et beløb i kroner, fx 1.250 eller 1.250,50."
    number = decimal_of(text.removesuffix("kr.").removesuffix("kr").strip(), detail) * _OERE
    if number != number.to_integral_value():
        raise MalformedValue(detail)
    return int(number)


def decimal_of(text: str, detail: str = "Skriv et tal.") -> Decimal:
    """Read ``1.234,5`` and ``1234.5``; a dot before exactly three digits stands between thousands."""
    compact = text.replace(" ", "").replace("\u00a0", "").replace("\u2212", "-")
    if _THOUSANDS.fullmatch(compact):
        compact = compact.replace(".", "")
    compact = compact.replace(",", ".")
    if len(compact) > _LONGEST_NUMBER or not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", compact):
        raise MalformedValue(detail)
    try:
        return Decimal(compact)
    except InvalidOperation as error:
        raise MalformedValue(detail) from error
