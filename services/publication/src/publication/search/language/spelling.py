"""What a misspelt word was meant to be: the known word that needs the fewest changes to become it. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

# Letters that are taken for one another cost less than others.
ALIKE = frozenset(
    frozenset(pair)
    for pair in (
        "aå",
        "oø",
        "eæ",
        "aæ",
        "dt",
        "bp",
        "gk",
        "ck",
        "vw",
        "yi",
        "sz",
        "sc",
        "øö",
        "oå",
        "ui",
        "uy",
        "xs",
        "je",
        "vf",
        "ei",
    )
)
CHEAP, DEAR = 0.5, 1.0
# In a shorter word every change makes another one.
MIN_LETTERS = 4
# A longer word may have two mistakes; in one of middle length the second must be of letters that are taken for another.
MIDDLE, LONG = 6, 8
ONE, ONE_AND_A_HALF, TWO = 1.0, 1.5, 2.0
# So many of its pairs of letters must be in a word that it is looked at.
SHARED_PAIRS = 0.3


class Speller:
    """Knows some words, earlier ones before later ones, and finds them when they are misspelt."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [word for word in dict.fromkeys(words) if len(word) >= MIN_LETTERS and not word.isdigit()]
        self._of_pair: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._words):
            for pair in _pairs(word):
                self._of_pair[pair].append(number)
        self.nearest = lru_cache(5_000)(self._nearest)

    def _nearest(self, word: str) -> tuple[str, float] | None:
        """Return the known word that ``word`` was meant to be and what the changes cost; None where none is near."""
        if len(word) < MIN_LETTERS or len(word) > MOST_LETTERS:
            return None
        pairs = _pairs(word)
        shared = Counter(number for pair in pairs for number in self._of_pair.get(pair, ()))
        most = most_of(word)
        best: tuple[float, int] | None = None
        for number, count in shared.items():
            known = self._words[number]
            if count >= SHARED_PAIRS * len(pairs) - 1 and abs(len(known) - len(word)) <= most:
                cost = changes(word, known, most)
                # A first letter is seldom wrong.
                cost += CHEAP * (known[0] != word[0] and frozenset((known[0], word[0])) not in ALIKE)
                if cost <= most and (best is None or (cost, number) < best):
                    best = (cost, number)
        return (self._words[best[1]], best[0]) if best else None


MOST_LETTERS = 40


def most_of(word: str) -> float:
    """Return what the changes of ``word`` may cost."""
    if len(word) >= LONG:
        return TWO
    return ONE_AND_A_HALF if len(word) >= MIDDLE else ONE


def changes(typed: str, known: str, most: float) -> float:
    """Return what it costs to make ``typed`` of ``known``; more than ``most`` where it is too much.

    A letter is left out, added, taken for another one, or changed with its neighbour; a letter that stands double once
    too often or too seldom costs half.
    """
    before: list[float] = []
    row = [DEAR * count for count in range(len(known) + 1)]
    for at, letter in enumerate(typed, 1):
        earlier, before = before, row
        row = [DEAR * at]
        is_double = at > 1 and typed[at - 2] == letter
        for to, other in enumerate(known, 1):
            other_double = to > 1 and known[to - 2] == other
            cost = min(
                before[to] + (CHEAP if is_double else DEAR),
                row[to - 1] + (CHEAP if other_double else DEAR),
                before[to - 1] + _instead(letter, other),
            )
            if at > 1 and to > 1 and letter == known[to - 2] and typed[at - 2] == other:
                cost = min(cost, earlier[to - 2] + DEAR)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + DEAR
    return row[-1]


def _instead(letter: str, other: str) -> float:
    if letter == other:
        return 0.0
    return CHEAP if frozenset((letter, other)) in ALIKE else DEAR


def _pairs(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}
