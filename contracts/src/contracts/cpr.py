"""Finds CPR numbers in free text, so that they are refused where they enter (P10)."""

import re
import unicodedata
from datetime import date

_DATE, _DASH, _REST = r"(\d{2})(\d{2})(\d{2})", r"[-\u2010-\u2015\u2212]", r"\d{4}"
_DASHED = rf"{_DATE}\s{{0,3}}{_DASH}\s{{0,3}}{_REST}"
# Six digits, then four, with at most a few spaces and one hyphen or dash between; not inside a longer number.
_ANYHOW = re.compile(rf"(?<!\d){_DATE}\s{{0,3}}{_DASH}?\s{{0,3}}{_REST}(?!\d)")
_WITH_DASH = re.compile(rf"(?<!\d){_DASHED}(?!\d)")
# No letter or digit beside it.
_APART = re.compile(rf"(?<![^\W_]){_DASHED}(?![^\W_])")
_CENTURIES = (1800, 1900, 2000)


def holds_cpr(text: str) -> bool:
    """Whether the text holds `ddmmyy-nnnn` with a valid date, also with a space or with nothing between.

    Full-width digits and invisible characters do not hide one. A P-number has ten digits too: check only
    free text with this, never a structured field.
    """
    return _finds(_ANYHOW, _visible(text))


def holds_dashed_cpr(text: str) -> bool:
    """Whether the text holds a CPR number written with its dash.

    For what is no free text (ids, phone numbers, P-numbers): there ten digits alone may well be something else.
    """
    return _finds(_WITH_DASH, _visible(text))


def id_holds_cpr(identifier: str) -> bool:
    """Whether an id of an outside party holds a CPR number with its dash, set apart from what is around it.

    An id is opaque: ten digits alone may be a running number, and one time in some thousands a UUID has such digits.
    """
    return _finds(_APART, _visible(identifier))


def _visible(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return "".join(each for each in folded if unicodedata.category(each) != "Cf")


def _finds(pattern: re.Pattern[str], text: str) -> bool:
    return any(_is_date(*match.groups()) for match in pattern.finditer(text))


def _is_date(day: str, month: str, year: str) -> bool:
    return any(_exists(century + int(year), int(month), int(day)) for century in _CENTURIES)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
