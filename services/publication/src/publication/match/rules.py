"""Which rows of the index fit a need, which do not, and which come first. Pure.

A need is a list of demands. To each of them a row says yes, says no, or does not answer: silence is never a no.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from publication.places.gazetteer import Place
from publication.search.arrays import first_rows, kilometres, numbers, rows_where
from publication.search.criteria import DAY_AND_NIGHT
from publication.search.facets import SET, keys
from publication.search.index import Numbers, SearchIndex

EVERY_AGE = range(121)
# Who needs somebody awake is helped by somebody awake and somebody asleep as well.
NIGHT_STAFF: Mapping[str, Sequence[str]] = {
    "awake": ("awake", "awake-and-sleeping"),
    "sleeping": ("sleeping", "awake-and-sleeping"),
}
# A place in the order is one number: fits, misfits, hundreds of metres, minutes since a confirmation.
MOST_DEMANDS = (1 << 7) - 1
FAR, OLD = (1 << 18) - 1, (1 << 27) - 1
# Every minute that can be told lies before this one, and less than ``OLD`` before it: 2200-01-01.
LAST_MINUTE = 120_960_000
MOST_RANK = (1 << 63) - 1
MARKS = 1 << 12

Ranks = NDArray[np.int64]


class Demand(NamedTuple):
    """One thing that is asked for. ``value`` is a term, a code or a number, whatever ``what`` says."""

    what: str
    value: str


@dataclass(frozen=True)
class Need:
    """What somebody needs, without a word about who it is. ``rate_max_oere`` is for one ``rate_unit``."""

    age: int | None = None
    target_groups: Sequence[str] = ()
    services: Sequence[str] = ()
    municipality: str | None = None
    near: Place | None = None
    rate_max_oere: int | None = None
    rate_unit: str = DAY_AND_NIGHT
    accessible: bool = False
    night_staff: str | None = None
    vacancies: int = 0

    @property
    def demands(self) -> list[Demand]:
        """Return the demands, in the order in which their answers are shown."""
        several = (("target_group", self.target_groups), ("service", self.services))
        found = [Demand("age", str(self.age))] if self.age is not None else []
        found += [Demand(what, value) for what, values in several for value in values]
        single = {
            "municipality": self.municipality,
            "vacancies": str(self.vacancies) if self.vacancies else None,
            "rate": str(self.rate_max_oere) if self.rate_max_oere is not None else None,
            "night_staff": self.night_staff,
            "accessible": SET if self.accessible else None,
        }
        return found + [Demand(what, value) for what, value in single.items() if value is not None]

    @property
    def mark(self) -> int:
        """Return what tells this need from another; a cursor holds it, so it is short and tells of many needs."""
        return crc32(json.dumps(asdict(self)).encode()) % MARKS


class Answers(NamedTuple):
    """The rows that say yes to a demand, and those that say anything about it; rows that are gone may be among them."""

    yes: BitMap
    told: BitMap


class Ranked(NamedTuple):
    """A row with its place in the order and the kilometres to it (NaN where they are not known)."""

    row: int
    rank: int
    kilometres: float


class Matching:
    """One need, looked for in ``index``."""

    def __init__(self, index: SearchIndex, need: Need) -> None:
        self._index, self._need = index, need
        self.answers = {demand: _JUDGES[demand.what](index, need, demand.value) for demand in need.demands}
        self.found = self._found()

    def page(self, limit: int, place: Sequence[Any] | None) -> list[Ranked]:
        """Return the best rows behind ``place``: those that fit most, then misfit least, then near, then fresh ones."""
        index = self._index
        rows = numbers(self.found)
        distances = kilometres(index, self._need.near, rows)
        ranks, order = self._ranks(rows, distances), index.order[rows]
        if place:
            rank, *key = place
            behind = (ranks > rank) | ((ranks == rank) & (order > index.order_of(key)))
            rows, ranks, order, distances = rows[behind], ranks[behind], order[behind], distances[behind]
        first = first_rows(ranks, order, limit)
        chosen = zip(rows[first].tolist(), ranks[first].tolist(), distances[first].tolist(), strict=True)
        return [Ranked(*each) for each in chosen]

    def _found(self) -> BitMap:
        """Return the rows that fit in anything; all where nothing but nearness is asked for."""
        live = self._index.live
        return BitMap.union(*(each.yes for each in self.answers.values())) & live if self.answers else BitMap(live)

    def _ranks(self, rows: Numbers, distances: NDArray[np.float64]) -> Ranks:
        """Return the place of each row in the order as one number, the best first."""
        fits = self._counted(each.yes for each in self.answers.values())[rows]
        misfits = self._counted(each.told - each.yes for each in self.answers.values())[rows]
        hundreds = np.nan_to_num(np.round(distances * 10), nan=FAR)
        minutes = np.nan_to_num(LAST_MINUTE - self._index.confirmed[rows] // 60, nan=OLD)
        ranks: Ranks = MOST_DEMANDS - fits
        for part, most in ((misfits, MOST_DEMANDS), (hundreds, FAR), (minutes, OLD)):
            ranks = ranks * (most + 1) + np.clip(part, 0, most).astype(np.int64)
        return ranks

    def _counted(self, answers: Iterable[BitMap]) -> Ranks:
        """Return in how many of ``answers`` each row is."""
        counts = np.zeros(self._index.size, np.int64)
        for rows in answers:
            counts[numbers(rows)] += 1
        return counts


def _told(index: SearchIndex, facet: str) -> BitMap:
    return index.facets.of_any(keys(facet, index.values.get(facet, ())))


def _age(index: SearchIndex, need: Need, value: str) -> Answers:
    """Judge the age by the packages of the groups that are asked for, where a row has such ones.

    Who takes autism at 18 and dementia at 70 does not take autism at 70.
    """
    ages = [int(value)]
    at_other_ages = BitMap()
    for group in need.target_groups:
        at_other_ages |= index.facets.of(f"target_group:{group}") - index.in_one_package([group], ages)
    return Answers(index.ages.of_any(ages) - at_other_ages, index.ages.of_any(EVERY_AGE))


def _term(facet: str, covered_by: Mapping[str, Sequence[str]]) -> Callable[[SearchIndex, Need, str], Answers]:
    def judge(index: SearchIndex, _: Need, value: str) -> Answers:
        return Answers(index.facets.of_any(keys(facet, covered_by.get(value, [value]))), _told(index, facet))

    return judge


def _accessible(index: SearchIndex, _: Need, value: str) -> Answers:
    return Answers(index.facets.of(f"accessible:{value}"), _told(index, "accessibility"))


def _vacancies(index: SearchIndex, _: Need, value: str) -> Answers:
    return Answers(rows_where(index.vacancies >= int(value)), rows_where(~np.isnan(index.vacancies)))


def _rate(index: SearchIndex, need: Need, value: str) -> Answers:
    """Judge the lowest rate of the unit that is asked for; a rate of another unit answers nothing."""
    rates = index.rates[need.rate_unit]
    return Answers(rows_where(rates <= int(value)), rows_where(~np.isnan(rates)))


_JUDGES: Mapping[str, Callable[[SearchIndex, Need, str], Answers]] = {
    "age": _age,
    "target_group": _term("target_group", {}),
    "service": _term("service", {}),
    "municipality": _term("municipality", {}),
    "vacancies": _vacancies,
    "rate": _rate,
    "night_staff": _term("night_staff", NIGHT_STAFF),
    "accessible": _accessible,
}
