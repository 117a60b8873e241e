"""What keeps the data of a step from being complete: missing answers and values out of range.

Runs only on data that has the right shape. What is asked depends on the legal basis (already cut out of the
form), on who operates the tilbud, and on answers given beside the field.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.form.definition import INTEGER_TYPES, NUMBER_TYPES, Field, FieldType, Rule
from contracts.form.findings import Code, Finding
from contracts.form.formats import format_problem
from contracts.text import RefusedText, clean

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Situation:
    """Who operates what is reported, None while that is unknown, and the day on which it is asked."""

    operator_kind: str | None
    at: date


def missing_and_wrong(fields: tuple[Field, ...], data: Row, pointer: str, situation: Situation) -> Iterator[Finding]:
    """Every field of the object that is not answered though it must be, or answered wrongly."""
    for field in fields:
        if not field.is_filled_by_portal:
            yield from _field(field, data, f"{pointer}/{field.id}", situation)


def is_empty(field: Field, value: object) -> bool:
    """Whether the value is no answer. No is an answer, and so is zero."""
    if value is None:
        return True
    if isinstance(value, str):
        return _is_blank(value)
    if isinstance(value, list):
        return not value and not field.empty_is_answer
    if isinstance(value, Mapping):
        return all(is_empty(each, value.get(each.id)) for each in field.fields)
    return False


def _is_blank(text: str) -> bool:
    try:
        return not clean(text, several_lines=True)
    except RefusedText:
        return False


def is_asked(field: Field, data: Row, operator_kind: str | None) -> bool:
    """Whether the field concerns this operator and the answers beside it; True while that is unknown."""
    concerns = operator_kind is None or _allows(field.applies, operator_kind)
    return concerns and (field.when is None or _among(data.get(field.when.field), field.when.is_in))


def is_mandatory(field: Field, operator_kind: str | None) -> bool:
    """Whether the field must be answered when it is asked."""
    return not field.mandatory.never and _allows(field.mandatory, operator_kind)


def _allows(rule: Rule, operator_kind: str | None) -> bool:
    return not rule.operator_kinds or operator_kind in rule.operator_kinds


def _among(value: object, wanted: tuple[object, ...]) -> bool:
    return any(type(value) is type(each) and value == each for each in wanted)


def _field(field: Field, data: Row, pointer: str, situation: Situation) -> Iterator[Finding]:
    value = data.get(field.id)
    asked = is_asked(field, data, situation.operator_kind)
    if is_empty(field, value):
        if asked and is_mandatory(field, situation.operator_kind):
            yield from _missing(field, pointer, situation)
    elif not asked:
        yield Finding(pointer, Code.NOT_APPLICABLE, f"“{field.label}” skal ikke udfyldes her. Slet svaret.")
    else:
        yield from _answered(field, value, pointer, situation)


def _missing(field: Field, pointer: str, situation: Situation) -> Iterator[Finding]:
    if field.type is FieldType.GROUP:
        yield from missing_and_wrong(field.fields, {}, pointer, situation)
    else:
        yield Finding(pointer, Code.MISSING, f"“{field.label}” skal udfyldes.")


def _answered(field: Field, value: Any, pointer: str, situation: Situation) -> Iterator[Finding]:
    if field.type is FieldType.GROUP:
        yield from missing_and_wrong(field.fields, value, pointer, situation)
    elif field.type is FieldType.LIST:
        for index, row in enumerate(value):
            yield from missing_and_wrong(field.fields, row, f"{pointer}/{index}", situation)
    elif field.type in INTEGER_TYPES | NUMBER_TYPES:
        yield from _in_range(field, value, pointer)
    elif isinstance(value, str):
        problem = format_problem(field, value, situation.at)
        if problem:
            yield Finding(pointer, *problem)


def _in_range(field: Field, value: float, pointer: str) -> Iterator[Finding]:
    low, high = limits(field)
    if value < low:
        is_money = field.type is FieldType.MONEY
        detail = ("Beløb skrives altid som positive tal." if low == 0 else _too_little(low)) if is_money else None
        yield Finding(pointer, Code.OUT_OF_RANGE, detail or f"Tallet skal være mindst {_shown(low)}.")
    elif high is not None and value > high:
        yield Finding(pointer, Code.OUT_OF_RANGE, f"Tallet må højst være {_shown(high)}.")


def _too_little(oere: float) -> str:
    """Say what an amount must be at least: people write kroner."""
    return "Beløbet skal være større end 0 kr." if oere == 1 else f"Beløbet skal være mindst {_shown(oere / 100)} kr."


def limits(field: Field) -> tuple[float, float | None]:
    """The lowest and highest number that the field takes. Money is never negative (P7)."""
    highest: dict[FieldType, float] = {FieldType.PERCENT: 100, FieldType.YEAR: 2100, FieldType.MONEY: 10**13}
    low = 0 if field.minimum is None else field.minimum
    return low, highest.get(field.type) if field.maximum is None else field.maximum


def _shown(number: float) -> str:
    return f"{number:g}".replace(".", ",") if number < 10**6 else f"{number:.0f}"
