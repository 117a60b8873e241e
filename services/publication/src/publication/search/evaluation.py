"""What a search finds in the index: its hits, how many there are for each value of a facet, and a page. Pure."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from publication.search.arrays import first_rows, kilometres, numbers, rows_where
from publication.search.criteria import SearchCriteria
from publication.search.facets import FACETS, keys
from publication.search.fit import Fit
from publication.search.hits import DEAR_OERE, FAR_AWAY_KM, FAR_KM, Hit
from publication.search.index import Floats, Numbers, SearchIndex

# Who fits better comes first; among those who fit alike, a few words more or less, the nearer does.
FAR_AWAY = 9.0
Counts = dict[str, dict[str, int]]


class Evaluation:
    """One search in ``index``."""

    def __init__(self, index: SearchIndex, criteria: SearchCriteria) -> None:
        self._index, self.criteria = index, criteria
        self._chosen = self._chosen_rows()
        self._found = self._bounded_rows()
        by_distance = criteria.near is not None
        self.fit = Fit(index, criteria.reading, self._without(None), by_distance=by_distance)
        self._found &= self.fit.rows
        self.hits = self._without(None)

    def counts(self) -> Counts:
        """Count the values of every facet under all choices but its own."""
        return {facet: self.counted(facet) for facet in FACETS}

    def counted(self, facet: str) -> dict[str, int]:
        """Count the values of one facet under all choices but its own."""
        return dict(self._counted(facet))

    @property
    def is_strict(self) -> bool:
        """Return whether what is found has everything that was asked for."""
        return not self.fit.is_relaxed

    def page(self) -> list[Hit]:
        """Return the page, one more row than its limit where there are more."""
        criteria, index = self.criteria, self._index
        rows = numbers(self.hits)
        ranks = self._ranks(rows)
        order = index.order[rows]
        if criteria.place:
            rank, *key = criteria.place
            behind = (ranks > rank) | ((ranks == rank) & (order > index.order_of(key)))
            rows, ranks, order = rows[behind], ranks[behind], order[behind]
        first = first_rows(ranks, order, criteria.limit + 1)
        rows, ranks = rows[first], ranks[first]
        scores = self._scores[rows]
        distances = kilometres(index, criteria.near, rows)
        return [
            self._hit(int(row), float(rank), float(score), float(distance))
            for row, rank, score, distance in zip(rows, ranks, scores, distances, strict=True)
        ]

    def _hit(self, row: int, rank: float, score: float, distance: float) -> Hit:
        sort_name, tilbud_id, department_id, _ = self._index.key(row)
        shown = self._index.shown(row)
        kilometres = None if np.isnan(distance) else distance
        return Hit(*shown, score + 0.0, kilometres, rank + 0.0, sort_name, tilbud_id, department_id)

    @cached_property
    def _scores(self) -> Floats:
        return self.fit.scores()

    def _bounded_rows(self) -> BitMap:
        """Return the rows that keep all bounds."""
        index, bounds = self._index, self.criteria.bounds
        found = [index.live]
        if "ages" in bounds and "target_group" not in self.criteria.chosen:
            found.append(index.ages.of_any(bounds["ages"]))
        if "rate_max" in bounds:
            found.append(rows_where(index.rates[self.criteria.rate_unit] <= bounds["rate_max"]))
        if "quality_min" in bounds:
            found.append(rows_where(index.quality >= bounds["quality_min"]))
        return BitMap.intersection(*sorted(found, key=len))

    def _chosen_rows(self) -> dict[str, BitMap]:
        """Return the rows of each facet that something is chosen from."""
        index, criteria = self._index, self.criteria
        chosen = {facet: index.facets.of_any(keys(facet, values)) for facet, values in criteria.chosen.items()}
        if "vacancies" in criteria.bounds:
            chosen["vacancies"] = rows_where(index.vacancies >= criteria.bounds["vacancies"])
        if "target_group" in chosen and "ages" in criteria.bounds:
            # Both belong to one package: who takes autism at 18 and dementia at 70 does not take autism at 70.
            chosen["target_group"] = index.in_one_package(criteria.chosen["target_group"], criteria.bounds["ages"])
        return chosen

    def _without(self, facet: str | None) -> BitMap:
        others = [rows for name, rows in self._chosen.items() if name != facet]
        return BitMap.intersection(*sorted([self._found, *others], key=len)) if others else self._found

    def _counted(self, facet: str) -> Iterator[tuple[str, int]]:
        base = self._without(facet) if facet in self._chosen else self.hits
        index, ages = self._index, self.criteria.bounds.get("ages", [])
        by_package = facet == "target_group" and bool(ages)
        for value in index.values.get(facet, ()):
            rows = index.in_one_package([value], ages) if by_package else index.facets.of(f"{facet}:{value}")
            if count := base.intersection_cardinality(rows):
                yield value, count

    def _far(self, rows: Numbers) -> Floats:
        """Return what its distance from the place that is asked for takes from each of ``rows``."""
        if self.criteria.near is None:
            return np.zeros(len(rows))
        distances = np.nan_to_num(kilometres(self._index, self.criteria.near, rows), nan=FAR_AWAY_KM)
        far: Floats = np.round(FAR_AWAY * np.minimum(distances / FAR_AWAY_KM, 1.0), 6)
        return far

    def _ranks(self, rows: Numbers) -> Floats:
        """Return the number that each row is sorted by, the smallest first; the name decides among equals."""
        index, criteria = self._index, self.criteria
        if criteria.sort == "relevance":
            return self._far(rows) - self._scores[rows]
        if criteria.sort == "distance":
            return np.nan_to_num(kilometres(index, criteria.near, rows), nan=FAR_KM)
        if criteria.sort == "rate":
            return np.nan_to_num(index.rates[criteria.rate_unit][rows], nan=DEAR_OERE)
        if criteria.sort == "vacancies":
            return -np.nan_to_num(index.vacancies[rows], nan=-1.0)
        return np.zeros(len(rows))
