"""What a number in a sentence means: an age in years, or a paragraph of the law."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from publication.search.language.lexicon import OLDEST, ages_option, option_of
from publication.search.language.meanings import Meaning
from publication.search.language.paragraphs import ParagraphFound, paragraphs_in

_YEARS = r"(?:\s*-?\s*(?:år|aar)(?:s|ig|ige|ing|s?\s*alderen)?\b)"
_OTHER_UNIT = (
    r"(?:km|kilometer|kr|kroner|plads|pladser|ledige|%|m2|m²|min|minutter|timer|uger|dage|beboere|personer|sal)\b"
)
_NUMBER = rf"(?<![\d.,-])(\d{{1,3}})(?![.,]?\d|\.\s*\w)(?!\s*{_OTHER_UNIT})"
# Each with how its numbers say from and to.
_RANGE = re.compile(rf"(?:(?:fra|mellem)\s+)?{_NUMBER}\s*(?:-|–|til|og|eller|/)\s*(\d{{1,3}}){_YEARS}", re.IGNORECASE)
_BARE_RANGE = re.compile(
    rf"(?:fra\s+{_NUMBER}\s+til|mellem\s+{_NUMBER}\s+og)\s+(\d{{1,3}})(?!\s*{_OTHER_UNIT})(?![.,-]?\d)", re.IGNORECASE
)
_BOUNDED = re.compile(
    rf"(?:(?:over|fra|mindst|fyldt)\s*{_NUMBER}{_YEARS}?|(?<![\d.,-])(\d{{1,3}})\+)\s*(?:og|men|,)?\s*"
    rf"(?:(under)|højst|op til|ikke over|max\.?)\s*{_NUMBER}{_YEARS}?",
    re.IGNORECASE,
)
_WITH_A_HALF = re.compile(rf"(?<![\d.,-])(\d{{1,3}})(?:[.,]\d|\s?½){_YEARS}", re.IGNORECASE)
_DECADE = re.compile(r"(?:i\s+)?(?<!\d)([2-9]0)\s?['’-]?erne\b", re.IGNORECASE)
_AT_LEAST = re.compile(
    rf"(?:(?:over|ældre end|mindst|fra|fyldt|min\.?|ikke under|ikke yngre end)\s*{_NUMBER}(?!\s*(?:-|–|til|og)\s*\d)"
    rf"{_YEARS}?(?:\s+og\s+(?:op(?:efter)?|ældre))?"
    rf"|{_NUMBER}\s*\+(?:{_YEARS})?|{_NUMBER}{_YEARS}\s+(?:og\s+)?(?:op(?:efter)?|ældre|derover)\b)",
    re.IGNORECASE,
)
_BELOW = re.compile(rf"(?:under|yngre end)\s*{_NUMBER}{_YEARS}?", re.IGNORECASE)
_UP_TO = re.compile(
    rf"(?:(?:op til|højst|indtil|max\.?)\s*{_NUMBER}{_YEARS}|ikke (?:over|ældre end|fyldt)\s*{_NUMBER}{_YEARS}?)",
    re.IGNORECASE,
)
_AGE = re.compile(rf"(?:(?:alder(?:en)?|på|er)\s+)?{_NUMBER}{_YEARS}", re.IGNORECASE)
_BARE_AGE = re.compile(
    rf"(?:alder(?:en)?\s+|(?<=\bpå\s)|(?<=\bpaa\s)){_NUMBER}(?![.,-])\b",
    re.IGNORECASE,
)
# "Treårig" is an age, "tre år" may be how long something lasts.
NUMBER_WORDS = (
    "et|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tretten|fjorten|femten|seksten|sytten|atten|nitten|tyve"
)
_WORDED_AGE = re.compile(rf"\b({NUMBER_WORDS})\s?-?\s?(?:år|aar)ige?\b", re.IGNORECASE)


class NumberFound(NamedTuple):
    """What stands at ``start`` to ``end`` of a text, and what it means."""

    start: int
    end: int
    meaning: Meaning


def numbers_in(text: str) -> Iterator[NumberFound]:
    """Give the ages and paragraphs of ``text``, the plainest first; they may overlap."""
    paragraphs = list(paragraphs_in(text))
    yield from (_of_law(each) for each in paragraphs if each.sure)
    for pattern, span in (
        (_BOUNDED, lambda first, last: (first, last)),
        (_WITH_A_HALF, lambda first, _: (first, first)),
        (_RANGE, lambda first, last: (first, last)),
        (_BARE_RANGE, lambda first, last: (first, last)),
        (_DECADE, lambda first, _: (first, first + 9)),
        (_AT_LEAST, lambda first, _: (first, OLDEST)),
        (_BELOW, lambda first, _: (0, first - 1)),
        (_UP_TO, lambda first, _: (0, first)),
        (_AGE, lambda first, _: (first, first)),
        (_BARE_AGE, lambda first, _: (first, first)),
    ):
        for match in pattern.finditer(text):
            numbers = [int(each) for each in match.groups() if each is not None and each.isdigit()]
            first, last = span(numbers[0], numbers[-1])
            last -= pattern is _BOUNDED and match[3] is not None
            if 0 <= first <= last <= OLDEST:
                yield NumberFound(*match.span(), Meaning((ages_option(first, last),), exact_age=True))
    for match in _WORDED_AGE.finditer(text):
        age = NUMBER_WORDS.split("|").index(match[1].lower()) + 1
        yield NumberFound(*match.span(), Meaning((ages_option(age, age),), exact_age=True))
    yield from (_of_law(each) for each in paragraphs if not each.sure)


def _of_law(found: ParagraphFound) -> NumberFound:
    option = option_of("legal_basis", [each.id for each in found.bases])
    return NumberFound(found.start, found.end, Meaning((option,)))
