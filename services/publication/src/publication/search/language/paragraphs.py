"""The paragraphs of the law as people write them: § 107, 108a, paragraf 107, servicelovens § 66."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from contracts.reference import Act, LegalBasis, legal_bases

_LAW = (
    r"(?:(?:lov(?:en)?\s+om\s+social\s+service|service?lov(?:en)?s?|barnets\s+lovs?|sundhedslov(?:en)?s?"
    r"|friplejeboliglov(?:en)?s?|\bsel|\bsul|\bbl|\bfpl)\.?,?\s*)"
)
_SIGN = r"(?:§+|\bparagraf(?:fen|ferne)?|\bpgf\.?|\bpar\.?)\s*"
_PARAGRAPH = re.compile(
    rf"(?P<law>{_LAW})?(?P<sign>{_SIGN})?(?<![\d.,-])(?P<number>\d{{1,3}})(?:\s?(?P<letter>[a-e])(?![^\W_]))?"
    rf"(?:\s?[-–]\s?(?P<last>\d{{2,3}})(?!\d))?(?P<parts>(?:,?\s*(?:stk|nr|stykke|nummer)\.?\s*\d+)*)"
    rf"(?:\s+(?P<after>{_LAW}))?(?!\d|-\d)",
    re.IGNORECASE,
)
_CHILDRENS_LAW = re.compile(r"barnets|\bbl\b", re.IGNORECASE)
_ITEM = re.compile(r"(?:nr|nummer)\.?\s*(\d+)", re.IGNORECASE)
_OF_BASIS = re.compile(r"(\d+)(?:-(\d+))?(?:\s([a-e])\b)?")
# Three digits of a paragraph can hardly be anything else, but behind these they are the number of a house.
UNMISTAKEN = 100
_HOUSE = re.compile(
    r"(?:vej|gade|all[eé]|stræde|boulevard|torv|vænge|hus|bygning|afdeling|afd\.?|gruppe|stue|lejlighed|etage|værelse)"
    r"(?:en|et|n)?\s+$",
    re.IGNORECASE,
)


class ParagraphFound(NamedTuple):
    """What stands at ``start`` to ``end`` of a text, and the legal bases that it names; ``sure``: with sign or law."""

    start: int
    end: int
    bases: tuple[LegalBasis, ...]
    sure: bool


def paragraphs_in(text: str) -> Iterator[ParagraphFound]:
    """Give the paragraphs of ``text`` that are those of a tilbud."""
    for match in _PARAGRAPH.finditer(text):
        law = f"{match['law'] or ''} {match['after'] or ''}"
        sure = bool(match["sign"] or law.strip())
        if not sure and (int(match["number"]) < UNMISTAKEN or match["last"] or _HOUSE.search(text[: match.start()])):
            continue
        is_childrens = bool(_CHILDRENS_LAW.search(law))
        bases = _bases_of(match, is_childrens=is_childrens)
        if not bases and not law.strip():
            # Paragraph 43 is known from the barnets lov alone.
            is_childrens = True
            bases = _bases_of(match, is_childrens=is_childrens)
        item = _ITEM.search(match["parts"])
        named = tuple(each for each in bases if item and f"nr. {item[1]}" in _written(each, is_childrens=is_childrens))
        if bases:
            yield ParagraphFound(match.start(), match.start() + len(match[0].rstrip()), named or bases, sure)


def _bases_of(match: re.Match[str], *, is_childrens: bool) -> tuple[LegalBasis, ...]:
    """Return the bases of the paragraph that was found, or of all up to the last one: §§ 107-108."""
    known, first = _by_paragraph(is_childrens=is_childrens), int(match["number"])
    if match["last"]:
        each = (basis for number in range(first, int(match["last"]) + 1) for basis in known.get(str(number), ()))
        return tuple(dict.fromkeys(each))
    return known.get(f"{first}{(match['letter'] or '').lower()}", ())


def _written(basis: LegalBasis, *, is_childrens: bool) -> str:
    return (basis.barnets_lov_paragraph or "") if is_childrens else basis.paragraph


@cache
def _by_paragraph(*, is_childrens: bool) -> Mapping[str, tuple[LegalBasis, ...]]:
    found: dict[str, tuple[LegalBasis, ...]] = {}
    # The serviceloven is meant where nothing else is said.
    for basis in sorted(legal_bases(), key=lambda each: each.act is not Act.SEL):
        if basis.is_plejefamilie:
            continue
        before_parts = _written(basis, is_childrens=is_childrens).split(", stk.")[0].split("(")[0]
        for first, last, letter in _OF_BASIS.findall(before_parts):
            for number in range(int(first), int(last or first) + 1):
                paragraph = f"{number}{letter}"
                found[paragraph] = (*found.get(paragraph, ()), basis)
    return found
