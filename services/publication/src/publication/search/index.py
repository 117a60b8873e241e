"""What is public now, as the search looks at it: bitmaps of rows by everything that can be asked. In memory, and pure.

A row has a number that is never used again. A row that is gone leaves ``live`` at once, and stays in the other bitmaps
until the index is filled anew: whatever is found is therefore cut with ``live``.
"""

import zlib
from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json, to_json
from pyroaring import BitMap

from publication.search.postings import Postings
from publication.search.vocabulary import Names, Vocabulary
from publication.search.words import fold

GAP = 1 << 20
FIRST_SIZE = 1_024
NO_PLACE = 0
# Behind every row of the same name.
LAST = 1 << 62

Numbers = NDArray[np.uint32]
Floats = NDArray[np.float64]
Key = tuple[str, str, str, int]


class IndexedRow(NamedTuple):
    """A search row as it is taken in; ``item`` is JSON."""

    tilbud_id: str
    department_id: str
    sort_name: str
    title: str
    words: str
    facets: Sequence[str]
    ages: Sequence[int]
    group_ages: Sequence[str]
    vacancies: int | None
    quality: float | None
    rates: Mapping[str, int]
    latitude: float | None
    longitude: float | None
    item: str


class ShownRow(NamedTuple):
    """What a result shows."""

    item: str
    name: str
    department_name: str | None
    facets: Sequence[str]
    place_approximate: bool


class SearchIndex:
    """The rows that are public now."""

    def __init__(self) -> None:
        self._size = 0
        self.live = BitMap()
        self.facets: Postings[str] = Postings()
        self.values: dict[str, list[str]] = defaultdict(list)
        self.ages: Postings[int] = Postings()
        self._group_ages: Postings[str] = Postings()
        self._spans: dict[str, list[tuple[range, str]]] = defaultdict(list)
        self.text, self.titles = Vocabulary(), Names()
        self.names: dict[str, list[int]] = defaultdict(list)
        self.ids: dict[str, list[int]] = defaultdict(list)
        self.points: dict[tuple[float, float], int] = {}
        self.rates: dict[str, Floats] = defaultdict(lambda: np.full(self._size, np.nan))
        self._rows: dict[str, list[int]] = defaultdict(list)
        self._shown: list[bytes] = []
        self._keys: list[Key] = []
        self._sorted: list[Key] = []
        self.order: NDArray[np.int64] = np.zeros(0, np.int64)
        self.vacancies, self.quality, self.confirmed = np.zeros(0), np.zeros(0), np.zeros(0)
        self.place: NDArray[np.int32] = np.zeros(0, np.int32)
        self._grow(FIRST_SIZE)

    @property
    def size(self) -> int:
        """Return how many rows there is room for."""
        return self._size

    @property
    def is_worn(self) -> bool:
        """Return whether most rows that are kept are shown no more: it is time to fill a new index."""
        return len(self._keys) > max(2 * len(self.live), FIRST_SIZE)

    def fill(self, rows: Iterable[IndexedRow]) -> None:
        """Take in many rows before the first is asked for; ``settle`` ends it."""
        for row in rows:
            self._sorted.append(self._add(row))

    def settle(self) -> None:
        """Sort what was filled in."""
        self._sorted.sort()
        self._renumber()
        self._settle()

    def replace(self, tilbud_id: str, rows: Iterable[IndexedRow]) -> None:
        """Show these rows of a tilbud, and no others."""
        self.live -= BitMap(self._rows.pop(tilbud_id, []))
        for row in rows:
            key = self._add(row)
            insort(self._sorted, key)
            self._place(key)
        self._settle()

    def in_one_package(self, groups: Iterable[str], ages: Sequence[int]) -> BitMap:
        """Return the rows that take any of ``groups`` at any of ``ages``: both have to stand in one package."""
        spans = (each for group in groups for each in self._spans.get(group, ()))
        return self._group_ages.of_any(key for span, key in spans if any(age in span for age in ages))

    def ages_in_package(self, row: int, group: str) -> list[range]:
        """Return the ages at which ``row`` takes ``group``, a range for each package."""
        return [span for span, key in self._spans.get(group, ()) if row in self._group_ages.of(key)]

    def _settle(self) -> None:
        self.text.settle()
        self.titles.settle()
        self.ages.settle()
        for key in self.facets.settle():
            facet, _, value = key.partition(":")
            self.values[facet].append(value)
        for key in self._group_ages.settle():
            group, _, span = key.partition(":")
            first, _, last = span.partition("-")
            self._spans[group].append((range(int(first), int(last) + 1), key))

    def shown(self, row: int) -> ShownRow:
        """Return what is shown of a row."""
        return ShownRow(*from_json(zlib.decompress(self._shown[row])))

    def key(self, row: int) -> Key:
        """Return what ``row`` is sorted by among equals: name, tilbud, department."""
        return self._keys[row]

    def order_of(self, key: Sequence[str]) -> int:
        """Return the order number of the last row that does not come behind ``key``; -1 where all do."""
        name, tilbud_id, department_id = key
        at = bisect(self._sorted, (name, tilbud_id, department_id, LAST))
        return int(self.order[self._sorted[at - 1][-1]]) if at else -1

    def _add(self, row: IndexedRow) -> Key:
        number = len(self._keys)
        if number >= self._size:
            self._grow(self._size * 2)
        key = (row.sort_name, row.tilbud_id, row.department_id, number)
        self._keys.append(key)
        self._rows[row.tilbud_id].append(number)
        self.live.add(number)
        self._add_values(number, row)
        self.text.add(number, row.words)
        self.titles.add(number, row.title)
        self.ids[row.tilbud_id.lower()].append(number)
        item = from_json(row.item)
        self.names[fold(str(item["name"]))].append(number)
        self.confirmed[number] = _seconds(item.get("vacancies_confirmed_at") or item["confirmed_at"])
        shown = (row.item, item["name"], item["department_name"], row.facets, item.get("place_approximate", False))
        self._shown.append(zlib.compress(to_json(shown), 1))
        return key

    def _add_values(self, number: int, row: IndexedRow) -> None:
        self.facets.add(number, row.facets)
        self.ages.add(number, row.ages)
        self._group_ages.add(number, row.group_ages)
        self.vacancies[number] = np.nan if row.vacancies is None else row.vacancies
        self.quality[number] = np.nan if row.quality is None else row.quality
        for unit, oere in row.rates.items():
            self.rates[unit][number] = oere
        if row.latitude is not None and row.longitude is not None:
            point = (row.latitude, row.longitude)
            self.place[number] = self.points.setdefault(point, len(self.points) + 1)

    def _place(self, key: Key) -> None:
        """Give a row an order number between those of its neighbours."""
        at = bisect(self._sorted, key) - 1
        before = int(self.order[self._sorted[at - 1][-1]]) if at else 0
        after = int(self.order[self._sorted[at + 1][-1]]) if at + 1 < len(self._sorted) else before + 2 * GAP
        number = (before + after) // 2
        if number == before:
            self._renumber()
        else:
            self.order[key[-1]] = number

    def _renumber(self) -> None:
        numbers = np.fromiter((key[-1] for key in self._sorted), np.int64, len(self._sorted))
        self.order[numbers] = np.arange(1, len(numbers) + 1, dtype=np.int64) * GAP

    def _grow(self, size: int) -> None:
        added = size - self._size
        nothing = np.full(added, np.nan)
        self.order = np.concatenate([self.order, np.zeros(added, np.int64)])
        self.vacancies = np.concatenate([self.vacancies, nothing])
        self.quality = np.concatenate([self.quality, nothing])
        self.confirmed = np.concatenate([self.confirmed, nothing])
        self.place = np.concatenate([self.place, np.zeros(added, np.int32)])
        for unit, rates in self.rates.items():
            self.rates[unit] = np.concatenate([rates, nothing])
        self._size = size


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
