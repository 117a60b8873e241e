"""Finds CPR numbers in text, so that they are refused where they enter (P10).

`contracts.cpr_spellings` finds the digits; this module says which of them are a CPR number, and which a date, an
amount or the number of something else. Every pattern is bounded and each character is folded by itself, so the cost
follows the length of the text, whatever is in it.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from contracts.characters import BLANK, INVISIBLE
from contracts.cpr_spellings import Spelling, spellings

# Days of replacement numbers are raised by 60.
_REPLACEMENT = 60
_CENTURIES = (1800, 1900, 2000)
_YEAR = r"(?P<year>(?:18|19|20)?\d\d)"
_REST = r"\d{4}(?!\d)"
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
_EIGHT_DIGITS = re.compile(
    r"(?<![^\W_])(?P<unit>(?!))?(?:tlf|telefon|mobil|fax|cvr)[-. ]{0,2}(?:nummer|nr)?[\s.:(]{0,4}$", re.IGNORECASE
)
_MONEY_AFTER = re.compile(r"\s?(?:kr|kroner|dkk|eur|euro|mio)(?![^\W_])|,-", re.IGNORECASE)
_LIST_BEFORE = re.compile(
    r"(?<![^\W_])(?:(?P<hours>kl|klokken)|uge|uger|ugerne|den|dagene|datoerne)\.?\s?$", re.IGNORECASE
)
_PERSON_BEFORE = re.compile(
    r"(?:cpr|født|person)[-. ]{0,2}(?:nummeret|nummer|nr|no)?[\W_]{0,3}(?:(?:er|den|d|kl)[\W_]{1,2})?$", re.IGNORECASE
)
_MONTH_BEFORE = re.compile(r"(?<!\d)(?:19|20)\d\d[-./]\d\d[-./]$")
_DAY_AND_MONTH_BEFORE = re.compile(r"\d[-./ ]{1,3}\d\d?[-./ ]{1,3}$")
_HOURS = 24
_WEEKS = 53
_THIS_CENTURY = "2000"
_YEARS = ("19", "20")
# Shapes whose place for the year leaves no doubt.
_YEAR_FIRST = "4224"
_DAY_FIRST = ("2244", "22422", "444")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_DIGITS = "0123456789"


def holds_cpr(text: str) -> bool:
    """Whether the text holds a CPR number in any spelling: a valid date and four digits, the year first or last, in
    any groups, with signs, tags or none between, digits of any script, invisible characters inside.

    Digits are left alone when the words beside them say that they are something else (`P-nummer`, `konto`, `kr.`).
    Check only free text with this, never a structured field.
    """
    visible = _visible(text)
    return _may_hold_one(visible) and any(_is_cpr(found) for found in spellings(visible))


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
    return _is_ddmmyy(match["day"] + match["month"] + match["year"])


def _is_ddmmyy(digits: str) -> bool:
    """Whether six or eight digits are a date with the day first."""
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    born = day - _REPLACEMENT if day > _REPLACEMENT else day
    if len(digits) == len("ddmmyy"):
        return any(_exists(century + year, month, born) for century in _CENTURIES)
    return _CENTURIES[0] <= year < _CENTURIES[-1] + 100 and _exists(year, month, born)


def _is_cpr(found: Spelling) -> bool:
    when = found.digits[:-4]
    if found.shape != _YEAR_FIRST and _is_ddmmyy(when):
        return _is_one_number(found, when[4:]) and not _is_excused(found)
    if len(when) != len("yyyymmdd") or found.shape in _DAY_FIRST or not _is_ddmmyy(when[6:] + when[4:6] + when[:4]):
        return False
    if found.shape == "c":
        return when < _THIS_CENTURY
    return _is_one_number(found, when[:4]) and not (_is_excused(found) or _is_stamp(found, when))


def _is_one_number(found: Spelling, year: str) -> bool:
    """Whether four digits after a date with a whole year belong to it: `01.01.2026 1200` is a date and an amount."""
    if len(year) == len("yy") or not found.inner:
        return True
    if found.shape.endswith("22"):
        return len(set(found.inner if found.shape == "822" else found.gaps)) == 1 and ":" not in found.inner
    if "-" in found.last or found.inner[0] == found.last:
        return len(set(found.inner)) == 1 or found.shape == "2244"
    return year < _THIS_CENTURY and not _MONEY_AFTER.match(found.after) and not _ends_part(found)


def _is_excused(found: Spelling) -> bool:
    """Whether what stands around the digits says that they are something else."""
    if _PERSON_BEFORE.search(found.before):
        return False
    if found.shape == "a":
        return _is_named(found, _EXCUSED) or (found.digits[0] != "0" and bool(_MONEY_AFTER.match(found.after)))
    if _ends_part(found) and (_is_year(found.rest) or _MONEY_AFTER.match(found.after)):
        return True
    return _is_years_or_list(found) if found.is_plain else _is_other_number(found)


def _is_years_or_list(found: Spelling) -> bool:
    if found.shape == "424":
        return found.groups[0][:2] in _YEARS and found.rest[:2] in _YEARS
    if found.shape == _YEAR_FIRST:
        return _is_two_dates(found)
    return found.shape == "2224" and (_is_list(found) or _is_two_dates(found))


def _is_two_dates(found: Spelling) -> bool:
    """Whether the first group ends another date: `2026-04-20 01/04/2030`."""
    before = _MONTH_BEFORE if found.shape == "2224" else _DAY_AND_MONTH_BEFORE
    return _is_year(found.rest) and before.search(found.before) is not None


def _is_other_number(found: Spelling) -> bool:
    if _is_named(found, _EXCUSED) or _is_named(found, _EIGHT_DIGITS):
        return True
    return _is_list(found) or _is_time(found) if found.shape == "22222" else _has_year(found)


def _is_named(found: Spelling, words: re.Pattern[str]) -> bool:
    word = words.search(found.before)
    return word is not None and (word["unit"] is None or found.digits.startswith("1"))


def _is_stamp(found: Spelling, when: str) -> bool:
    """Whether a day of this century begins the number of a case, a name of a file, a time or a web address."""
    if when < _THIS_CENTURY:
        return False
    return found.last in ("T", "_", "/") or (found.shape == "84" and _is_named(found, _EXCUSED))


def _ends_part(found: Spelling) -> bool:
    """Whether a sentence or a bracket ends before the last four digits."""
    return re.search(r"[,;!?()\[\]{}\"'%&<>]", found.last) is not None and re.search(r"\s", found.last) is not None


def _is_year(digits: str) -> bool:
    return "1990" <= digits < "2040"


def _has_year(found: Spelling) -> bool:
    years = [group for group in found.groups if len(group) == len("yyyy") and group[:2] in _YEARS]
    return len(years) > (found.shape in ("444", "22422"))


def _is_list(found: Spelling) -> bool:
    """Whether the word before says that hours, weeks or days of a year are listed."""
    word = _LIST_BEFORE.search(found.before)
    if word is None:
        return False
    most = _HOURS if word["hours"] else _WEEKS
    listed = all(int(group) <= most for group in found.groups if len(group) == len("10"))
    return listed and (_is_clock(found.rest) if word["hours"] else found.last == " " and _is_year(found.rest))


def _is_time(found: Spelling) -> bool:
    """Whether a date has a time or two hours behind it: `07.01.26 12:34`."""
    if found.last.strip() or not found.inner[0].strip():
        return False
    hour, end = found.groups[3:]
    return int(hour) <= _HOURS and found.inner[-1].strip() != "" and (int(end) <= _HOURS or _is_clock(hour + end))


def _is_clock(digits: str) -> bool:
    return int(digits[:2]) <= _HOURS and int(digits[2:]) < 60  # noqa: PLR2004


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
