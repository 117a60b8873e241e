"""The words that stand in the rows of the search, each with the rows that it stands in. In memory, and pure."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import snowballstemmer
from pyroaring import BitMap

from publication.search.postings import Postings

# So many new texts are looked through one by one before they are joined to the rest.
MAX_NEW = 500
MAX_REMEMBERED = 10_000
SIMILAR = 0.6
MIN_STEM, MAX_ENDING = 4, 2
_WORD = re.compile(r"[^\W_]+")
_STEMMER = snowballstemmer.stemmer("danish")

Found = TypeVar("Found")


@lru_cache(200_000)
def stem(word: str) -> str:
    """Return ``word`` without its Danish ending."""
    found: str = _STEMMER.stemWord(word)
    return found


def trigrams(word: str) -> list[str]:
    """Return the triples of letters of ``word``, with its begin and end, in their order."""
    padded = f"  {word} "
    return [padded[at : at + 3] for at in range(len(padded) - 2)]


class Vocabulary:
    """Pieces of text without a space in them, each with the rows that have it.

    Any part of a text without a space stands inside one of them: so a look through them, each of which is there once,
    finds what a look through all texts would. What was found for a word is remembered until there are new pieces.
    """

    def __init__(self) -> None:
        self._postings: Postings[str] = Postings()
        self._pieces: list[str] = []
        self._of_stem: dict[str, list[int]] = {}
        self._joined, self._starts = "\n", array("I")
        self._remembered: dict[tuple[str, str], Any] = {}

    def add(self, row: int, text: str) -> None:
        """Let ``row`` have every piece of ``text``."""
        self._postings.add(row, set(text.split()))

    def settle(self) -> None:
        """Take in what was added."""
        new = self._postings.settle()
        for piece in new:
            self._learn(piece)
        if new:
            self._remembered.clear()
        if len(self._pieces) - len(self._starts) > MAX_NEW:
            self._join()

    def remember(self, what: str, word: str, find: Callable[[], Found]) -> Found:
        """Return what ``find`` finds, or found before."""
        key = (what, word)
        if key not in self._remembered:
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = find()
        found: Found = self._remembered[key]
        return found

    def _learn(self, piece: str) -> None:
        number = len(self._pieces)
        self._pieces.append(piece)
        for word in _WORD.findall(piece):
            self._of_stem.setdefault(stem(word), []).append(number)

    def _join(self) -> None:
        starts, at = array("I"), 1
        for piece in self._pieces:
            starts.append(at)
            at += len(piece) + 1
        self._joined, self._starts = "\n" + "\n".join(self._pieces) + "\n", starts

    def rows_of(self, numbers: Iterable[int]) -> BitMap:
        """Return the rows that have any of these pieces."""
        return self._postings.of_any(self._pieces[number] for number in numbers)

    def words_in(self, number: int) -> list[str]:
        """Return the words in a piece."""
        return _WORD.findall(self._pieces[number])

    def holding(self, part: str) -> Iterator[int]:
        """Give the pieces that hold ``part``."""
        at = self._joined.find(part)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            yield number
            at = self._joined.find(part, self._starts[number] + len(self._pieces[number]))
        yield from (n for n in range(len(self._starts), len(self._pieces)) if part in self._pieces[n])

    def holding_word(self, word: str) -> Iterator[int]:
        """Give the pieces that hold ``word`` between signs or alone."""
        own_word = re.compile(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])")
        return (number for number in self.holding(word) if own_word.search(self._pieces[number]))

    def with_stem_of(self, word: str) -> Sequence[int]:
        """Return the pieces that hold a word with another ending than ``word``.

        A short stem is that of many words: one with a long ending behind it is none of theirs.
        """
        found, ending = self._of_stem.get(stem(word), ()), len(word) - len(stem(word))
        if len(stem(word)) >= MIN_STEM or ending <= MAX_ENDING:
            return found
        return [number for number in found if word in _WORD.findall(self._pieces[number])]

    def beginning_with(self, prefix: str) -> Iterator[int]:
        """Give the pieces that hold a word that begins with ``prefix``."""
        begins = re.compile(rf"(?<![^\W_]){re.escape(prefix)}")
        return (number for number in self.holding(prefix) if begins.search(self._pieces[number]))


class Names(Vocabulary):
    """The pieces of names, which are found misspelt too."""

    def __init__(self) -> None:
        super().__init__()
        self._of_triple: dict[str, array[int]] = {}

    def _learn(self, piece: str) -> None:
        number = len(self._pieces)
        super()._learn(piece)
        for triple in {triple for word in _WORD.findall(piece) for triple in trigrams(word)}:
            self._of_triple.setdefault(triple, array("I")).append(number)

    def alike(self, word: str) -> dict[int, float]:
        """Return the pieces that ``word`` may be a misspelling of, each with how like it is (0.6 to 1)."""
        wanted = trigrams(word)
        known = [self._of_triple[triple] for triple in set(wanted) if triple in self._of_triple]
        if not known:
            return {}
        shared = np.bincount(np.concatenate([np.frombuffer(each, np.uint32) for each in known]))
        likely = np.flatnonzero(shared >= SIMILAR * len(set(wanted)))
        likeness = {number: self._likeness(wanted, number) for number in likely.tolist()}
        return {number: like for number, like in likeness.items() if like >= SIMILAR}

    def _likeness(self, wanted: Sequence[str], number: int) -> float:
        return max(_likeness(wanted, each) for each in _WORD.findall(self._pieces[number]))


def _likeness(wanted: Sequence[str], word: str) -> float:
    """Return how much of the word is in ``word``: their triples in common, of all up to the last common one."""
    own = trigrams(word)
    common = [at for at, each in enumerate(own) if each in wanted]
    if len(common) < SIMILAR * len(set(wanted)):
        return 0.0
    extent = set(own[common[0] : common[-1] + 1])
    return len(extent & set(wanted)) / len(extent | set(wanted))
