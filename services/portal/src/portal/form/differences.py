"""What differs between two values: by how much a number rose or fell, and which words of a text came or went."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from contracts.form import Field, FieldType
from contracts.form.definition import INTEGER_TYPES, NUMBER_TYPES
from portal.form.display import as_text
from portal.formats import shown_number

MINUS = "\N{MINUS SIGN}"
# A share of a share misleads, and a year has none.
_WITHOUT_SHARE = frozenset({FieldType.PERCENT, FieldType.YEAR})
_COUNTED = (INTEGER_TYPES | NUMBER_TYPES) - {FieldType.YEAR}
_TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
_WORD = re.compile(r"\s*\S+|\s+$")
# Whoever reads two short texts sees more at once than between marks, and of two long ones that share little as well.
FEWEST_WORDS = 4
LIKE_ENOUGH = 0.3


def number_difference(field: Field, old: Any, new: Any) -> str:
    """Return by how much a number changed, with its unit and as a share of the old one: +75 kr. (+1,8 %).

    Empty where either is no number or both are equal.
    """
    if field.type not in _COUNTED or not (_is_number(old) and _is_number(new)) or old == new:
        return ""
    change = Decimal(str(new)) - Decimal(str(old))
    amount = abs(change)
    shown = as_text(field, int(amount) if amount == amount.to_integral_value() else float(amount))
    if field.type is FieldType.PERCENT:
        shown = f"{shown.removesuffix(' %')} procentpoint"
    sign = _sign(change)
    if field.type in _WITHOUT_SHARE or not old:
        return f"{sign}{shown}"
    share = (change / abs(Decimal(str(old))) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{sign}{shown} ({_sign(share)}{shown_number(float(abs(share)))} %)"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sign(number: Decimal) -> str:
    return MINUS if number < 0 else "+" if number > 0 else ""


class Mark(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Words:
    """Some words of a text that have the same mark."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class WordDifference:
    """Two versions of a text: the old one with the words that went, the new one with those that came."""

    old: tuple[Words, ...]
    new: tuple[Words, ...]


def word_difference(field: Field, old: Any, new: Any) -> WordDifference | None:
    """Return which words of a text came and went; None where two whole texts say as much."""
    if field.type not in _TEXTS or not (isinstance(old, str) and isinstance(new, str)) or old == new:
        return None
    before, after = _WORD.findall(old), _WORD.findall(new)
    # Words that stand everywhere are no anchors, which also bounds the work on a text that repeats one word.
    matcher = SequenceMatcher(None, _bare(before), _bare(after), autojunk=True)
    if min(len(before), len(after)) < FEWEST_WORDS or matcher.ratio() < LIKE_ENOUGH:
        return None
    steps = matcher.get_opcodes()
    if all(tag == "equal" for tag, *_ in steps):
        return None
    return WordDifference(
        tuple(_marked(before, ((start, end, tag) for tag, start, end, _, _ in steps), Mark.REMOVED)),
        tuple(_marked(after, ((start, end, tag) for tag, _, _, start, end in steps), Mark.ADDED)),
    )


def _bare(words: Sequence[str]) -> list[str]:
    return [word.strip() for word in words]


def _marked(words: Sequence[str], steps: Iterator[tuple[int, int, str]], mark: Mark) -> Iterator[Words]:
    for start, end, tag in steps:
        text = "".join(words[start:end])
        if not text:
            continue
        if tag == "equal":
            yield Words(Mark.SAME, text)
            continue
        # The blank in front of the first word belongs to the text around it.
        blank = text[: len(text) - len(text.lstrip())]
        if blank:
            yield Words(Mark.SAME, blank)
        if text.strip():
            yield Words(mark, text.lstrip())
