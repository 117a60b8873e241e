"""Whether a text is a valid e-mail, number, date and so on: what keeps a step from being complete."""

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

from stdnum import ean
from stdnum.dk import cvr

from contracts.form.definition import Field, FieldType
from contracts.form.findings import Code
from contracts.form.keys import SLUG

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~æøåÆØÅ-]{1,64}@(?:[\wæøåÆØÅ-]{1,63}\.){1,8}[A-Za-z]{2,24}")
_PHONE = re.compile(r"(?:\d{2} ?){4}|\+[1-9]\d{0,2}(?: ?\d){6,12}")
_POSTCODE = re.compile(r"\d{4}")
_P_NUMBER = re.compile(r"1\d{9}")
_EAN = re.compile(r"\d{13}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

_DETAILS = {
    FieldType.EMAIL: "E-mailadressen er ikke gyldig.",
    FieldType.PHONE: "Telefonnummeret skal være otte cifre, eller + og landekode.",
    FieldType.URL: "Adressen skal begynde med http:// eller https:// og have et domæne.",
    FieldType.CVR: "CVR-nummeret skal være otte cifre og er ikke gyldigt.",
    FieldType.P_NUMBER: "P-nummeret skal være ti cifre og begynde med 1.",
    FieldType.EAN: "EAN-nummeret skal være 13 cifre og er ikke gyldigt.",
    FieldType.POSTCODE: "Postnummeret skal være fire cifre.",
    FieldType.SLUG: "Brug kun små bogstaver a-z, tal og bindestreg, højst 40 tegn.",
    FieldType.DATE: "Datoen findes ikke. Skriv den som ÅÅÅÅ-MM-DD.",
}


def format_problem(field: Field, value: str) -> tuple[Code, str] | None:
    """The code and the Danish sentence when the text does not have the field's format, else None."""
    if _is_valid(field, value):
        return None
    code = Code.INVALID_DATE if field.type is FieldType.DATE else Code.INVALID_FORMAT
    return code, _DETAILS.get(field.type, "Teksten har ikke den rigtige form.")


def parse_date(value: object) -> date | None:
    """The date in a YYYY-MM-DD text, or None for anything else."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _is_valid(field: Field, value: str) -> bool:
    check = _CHECKS.get(field.type)
    if check is not None:
        return (value.isascii() or field.type not in _ASCII) and check(value)
    return field.pattern is None or bool(re.fullmatch(field.pattern, value))


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and "." in host and not any(each.isspace() for each in value)


_CHECKS: dict[FieldType, Callable[[str], bool]] = {
    FieldType.EMAIL: lambda value: bool(_EMAIL.fullmatch(value)),
    FieldType.PHONE: lambda value: bool(_PHONE.fullmatch(value)),
    FieldType.URL: _is_url,
    FieldType.CVR: lambda value: value.isdigit() and bool(cvr.is_valid(value)),
    FieldType.P_NUMBER: lambda value: bool(_P_NUMBER.fullmatch(value)),
    FieldType.EAN: lambda value: bool(_EAN.fullmatch(value)) and bool(ean.is_valid(value)),
    FieldType.POSTCODE: lambda value: bool(_POSTCODE.fullmatch(value)),
    FieldType.SLUG: lambda value: bool(SLUG.fullmatch(value)),
    FieldType.DATE: lambda value: parse_date(value) is not None,
}
# The digits of other scripts look like numbers to a regular expression, but no register knows them.
_ASCII = frozenset({FieldType.PHONE, FieldType.CVR, FieldType.P_NUMBER, FieldType.EAN, FieldType.POSTCODE})
