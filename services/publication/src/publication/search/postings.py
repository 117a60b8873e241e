"""Which rows have what: a bitmap of rows for each key. In memory, and pure."""

from array import array
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from pyroaring import BitMap

Key = TypeVar("Key", bound=Hashable)
EMPTY = BitMap()


class Postings(Generic[Key]):
    """The rows of each key. What was added is there from ``settle`` on: many at a time cost little more than one."""

    def __init__(self) -> None:
        self._rows: dict[Key, BitMap] = {}
        self._added: dict[Key, array[int]] = {}

    def add(self, row: int, keys: Iterable[Key]) -> None:
        """Let ``row`` have each of ``keys``."""
        added = self._added
        for key in keys:
            rows = added.get(key)
            if rows is None:
                rows = added[key] = array("I")
            rows.append(row)

    def settle(self) -> list[Key]:
        """Take in what was added; return the keys that are new."""
        new = [key for key in self._added if key not in self._rows]
        for key, rows in self._added.items():
            if key in self._rows:
                self._rows[key] |= BitMap(rows)
            else:
                self._rows[key] = BitMap(rows)
        self._added.clear()
        return new

    def of(self, key: Key) -> BitMap:
        """Return the rows that have ``key``."""
        return self._rows.get(key, EMPTY)

    def of_any(self, keys: Iterable[Key]) -> BitMap:
        """Return the rows that have any of ``keys``."""
        found = [self._rows[key] for key in keys if key in self._rows]
        if len(found) == 1:
            return found[0]
        return BitMap.union(*found) if found else EMPTY
