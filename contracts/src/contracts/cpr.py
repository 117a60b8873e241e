"""Finds CPR numbers in free text, so that they are refused where they enter (design rule 9)."""

import re
import unicodedata
from datetime import date

# Six digits, then four, with at most a few spaces and one hyphen or dash between; not inside a longer number.
_CANDIDATE = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})\s{0,3}[-\u2010-\u2015\u2212]?\s{0,3}\d{4}(?!\d)")
# The same with its dash, and no letter or digit beside it.
_APART = re.compile(r"(?<![^\W_])(\d{2})(\d{2})(\d{2})\s{0,3}[-\u2010-\u2015\u2212]\s{0,3}\d{4}(?![^\W_])")
_CENTURIES = (1800, 1900, 2000)


def holds_cpr(text: str) -> bool:
    """Whether the text holds `ddmmyy-nnnn` with a valid date, also with a space or with nothing between.

    Full-width digits and invisible characters do not hide one. A P-number has ten digits too: check only
    free text with this, never a structured field.
    """
    folded = unicodedata.normalize("NFKC", text)
    plain = "".join(each for each in folded if unicodedata.category(each) != "Cf")
    return any(_is_date(*match.groups()) for match in _CANDIDATE.finditer(plain))


def holds_dashed_cpr(text: str) -> bool:
    """Whether the text holds a CPR number written with its dash.

    For what is no free text (ids, phone numbers, P-numbers): there ten digits alone may well be something else.
    """
    return any(unicodedata.category(each) == "Pd" or each == "\u2212" for each in text) and holds_cpr(text)


def id_holds_cpr(identifier: str) -> bool:
    """Whether an id of an outside party holds a CPR number with its dash, set apart from what is around it.

    An id is opaque: ten digits alone may be a running number, and one time in some thousands a UUID has such digits.
    """
    return any(_is_date(*match.groups()) for match in _APART.finditer(unicodedata.normalize("NFKC", identifier)))


def _is_date(day: str, month: str, year: str) -> bool:
    return any(_exists(century + int(year), int(month), int(day)) for century in _CENTURIES)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
