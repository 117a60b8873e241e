"""Finds CPR numbers in text, so that they are refused where they enter (P10).

Every pattern is bounded and each character is folded by itself, so the cost follows the length of the text, whatever
is in it.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from contracts.characters import BLANK, INVISIBLE

# Days of replacement numbers are raised by 60.
_REPLACEMENT = 60
_CENTURIES = (1800, 1900, 2000)
# What stands between six digits and four: blanks, and at most three signs that do not end a part of a sentence.
_BEFORE_REST = r"(?P<last>[,;]|\s{0,8}(?:[^\w\s,;()\[\]{}\"'%&!?<>]|_){0,3}\s{0,8})"
_GAP = r"\s{0,2}[-./:_~·]?\s{0,2}"
_YEAR = r"(?P<year>(?:18|19|20)?\d\d)"
_REST = r"\d{4}(?!\d)"
_JOINED = re.compile(rf"(?<!\d)(?=(?P<day>\d\d)(?P<month>\d\d){_YEAR}{_BEFORE_REST}{_REST})")
_PARTED = re.compile(
    rf"(?<!\d)(?=(?P<day>\d\d)(?P<gap>(?!\d){_GAP})(?P<month>\d\d)(?!\d){_GAP}{_YEAR}(?!\d){_BEFORE_REST}{_REST})"
)
_DASHED = re.compile(rf"(?<!\d)(?=(?P<day>\d\d)(?P<month>\d\d){_YEAR}\s{{0,3}}-\s{{0,3}}{_REST})")
# No letter or digit beside it.
_APART = re.compile(
    rf"(?<![^\W_])(?=(?P<day>\d\d)(?P<month>\d\d){_YEAR}\s{{0,3}}(?:[-./:~+*=|#·]|_)\s{{0,3}}{_REST}(?![^\W_]))"
)
_UUID = re.compile(r"(?<![^\W_])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![^\W_])", re.IGNORECASE)
_TEN_DIGITS = 10
# Other numbers of ten digits, when the word before says so; several may stand in a row.
_NUMBER_WORD = (
    r"(?P<unit>p|produktionsenheds?)|konto|bankkonto|giro|ean|gln|sag(?:s|en|ens)?|journal|j|faktura|ordre|reference|ref|kunde|"
    r"medlems|aftale|vare"
)
_EXCUSED = re.compile(
    rf"(?<![^\W_])(?:{_NUMBER_WORD})[-. ]{{0,2}}(?:nummeret|nummer|numrene|numre|nr|no|id)?[\s.:#(]{{0,4}}"
    r"(?:er\s|\d{4}[\s-]{1,2})?(?:\d{10}(?:\s?[,;/]\s?|\s(?:og|samt)\s)){0,9}$|\+(?!45)\d{1,3}\s?$",
    re.IGNORECASE,
)
_LOOK_BACK = 160
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_DIGITS = "0123456789"


def holds_cpr(text: str) -> bool:
    """Whether the text holds a CPR number in any spelling: `ddmmyy-nnnn` with a valid date, other signs or none
    between, digits of any script, invisible characters inside.

    Ten digits alone are left alone when the word before says that they are something else (`P-nummer`, `konto`).
    Check only free text with this, never a structured field.
    """
    visible = _visible(text)
    return _may_hold_one(visible) and any(
        _is_date(match) and not _is_excused(visible, match)
        for pattern in (_JOINED, _PARTED)
        for match in pattern.finditer(visible)
    )


def holds_dashed_cpr(text: str) -> bool:
    """Whether the text holds a CPR number written with its dash.

    For what is no free text (phone numbers, P-numbers): there ten digits alone may well be something else.
    """
    return any(map(_is_date, _DASHED.finditer(_visible(text))))


def id_holds_cpr(identifier: str) -> bool:
    """Whether an id of an outside party holds a CPR number with a sign inside, set apart from what is around it.

    An id is opaque: ten digits alone may be a running number, and one time in some thousands a UUID has such digits.
    """
    return any(map(_is_date, _APART.finditer(_UUID.sub("", _visible(identifier)))))


def typed_digits(number: str) -> str:
    """What somebody typed or pasted as a CPR number, without the blanks, dashes and invisible marks in it."""
    return re.sub(r"[\s-]", "", _visible(number))


def _may_hold_one(visible: str) -> bool:
    return sum(map(visible.count, _DIGITS)) >= _TEN_DIGITS


def _visible(text: str) -> str:
    return _NOT_ASCII.sub(lambda match: _folded(match.group()), text)


@lru_cache(maxsize=4_096)
def _folded(character: str) -> str:
    """The ASCII character that this one stands for in a number; nothing for one that is not seen."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category == "Pd" or character in "\u2043\u2212":
        return "-"
    if category[0] == "Z" or character == "\x85" or BLANK.match(character):
        return " "
    if category[0] == "M" or category == "Cf" or INVISIBLE.match(character):
        return ""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _is_date(match: re.Match[str]) -> bool:
    day, month, year = (int(match[name]) for name in ("day", "month", "year"))
    born = day - _REPLACEMENT if day > _REPLACEMENT else day
    if len(match["year"]) == len("yy"):
        return any(_exists(century + year, month, born) for century in _CENTURIES)
    return _exists(year, month, born) and _is_one_number(match)


def _is_one_number(match: re.Match[str]) -> bool:
    """Whether four digits after a date with a whole year belong to it: `01.01.2026 1200` is a date and an amount."""
    gap = match.groupdict().get("gap")
    return gap is None or "-" in match["last"] or gap == match["last"]


def _is_excused(text: str, match: re.Match[str]) -> bool:
    start = match.start()
    digits = text[start : start + _TEN_DIGITS]
    if not digits.isdigit():
        return False
    word = _EXCUSED.search(text[max(0, start - _LOOK_BACK) : start])
    return word is not None and (word["unit"] is None or digits.startswith("1"))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
