"""What an amount in a sentence means: a highest rate, where its unit is said, or how many vacancies there must be.

What could mean two things means none: a rate that is not said to be the highest, 3 places that need not be free, and
1.5 or 1,500 kroner. A highest rate without a unit is ``unclear``: what it is paid for is asked.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from contracts.vocabularies import vocabulary
from publication.search.language.meanings import RATE_MAX, VACANCIES, Meaning, Option
from publication.search.language.numbers import NUMBER_WORDS, NumberFound

DAY_AND_NIGHT, DAY = "day-and-night", "day"
# Somebody who says "om dagen" may mean a day and a night: who takes that much for both takes no more for the day.
EITHER = (DAY, DAY_AND_NIGHT)
# As much as the parameter of the search takes.
MOST_OERE = 10**12
# A smaller number before a unit alone may be of anything: "højst 12 om dagen".
FEWEST_KRONER = 100

_PER = r"(?:(?:pr\b\.?|per|i|om|for\s+et|for\s+en|/)\s*)"
_UNITS: Mapping[str, tuple[str, ...]] = {
    rf"{_PER}?(?:døgn|doegn)(?:et)?|{_PER}dag\s+og\s+nat": (DAY_AND_NIGHT,),
    r"(?:pr\b\.?|per|/)\s*dag": (DAY,),
    r"(?:om|i)\s+dagen|dagligt?": EITHER,
    rf"{_PER}timen?|/\s*t": ("hour",),
    rf"{_PER}ugen?|ugentligt?": ("week",),
    rf"{_PER}(?:måneden?|maaneden?|mdr?\b\.?)|(?:måned|maaned)ligt?": ("month",),
    rf"{_PER}(?:forløb|forloeb)(?:et)?": ("course",),
}
_RATES: Mapping[str, tuple[str, ...]] = {
    r"døgn|doegn": (DAY_AND_NIGHT,),
    r"dags?": (DAY,),
    r"times?": ("hour",),
    r"uges?": ("week",),
    r"måneds?|maaneds?": ("month",),
    r"forløbs?|forloebs?": ("course",),
}
_UNIT = "|".join(_UNITS)
_AT_MOST = (
    r"(?:højst|hoejst|højest|ma(?:x|ks)(?:imalt|imum|\b\.?)|op\s+til|under|indtil|"
    r"ikke\s+(?:over|mere\s+end|dyrere\s+end)|(?:billigere|mindre|lavere)\s+end)"
)
_OR_LESS = (
    r"(?:(?:eller|og)\s+(?:mindre|derunder|billigere|lavere)|(?:som\s+)?(?:højst|hoejst|ma(?:x|ks))(?:imalt|imum)?\b)"
)
_KRONER = r"(?:kroner|kr\b\.?)"
_NUMBER = r"(?P<kroner>\d{1,3}(?:[. ]\d{3})+|\d{1,10})(?:,(?P<oere>\d{2})(?!\d))?(?![.,]?\d)"
_NAMED = r"(?P<named>takst|pris|betaling)(?:en)?\s+(?:(?:på|er|skal\s+være|må\s+være)\s+)*"
_RATE = rf"(?:(?P<rate>{'|'.join(_RATES)})?-?{_NAMED})"
_PRICE = rf"(?:(?P<before>{_KRONER})\s*)?{_NUMBER}\s*(?P<behind>,-|{_KRONER})?(?:\s*(?P<unit>{_UNIT})(?!\w))?"
_FIRST = r"(?:(?P<first>(?:pr\b\.?|per)\s*\w+)\s+)"
_HIGHEST = (
    re.compile(rf"\b{_RATE}?{_FIRST}?{_AT_MOST}\s*{_PRICE}", re.IGNORECASE),
    re.compile(rf"(?<![\d.,]){_RATE}?{_PRICE}\s*{_OR_LESS}", re.IGNORECASE),
)
_MONEY = re.compile(rf"\d[\d.]*(?:,\d+)?(?:\s\d{{3}})*\s*(?:,-|{_KRONER})(?:\s*(?:{_UNIT})(?!\w))?", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:ikke|aldrig)\s+$", re.IGNORECASE)

_COUNT = rf"(?P<number>(?<![\d.,-])\d{{1,3}}|\b(?:{NUMBER_WORDS}|én|en))"
_FREE = r"(?:ledige?|frie?|tomme?)"
_PLACES = r"(?:(?:døgn|dag|aflastnings)?plads(?:er)?|værelser?|boliger?|lejligheder?)\b"
_VACANT = re.compile(
    r"(?:\b(?:(?P<more>over|flere\s+end|mere\s+end)|(?P<fewer>under|højst|hoejst|ma(?:x|ks)\.?|færre\s+end|op\s+til)|"
    rf"mindst|minimum|min\.?)\s+)?{_COUNT}(?P<plus>\+)?(?:\s+eller\s+flere)?\s+"
    rf"(?:{_FREE}\s+{_PLACES}|{_PLACES}\s+{_FREE}\b|{_FREE}(?=\s*(?:$|[,.;]|(?:i|på|ved|til|og|nær)\b)))",
    re.IGNORECASE,
)


class UnclearRate(NamedTuple):
    """A highest rate of which nobody said what it is paid for: where it stands, and the amount in øre."""

    start: int
    end: int
    oere: int


def amounts_in(text: str) -> Iterator[NumberFound]:
    """Give the highest rates of ``text`` whose unit is said, then the vacancies that it asks for."""
    yield from (found for found in _rates_in(text) if isinstance(found, NumberFound))
    for match in _VACANT.finditer(text):
        count = _count(match["number"]) + (match["more"] is not None)
        if match["fewer"] is None and count:
            yield NumberFound(*match.span(), Meaning((vacancies_option(count),)))


def unclear_in(text: str) -> list[UnclearRate]:
    """Return the highest rates of ``text`` whose unit is not said."""
    return [found for found in _rates_in(text) if isinstance(found, UnclearRate)]


def money_in(text: str) -> list[tuple[int, int]]:
    """Return where the amounts of ``text`` stand, from and to, whatever they are of."""
    return [match.span() for match in _MONEY.finditer(text)]


def rate_option(oere: int, unit: str) -> Option:
    """Return the option of rates of ``oere`` at most for one ``unit``."""
    kroner, rest = divmod(oere, 100)
    amount = f"{kroner:,}".replace(",", ".") + (f",{rest:02}" if rest else "")
    label = f"højst {amount} kr. {vocabulary('rate-units').label(unit)}"
    return Option(RATE_MAX, (str(oere),), str(oere), label, unit)


def vacancies_option(count: int) -> Option:
    """Return the option of at least ``count`` vacancies."""
    label = "Har ledige pladser" if count == 1 else f"Mindst {count} ledige pladser"
    return Option(VACANCIES, (str(count),), str(count), label)


def _rates_in(text: str) -> Iterator[NumberFound | UnclearRate]:
    for match in (found for pattern in _HIGHEST for found in pattern.finditer(text)):
        said, oere = list(_units_said(match)), _oere_of(match)
        says_money = match["before"] or match["behind"] or match["named"]
        if oere is None or _NEGATED.search(text, 0, match.start()):
            continue
        units = [each for each in said[0] if all(each in units for units in said)] if said else []
        if units and (says_money or oere >= FEWEST_KRONER * 100):
            yield NumberFound(*match.span(), Meaning(tuple(rate_option(oere, unit) for unit in units)))
        elif says_money and not said and not _NEXT_UNIT.match(text, match.end()):
            yield UnclearRate(*match.span(), oere)


# A year, or whatever else is no unit of ours, is no reason to ask which of them it is.
_NEXT_UNIT = re.compile(r"\s*(?:(?:pr\b\.?|per|om|/)\s*\w|årlig|aarlig)", re.IGNORECASE)


def is_measured(text: str, end: int) -> bool:
    """Return whether the number of ``text`` that ends at ``end`` is one of something, and no postcode."""
    return _MEASURE.match(text, end) is not None


_MEASURE = re.compile(
    rf"\s*(?:(?:og|til|eller|-|–)\s*[\d.]+\s*)?(?:,-|{_KRONER}|(?:øre|m|meter|km)\b|(?:{_UNIT})(?!\w))", re.IGNORECASE
)


def _units_said(match: re.Match[str]) -> Iterator[tuple[str, ...]]:
    """Give the units that each word says an amount is for; an empty one for a unit that no rate has."""
    groups = match.groupdict()
    for name, words in (("first", _UNITS), ("unit", _UNITS), ("rate", _RATES)):
        if said := groups.get(name):
            known = (units for pattern, units in words.items() if re.fullmatch(pattern, said, re.IGNORECASE))
            yield next(known, ())


def _oere_of(match: re.Match[str]) -> int | None:
    """Return an amount in øre; None where it is nothing, or more than any rate."""
    kroner = int(match["kroner"].replace(".", "").replace(" ", ""))
    oere = kroner * 100 + int(match["oere"] or 0)
    return oere if 0 < oere <= MOST_OERE else None


def _count(number: str) -> int:
    if number.isdigit():
        return int(number)
    return NUMBER_WORDS.split("|").index(number.lower()) + 1 if number.lower() not in {"en", "én"} else 1
