"""Which digits of a text may be a CPR number: how they are grouped, and what stands between the groups.

The lengths of all groups make one string, in which the known shapes are looked up: the cost follows the length of the
text.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

_LENGTHS = "0123456789abc"
_REST = 4
_LOOK_AROUND = 160
_LONGEST_GAP = 40
_SIGN = r"(?:[^\w\s]|_)"
# Inside of a date or of the last four digits. A comma with a blank parts two numbers.
_NARROW = re.compile(rf"\s{{0,2}}(?:(?![,;!?]\s){_SIGN}){{0,2}}\s{{0,2}}")
# Between the date and the last four digits also brackets, a letter or a word that names the number.
_WIDE = re.compile(
    rf"\s{{0,8}}{_SIGN}{{0,3}}\s{{0,8}}{_SIGN}{{0,3}}\s{{0,8}}|[^\W\d_]|\sx\s|"
    r"[\W_]{0,4}(?:(?:cpr|person)(?:[-. ]{0,2}(?:nr|nummer|no))?|løbe(?:nr|nummer)|bindestreg|streg|minus)[\W_]{0,4}",
    re.IGNORECASE,
)


def _parted(length: int) -> Iterator[str]:
    """Every way to part so many digits: `3`, `12`, `21` and `111` for three."""
    for first in range(1, length):
        yield from (f"{first}{others}" for others in _parted(length - first))
    yield str(length)


# As people write the number, whatever stands around it.
_PLAIN = ("a", "c", "64", "84", "2224", "2244", "424", "4224", "622", "822")
# Nothing may follow: `2025-09-02 - 2026-09-01` are two dates.
_BEFORE_NONE = ("622", "822", "2244", "4224")
# Only when no other number stands beside it: phone numbers and lists are written in such groups too.
_ALONE = (
    *("82", "46", "442", "444", "226", "244", "262", "2422", "4222", "2242", "22222", "22422"),
    *("19", "37", "55", "73", "91", "3322", "613", "631", "61111", "1" * 10, "1" * 12),
    *(parts + "4" for parts in _parted(6) if parts not in ("6", "42", "222", "24")),
)
_HIDDEN = re.compile(
    r"</?[a-z][^<>]{0,80}>|&(?:[a-z]{2,8}|#\d{2,3});|%2[0d](?=\d{4}(?!\d))|"
    r"(?<![^\W_])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![^\W_])",
    re.IGNORECASE,
)


class Spelling(NamedTuple):
    """Digits that are grouped like a CPR number: `shape` has the length of each group, `gaps` what is between them."""

    shape: str
    groups: tuple[str, ...]
    gaps: tuple[str, ...]
    before: str
    after: str

    @property
    def digits(self) -> str:
        """All its digits: ten, or twelve with the whole year."""
        return "".join(self.groups)

    @property
    def rest(self) -> str:
        """Its last four digits."""
        return self.digits[-_REST:]

    @property
    def is_plain(self) -> bool:
        """Whether only CPR numbers are usually grouped like this."""
        return self.shape in _PLAIN

    @property
    def cut(self) -> int | None:
        """The index of the gap between the date and the last four digits; None when no gap is there."""
        length = 0
        for index, group in enumerate(self.groups[:-1]):
            length += len(group)
            if length == len(self.digits) - _REST:
                return index
        return None

    @property
    def last(self) -> str:
        """What stands between the date and the last four digits."""
        return "" if self.cut is None else self.gaps[self.cut]

    @property
    def inner(self) -> tuple[str, ...]:
        """What stands between the other groups."""
        return tuple(gap for index, gap in enumerate(self.gaps) if index != self.cut)


def spellings(text: str) -> Iterator[Spelling]:
    """Everything in the text that is grouped like a CPR number, whatever its digits say."""
    text = _HIDDEN.sub(" ", text)
    groups = [match.span() for match in re.finditer(r"\d+", text)]
    lengths = "".join(_LENGTHS[end - start] if end - start < len(_LENGTHS) else "0" for start, end in groups)
    for shape in (*_PLAIN, *_ALONE):
        first = lengths.find(shape)
        while first >= 0:
            found = _spelling(text, groups, first, shape)
            if found:
                yield found
            first = lengths.find(shape, first + 1)


def _spelling(text: str, groups: list[tuple[int, int]], first: int, shape: str) -> Spelling | None:
    beyond = first + len(shape)
    if shape in _ALONE and (_is_beside_letter(text, groups[first][0]) or (first and _goes_on(text, groups, first))):
        return None
    if (shape in _ALONE or shape in _BEFORE_NONE) and beyond < len(groups) and _goes_on(text, groups, beyond):
        return None
    spans = groups[first:beyond]
    between = [(before[1], after[0]) for before, after in pairwise(spans)]
    if any(end - start > _LONGEST_GAP for start, end in between):
        return None
    start, end = spans[0][0], spans[-1][1]
    found = Spelling(
        shape,
        tuple(text[slice(*span)] for span in spans),
        tuple(text[slice(*gap)] for gap in between),
        text[max(0, start - _LOOK_AROUND) : start],
        text[end : end + _LOOK_AROUND],
    )
    return found if _holds_together(found) else None


def _is_beside_letter(text: str, start: int) -> bool:
    return start > 0 and (text[start - 1].isalpha() or text[start - 1] == "+")


def _goes_on(text: str, groups: list[tuple[int, int]], index: int) -> bool:
    """Whether a group stands right after the one before it."""
    before, after = groups[index - 1][1], groups[index][0]
    return after - before <= _LONGEST_GAP and _NARROW.fullmatch(text, before, after) is not None


def _holds_together(found: Spelling) -> bool:
    if not all(map(_NARROW.fullmatch, found.inner)):
        return False
    if found.is_plain:
        return _WIDE.fullmatch(found.last) is not None
    return _NARROW.fullmatch(found.last) is not None and len({gap.strip() for gap in found.inner}) <= 1
