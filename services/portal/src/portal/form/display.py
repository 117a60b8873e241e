"""A step's data as text for people: in the summary, in comparisons and on public pages."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chassis.clock import today
from contracts.form import Field, FieldType
from contracts.form.completeness import is_mandatory
from contracts.form.definition import INTEGER_TYPES, NUMBER_TYPES
from contracts.form.options import options
from portal import formats

UNANSWERED = "Frivilligt, ikke besvaret"
ONE_OF = {
    "pladser": "plads",
    "uger": "uge",
    "timer om ugen": "time om ugen",
    "dage pr. fuldtidsansat": "dag pr. fuldtidsansat",
}
NOT_ANSWERED = "Ikke besvaret"
FILE = "Vedlagt (PDF)"
NOT_LOOKED_UP = "Ikke slået op"
NOT_COMPUTED = "Kan ikke beregnes endnu"


@dataclass(frozen=True)
class AnswerLine:
    """One answer: the Danish way to it, and its text; empty for no answer.

    ``unanswered`` is what stands for no answer.
    """

    label: str
    text: str
    unanswered: str = UNANSWERED

    @property
    def answer(self) -> str:
        """Return the text, or what stands for no answer (R43)."""
        return self.text or self.unanswered


def without_answer(field: Field, operator_kind: str | None = None) -> str:
    """Return what stands for no answer: nobody can answer what is computed or looked up (R43).

    What is voluntary can depend on who operates the subject.
    """
    if field.computed:
        return NOT_COMPUTED
    if field.read_only:
        return NOT_LOOKED_UP
    return NOT_ANSWERED if is_mandatory(field, operator_kind) else UNANSWERED


def as_text(field: Field, value: Any) -> str:  # noqa: PLR0911  One line for each shape reads best.
    """Return one value as text; empty for no answer. A value of another shape is shown as it is."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, list):
        if field.type is FieldType.LIST:
            return "Ingen" if not value else f"{len(value)} rækker"
        return ", ".join(_labels(field).get(str(each), str(each)) for each in value)
    if isinstance(value, int | float):
        return _number(field, value)
    if field.type is FieldType.DATE:
        return _date(str(value))
    if field.type is FieldType.FILE:
        return FILE
    return _labels(field).get(str(value), str(value))


def _number(field: Field, value: float) -> str:
    if field.type is FieldType.MONEY and isinstance(value, int):
        return formats.shown_money(value)
    if field.type is FieldType.YEAR:
        return str(value)
    text = formats.shown_number(value)
    if field.type is FieldType.PERCENT:
        return f"{text} %"
    if not field.unit or field.type not in INTEGER_TYPES | NUMBER_TYPES:
        return text
    return f"{text} {ONE_OF.get(field.unit, field.unit) if value == 1 else field.unit}"


def _date(text: str) -> str:
    try:
        return formats.shown_date(text)
    except ValueError:
        return text


@lru_cache(maxsize=512)
def _labels(field: Field) -> dict[str, str]:
    return {each.id: each.label for each in options(field, today())}
