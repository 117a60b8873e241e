"""What a number in a sentence means: an age in years, or a paragraph of the law."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from contracts.reference import LegalBasis, legal_bases
from publication.search.language.lexicon import OLDEST, ages_option, option_of
from publication.search.language.meanings import Meaning

_YEARS = r"(?:\s*-?\s*(?:år|aar)(?:s|ig|ige|ing|s?\s*alderen)?\b)"
_NUMBER = r"(?<![\d.,-])(\d{1,3})"
# Each with how its numbers say from and to.
_RANGE = re.compile(rf"{_NUMBER}\s*(?:-|–|til|og|/)\s*(\d{{1,3}}){_YEARS}", re.IGNORECASE)
_AT_LEAST = re.compile(
    rf"(?:(?:over|ældre end|mindst|fra|fyldt|min\.?)\s*{_NUMBER}{_YEARS}?(?:\s+og\s+(?:op(?:efter)?|ældre))?"
    rf"|{_NUMBER}\s*\+(?:{_YEARS})?|{_NUMBER}{_YEARS}\s+(?:og\s+)?(?:op(?:efter)?|ældre|derover)\b)",
    re.IGNORECASE,
)
_BELOW = re.compile(rf"(?:under|yngre end)\s*{_NUMBER}{_YEARS}?", re.IGNORECASE)
_UP_TO = re.compile(rf"(?:op til|højst|indtil|max\.?)\s*{_NUMBER}{_YEARS}", re.IGNORECASE)
_AGE = re.compile(rf"(?:(?:alder(?:en)?|på|er)\s+)?{_NUMBER}{_YEARS}", re.IGNORECASE)
_BARE_AGE = re.compile(
    rf"(?:alder(?:en)?\s+|(?<=\bpå\s)|(?<=\bpaa\s)){_NUMBER}(?!\s*(?:km|kilometer|pladser|kr|%|[.,\d-]))\b",
    re.IGNORECASE,
)

_LAW = (
    r"(?:(?:lov(?:en)?\s+om\s+social\s+service|service?lov(?:en)?s?|barnets\s+lovs?|sundhedslov(?:en)?s?"
    r"|friplejeboliglov(?:en)?s?|\bsel|\bsul|\bbl|\bfpl)\.?,?\s*)"
)
_SIGN = r"(?:§+|\bparagraf(?:fen|ferne)?|\bpgf\.?|\bpar\.?)\s*"
_PARAGRAPH = re.compile(
    rf"(?P<law>{_LAW})?(?P<sign>{_SIGN})?(?<![\d.,-])(?P<number>\d{{1,3}})\s?(?P<letter>[a-e](?![^\W_]))?"
    rf"(?P<parts>(?:,?\s*(?:stk|nr|stykke|nummer)\.?\s*\d+)*)(?P<after>\s+(?:{_LAW}))?(?![\d-])",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:nr|nummer)\.?\s*(\d+)", re.IGNORECASE)
_OF_BASIS = re.compile(r"(\d+)(?:-(\d+))?(?:\s([a-e])\b)?")
# Three digits of a paragraph can hardly be anything else.
UNMISTAKEN = 100


class NumberFound(NamedTuple):
    """What stands at ``start`` to ``end`` of a text, and what it means."""

    start: int
    end: int
    meaning: Meaning


def numbers_in(text: str) -> Iterator[NumberFound]:
    """Give the ages and paragraphs of ``text``, the plainest first; they may overlap."""
    yield from _paragraphs(text, signed=True)
    for pattern, span in (
        (_RANGE, lambda first, last: (first, last)),
        (_AT_LEAST, lambda first, _: (first, OLDEST)),
        (_BELOW, lambda first, _: (0, first - 1)),
        (_UP_TO, lambda first, _: (0, first)),
        (_AGE, lambda first, _: (first, first)),
        (_BARE_AGE, lambda first, _: (first, first)),
    ):
        for match in pattern.finditer(text):
            numbers = [int(each) for each in match.groups() if each is not None]
            first, last = span(numbers[0], numbers[-1])
            if 0 <= first <= last <= OLDEST:
                yield NumberFound(*match.span(), Meaning((ages_option(first, last),), exact_age=True))
    yield from _paragraphs(text, signed=False)


def _paragraphs(text: str, *, signed: bool) -> Iterator[NumberFound]:
    for match in _PARAGRAPH.finditer(text):
        has_sign = bool(match["sign"] or match["law"] or match["after"])
        if has_sign is signed and (has_sign or int(match["number"]) >= UNMISTAKEN):
            paragraph = f"{int(match['number'])}{(match['letter'] or '').lower()}"
            is_childrens = "barnets" in (match["law"] or match["after"] or "").lower() or (
                match["law"] or ""
            ).lower().startswith("bl")
            bases = (_of_childrens_law() if is_childrens else _of_other_laws()).get(paragraph, ())
            item = _ITEM.search(match["parts"] or "")
            bases = tuple(each for each in bases if item and f"nr. {item[1]}" in _written(each, is_childrens)) or bases
            if bases:
                option = option_of("legal_basis", [each.id for each in bases])
                yield NumberFound(*match.span(), Meaning((option,)))


def _written(basis: LegalBasis, is_childrens: bool) -> str:
    return (basis.barnets_lov_paragraph or "") if is_childrens else basis.paragraph


@cache
def _of_other_laws() -> Mapping[str, tuple[LegalBasis, ...]]:
    return _by_paragraph(is_childrens=False)


@cache
def _of_childrens_law() -> Mapping[str, tuple[LegalBasis, ...]]:
    return _by_paragraph(is_childrens=True)


def _by_paragraph(*, is_childrens: bool) -> Mapping[str, tuple[LegalBasis, ...]]:
    found: dict[str, tuple[LegalBasis, ...]] = {}
    for basis in legal_bases():
        if basis.is_plejefamilie:
            continue
        before_parts = _written(basis, is_childrens).split(", stk.")[0].split("(")[0]
        for first, last, letter in _OF_BASIS.findall(before_parts):
            for number in range(int(first), int(last or first) + 1):
                paragraph = f"{number}{letter}"
                found[paragraph] = (*found.get(paragraph, ()), basis)
    return found
