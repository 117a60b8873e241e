"""Which row of a list in one version of a step is which in another: by what it is about, never by its place."""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.form.completeness import is_empty
from contracts.form.definition import Field, FieldType

# Rows that are otherwise unlike are still the same one when more than this share of their answers is equal.
ALIKE = 0.5

Row = Mapping[str, Any]


class RowStatus(StrEnum):
    """Whether a row stands in both versions, or came or went as a whole."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class RowPair:
    """One row in two versions, None where it is missing.

    `key` is its place in a pointer: its own id, else its index in the new version, or in the old one if it is gone.
    `index` is its index in the new version, None if it is gone. `moved` tells the few rows that changed places from
    the others, which stand in the same order as before.
    """

    key: str
    old: Row | None
    new: Row | None
    index: int | None = None
    moved: bool = False

    @property
    def status(self) -> RowStatus:
        """What became of the row as a whole."""
        if self.old is None:
            return RowStatus.ADDED
        return RowStatus.REMOVED if self.new is None else RowStatus.KEPT

    @property
    def latest(self) -> Row:
        """The row as it is now, or as it was when it is gone."""
        return self.new if self.new is not None else self.old or {}


def has_rows(value: object) -> bool:
    """Whether the value of a list has any row."""
    return isinstance(value, list) and bool(value)


def match_rows(field: Field, old: object, new: object) -> list[RowPair]:
    """The rows of a list in two versions of its value: those of the new one in their order, then those that are gone.

    A row with an id of its own is the one with that id. Of the others, equal ones belong together, then those
    with the same answers in the fields of `identity`, and last those that have most of their answers in common.
    """
    before, after = _indexed(field, old), _indexed(field, new)
    partners = _partners(before, after)
    kept = set(partners.values())
    moved = _moved([partners[row.index] for row in after if row.index in partners])
    pairs = [
        RowPair(
            row.key,
            before[partners[row.index]].row if row.index in partners else None,
            row.row,
            row.index,
            partners.get(row.index) in moved,
        )
        for row in after
    ]
    return pairs + [RowPair(row.key, row.row, None) for row in before if row.index not in kept]


def index_in(field: Field, old: object, new: object, index: int) -> int | None:
    """Where the row at `index` of the old value stands in the new one; None if it is gone."""
    partners = _partners(_indexed(field, old), _indexed(field, new))
    return next((after for after, before in partners.items() if before == index), None)


@dataclass(frozen=True, slots=True)
class _IndexedRow:
    """A row with what it is recognised by; `own_id` only where no other row of its version has the same."""

    index: int
    row: Row
    own_id: str | None
    identity: tuple[str, ...]
    answers: frozenset[tuple[str, str]]

    @property
    def key(self) -> str:
        return self.own_id or str(self.index)

    def share(self, other: "_IndexedRow") -> float:
        """How many of the answers of both are the same, from 0 to 1."""
        return len(self.answers & other.answers) / max(len(self.answers), len(other.answers), 1)


def _indexed(field: Field, value: object) -> list[_IndexedRow]:
    rows = [row if isinstance(row, Mapping) else {} for row in value] if isinstance(value, list) else []
    has_id = any(each.id == "id" for each in field.fields)
    ids = [row.get("id") if has_id else None for row in rows]
    return [
        _IndexedRow(
            index=index,
            row=row,
            own_id=row_id if isinstance(row_id, str) and row_id and ids.count(row_id) == 1 else None,
            identity=_identity(field, row),
            answers=frozenset(_answers(field.fields, row, "")),
        )
        for index, (row, row_id) in enumerate(zip(rows, ids, strict=True))
    ]


def _identity(field: Field, row: Row) -> tuple[str, ...]:
    """What the row answers in the identifying fields; () for no answer in any of them."""
    fields = [each for each in field.fields if each.id in field.identity]
    texts = ["" if is_empty(each, row.get(each.id)) else _text(row[each.id]) for each in fields]
    return tuple(texts) if any(texts) else ()


def _answers(fields: tuple[Field, ...], row: Row, pointer: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        value, place = row.get(field.id), f"{pointer}/{field.id}"
        if field.type is FieldType.GROUP:
            yield from _answers(field.fields, value if isinstance(value, Mapping) else {}, place)
        elif not is_empty(field, value):
            yield place, _text(value)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _partners(before: list[_IndexedRow], after: list[_IndexedRow]) -> dict[int, int]:
    """The index of the old row by that of the new row which is the same one."""
    partners: dict[int, int] = {}
    for likeness in (_has_same_id, _is_equal, _has_same_identity, _is_alike):
        kept = set(partners.values())
        free_before = [row for row in before if row.index not in kept]
        free_after = [row for row in after if row.index not in partners]
        partners |= _pairs(free_before, free_after, likeness)
    return partners


def _pairs(
    before: list[_IndexedRow], after: list[_IndexedRow], likeness: Callable[[_IndexedRow, _IndexedRow], float]
) -> dict[int, int]:
    """Pair each new row with the old one that is most like it; among equally like ones with the nearest."""
    scores = [(likeness(old, new), old.index, new.index) for new in after for old in before]
    pairs: dict[int, int] = {}
    for score, old, new in sorted(scores, key=lambda each: (-each[0], abs(each[1] - each[2]), each[2], each[1])):
        if score > 0 and new not in pairs and old not in pairs.values():
            pairs[new] = old
    return pairs


def _has_same_id(old: _IndexedRow, new: _IndexedRow) -> float:
    return float(old.own_id is not None and old.own_id == new.own_id)


def _is_equal(old: _IndexedRow, new: _IndexedRow) -> float:
    return float(_may_be_same(old, new) and old.answers == new.answers)


def _has_same_identity(old: _IndexedRow, new: _IndexedRow) -> float:
    same = _may_be_same(old, new) and bool(old.identity) and old.identity == new.identity
    return 1 + old.share(new) if same else 0


def _is_alike(old: _IndexedRow, new: _IndexedRow) -> float:
    share = old.share(new)
    return share if _may_be_same(old, new) and share > ALIKE else 0


def _may_be_same(old: _IndexedRow, new: _IndexedRow) -> bool:
    """Two rows with ids of their own are the same by these or not at all."""
    return old.own_id is None or new.own_id is None


def _moved(places: list[int]) -> set[int]:
    """The fewest of the old `places`, given in the new order, without which the rest stand in the old order."""
    tails: list[int] = []
    chains: list[list[int]] = []
    for place in places:
        length = bisect_left(tails, place)
        chain = [*(chains[length - 1] if length else []), place]
        tails[length:] = [place, *tails[length + 1 :]]
        chains[length:] = [chain, *chains[length + 1 :]]
    return set(places).difference(chains[-1] if chains else ())
