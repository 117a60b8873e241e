"""A text of a form as it is stored, and whether it is a valid e-mail, number, date and so on.

What has no valid form is kept as it was typed and keeps its step from being complete.
"""

import re
from collections.abc import Callable
from datetime import date

from contracts.addresses import postcode
from contracts.contact_details import email, phone, website
from contracts.dates import FORM_DATES, DateRange, parse_day
from contracts.form.definition import Field, FieldType
from contracts.form.findings import Code
from contracts.form.keys import SLUG
from contracts.identifiers import cvr, ean, p_number
from contracts.text import RefusedText, clean

_FORMATS: dict[FieldType, Callable[[str], str]] = {
    FieldType.EMAIL: email,
    FieldType.PHONE: phone,
    FieldType.URL: website,
    FieldType.CVR: cvr,
    FieldType.P_NUMBER: p_number,
    FieldType.EAN: ean,
    FieldType.POSTCODE: postcode,
}


def stored_text(field: Field, value: str) -> str:
    """The text as it is stored: through the gate, and in the form of its type where it has it.

    RefusedText for a control character and the like.
    """
    text = clean(value, several_lines=field.type is FieldType.LONG_TEXT)
    check = _FORMATS.get(field.type)
    try:
        return check(text) if check and text else text
    except RefusedText:
        return text


def format_problem(field: Field, value: str, asked_on: date) -> tuple[Code, str] | None:
    """The code and the Danish sentence when the text does not have the field's format, else None."""
    try:
        _refuse_malformed(field, value, asked_on)
    except RefusedText as refused:
        return Code(refused.code), refused.detail
    return None


def _refuse_malformed(field: Field, value: str, asked_on: date) -> None:
    check = _FORMATS.get(field.type)
    if check:
        check(value)
    elif field.type is FieldType.DATE:
        _refuse_date(field, value, asked_on)
    elif field.type is FieldType.SLUG and not SLUG.fullmatch(value):
        raise RefusedText("invalid-format", "Brug kun små bogstaver a-z, tal og bindestreg, højst 40 tegn.")
    elif field.pattern is not None and not re.fullmatch(field.pattern, value):
        raise RefusedText("invalid-format", "Teksten har ikke den rigtige form.")


def _refuse_date(field: Field, value: str, asked_on: date) -> None:
    day = parse_day(value)
    if day is None:
        raise RefusedText("invalid-date", "Datoen findes ikke. Skriv den som ÅÅÅÅ-MM-DD.")
    first = field.earliest or FORM_DATES.first
    ahead = FORM_DATES.years_ahead if field.years_ahead is None else field.years_ahead
    DateRange(first, ahead).refuse_outside(day, asked_on)
