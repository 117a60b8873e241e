"""One value of a form as text in an input, and back: Danish numbers, kroner, dates."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from contracts.addresses import municipality_typed
from contracts.form import Field, FieldType
from contracts.form.definition import INTEGER_TYPES, MANY_TYPES, NUMBER_TYPES
from contracts.numbers import read_number, without_currency
from contracts.reference import find_municipality
from contracts.text import RefusedText

YES, NO = "true", "false"
AMBIGUOUS = "ambiguous-number"
_OERE = 100
_THOUSANDS = len("000")
# The services take no number above it.
LARGEST = 10**15
NumberT = TypeVar("NumberT", int, Decimal)


@dataclass(frozen=True)
class MalformedValue(Exception):
    """The text is no value of the field's type; ``detail`` says in Danish what to write, ``code`` is stable."""

    detail: str
    code: str = "wrong-type"


def to_texts(field: Field, value: Any) -> list[str]:
    """Return the texts that stand for ``value`` in a form; none for no answer.

    A text stands for itself, and the code of a kommune for its name.
    """
    if value is None or isinstance(value, str):
        return [] if value is None else [_shown(field, value)]
    if field.type in MANY_TYPES:
        return [str(each) for each in value]
    if field.type is FieldType.BOOLEAN:
        return [YES if value else NO]
    if field.type is FieldType.MONEY:
        return [grouped(Decimal(value) / _OERE, decimals=2 if value % _OERE else 0)]
    if field.type in INTEGER_TYPES | NUMBER_TYPES:
        return [as_typed(value)]
    return [str(value)]


def _shown(field: Field, text: str) -> str:
    kommune = find_municipality(text) if field.type is FieldType.MUNICIPALITY else None
    return kommune.name if kommune else text


def from_texts(field: Field, texts: list[str]) -> Any:
    """Return the value that ``texts`` stand for, None for no answer; MalformedValue when they stand for nothing."""
    if field.type in MANY_TYPES:
        return texts or None
    text = texts[-1] if texts else ""
    if not text:
        return None
    if field.type in _READERS:
        return _READERS[field.type](text)
    if field.type in INTEGER_TYPES | NUMBER_TYPES:
        number = _not_too_large(decimal_of(text, most_decimals=0 if field.type in INTEGER_TYPES else None))
        return int(number) if number == number.to_integral_value() else float(number)
    return text


def _not_too_large(number: NumberT) -> NumberT:
    if abs(number) > LARGEST:
        raise MalformedValue("Tallet er for stort.", "too-large")
    return number


def grouped(number: Decimal, *, decimals: int) -> str:
    """Return ``number`` with dots between thousands and a decimal comma."""
    return f"{number:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def as_typed(value: float) -> str:
    """Return a number as one would type it, so that it is read as the same number again."""
    text = format(Decimal(repr(value)), "f").replace(".", ",")
    # Three decimals alone could be read as thousands.
    return f"{text}0" if len(text.partition(",")[2]) == _THOUSANDS else text


def _boolean(text: str) -> bool:
    if text not in {YES, NO}:
        raise MalformedValue("Vælg ja eller nej.")
    return text == YES


def _municipality(text: str) -> str:
    try:
        return municipality_typed(text)
    except RefusedText as refusal:
        raise MalformedValue(refusal.detail, refusal.code) from refusal


def oere_of(text: str) -> int:
    """Return an amount in kroner as øre; MalformedValue when it is none."""
    try:
        return int(read_number(without_currency(text), most_decimals=2) * _OERE)
    except RefusedText as refusal:
        detail = "Skriv et beløb i kroner, fx 1.250 eller 1.250,50."
        if refusal.code == AMBIGUOUS:
            detail = f"Skriv et beløb i kroner. {refusal.detail}"
        raise MalformedValue(detail, refusal.code) from refusal


_READERS: dict[FieldType, Callable[[str], Any]] = {
    FieldType.BOOLEAN: _boolean,
    FieldType.MUNICIPALITY: _municipality,
    FieldType.MONEY: lambda text: _not_too_large(oere_of(text)),
}


def decimal_of(text: str, *, most_decimals: int | None = None) -> Decimal:
    """Return the number that a text stands for; MalformedValue when it is none, or could be two."""
    try:
        return read_number(text, most_decimals)
    except RefusedText as refusal:
        if refusal.code == AMBIGUOUS or most_decimals:
            raise MalformedValue(refusal.detail, refusal.code) from refusal
        detail = "Skriv et helt tal." if most_decimals == 0 else "Skriv et tal, fx 12,5."
        raise MalformedValue(detail, refusal.code) from refusal
