"""Which rows of the index fit a query, and how well: what it means first, then names, then other words. Pure."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from publication.search.arrays import numbers, rows_where
from publication.search.index import Floats, SearchIndex
from publication.search.language.identifiers import WHOLE_NAME
from publication.search.language.meanings import AGE, Meaning, Option, weight_of
from publication.search.language.sentence import Reading
from publication.search.scores import in_names, name_rows, weighed, word_rows

# What somebody asks for by its own name, number or person comes first, whatever else the words mean.
IDENTIFIED, NAMED, PERSON_NAMED, RARE_NAME = 1_000.0, 500.0, 300.0, 200.0
# What has everything that was understood, then what has most of it.
ALL, MOST = 100.0, 60.0
EVERY_TOPIC, EVERY_WORD, WORD, FITTING_AGE, TOWN = 10.0, 3.0, 2.0, 4.0, 5.0
# A name that so few tilbud have is meant by whoever types it.
FEW = 3
# A single letter beside other words says nothing.
MIN_LETTERS = 2


class Fit:
    """How the rows of ``index`` fit ``reading``; without a query all fit.

    Where nothing among ``possible`` has everything that was understood, ``is_relaxed``: what has some of it is found.
    ``by_distance``: among those who fit alike, the order is that of their distances.
    """

    def __init__(self, index: SearchIndex, reading: Reading, possible: BitMap, *, by_distance: bool = False) -> None:
        self._index, self._reading, self._by_distance = index, reading, by_distance
        self._possible = possible - self._unwanted()
        self._subjects = {subject: self._rows_of(meanings) for subject, meanings in reading.subjects.items()}
        self.is_relaxed = False
        if reading.query:
            self.rows = (self._found() - self._unwanted()) | self._identified | index.named(reading.query)
        else:
            self.rows = index.live

    def _unwanted(self) -> BitMap:
        unwanted = [option for meaning in self._reading.unwanted for option in meaning.options]
        ages = self._index.ages.of_any(age for option in unwanted for age in option.ages)
        return ages | self._index.facets.of_any(key for option in unwanted for key in option.keys)

    def _found(self) -> BitMap:
        reading = self._reading
        named = self._named | self._identified | self._people
        if self._subjects:
            found = self._fitting | named | self._rarely_named
            self.is_relaxed = not found & self._possible
            return BitMap.union(*self._subjects.values()) if self.is_relaxed else found
        if reading.understood and not reading.rest:
            return self._index.live
        if self._identified or (len(reading.people) >= WHOLE_NAME and self._people):
            return named
        return self._with_words() | named

    @cached_property
    def _fitting(self) -> BitMap:
        """Return the rows that have everything that was understood."""
        return BitMap.intersection(*self._subjects.values())

    def _with_words(self) -> BitMap:
        """Return the rows that hold at least half of the words that say something."""
        words = [word for word in self._reading.rest if len(word) >= MIN_LETTERS] or list(self._reading.rest)
        if len(words) == 1:
            return self._word_rows[words[0]]
        held = np.zeros(self._index.size, np.int16)
        for word in words:
            held[numbers(self._word_rows[word])] += 1
        return rows_where(held * 2 >= len(words))

    @cached_property
    def _word_rows(self) -> dict[str, BitMap]:
        return {word: word_rows(self._index, word) for word in self._reading.rest}

    @cached_property
    def _named(self) -> BitMap:
        """Return the rows whose name holds every word of the query, understood or not."""
        words = self._reading.all_words
        found = [name_rows(self._index, word, alike=word in self._reading.rest) for word in words]
        return BitMap.intersection(*found) if found else BitMap()

    @cached_property
    def _identified(self) -> BitMap:
        return self._index.with_id(self._reading.query) | self._index.identifiers.of_any(self._reading.identifiers)

    @cached_property
    def _people(self) -> BitMap:
        """Return the rows that have somebody with all of the name."""
        found = [self._index.identifiers.of(each) for each in self._reading.people]
        return BitMap.intersection(*found) if found else BitMap()

    def _rows_of(self, meanings: Sequence[Meaning]) -> BitMap:
        return BitMap.union(*(self._rows(option) for meaning in meanings for option in meaning.options))

    def _rows(self, option: Option) -> BitMap:
        if option.parameter == AGE:
            return self._index.ages.of_any(option.ages)
        if option.unit:
            return rows_where(self._index.rates[option.unit] <= int(option.value))
        if least := option.least_vacancies:
            return rows_where(self._index.vacancies >= least)
        if option.parameter == "target_group" and self._reading.ages:
            # Both belong to one package, as where they are chosen.
            return self._index.in_one_package(option.values, self._reading.ages)
        return self._index.facets.of_any(option.keys)

    def scores(self) -> Floats:
        """Return how well each row of the index fits."""
        scores = np.zeros(self._index.size)
        if not self._reading.query:
            return scores
        for rows, weight in self._parts():
            scores[numbers(rows)] += weight
        if self._reading.ages:
            scores += FITTING_AGE * self._fitting_ages()
        return np.round(scores, 6)

    def _parts(self) -> Iterator[tuple[BitMap, float]]:
        index, reading = self._index, self._reading
        yield self._identified, IDENTIFIED
        yield self._people, PERSON_NAMED
        yield index.named(reading.query), NAMED
        yield from self._parts_of_subjects()
        yield self._rarely_named, RARE_NAME
        words = list(reading.rest)
        for word in words:
            yield self._word_rows[word], EVERY_WORD / len(words)
            for rows, weight in weighed(index, word):
                yield rows, WORD * weight / len(words)
        if not words and not self._by_distance:
            # A topic that stands in the name, too, is no more of a topic: it must not win over what lies near by.
            yield in_names(index, reading.all_words), WORD

    def _parts_of_subjects(self) -> Iterator[tuple[BitMap, float]]:
        if not self._subjects:
            return
        if not self.is_relaxed:
            yield self._fitting, ALL
        total = sum(map(weight_of, self._subjects))
        for subject, rows in self._subjects.items():
            yield rows, MOST * weight_of(subject) / total
        wanted = self._reading.wanted
        for each in wanted:
            for option in each.options:
                yield self._rows(option), EVERY_TOPIC / len(wanted) / len(each.options)
            for town in each.towns:
                yield word_rows(self._index, town), TOWN / len(each.towns)

    @cached_property
    def _rarely_named(self) -> BitMap:
        """Return rows that a word names as few others, where none that fits has that name."""
        if not self._subjects or not self._reading.rest:
            return BitMap()
        named = in_names(self._index, self._reading.rest) & self._possible
        is_rare = not named & self._fitting and len(self._index.tilbud_of(named, FEW + 1)) <= FEW
        return named if is_rare else BitMap()

    def _fitting_ages(self) -> Floats:
        """Return how much of the ages that a row takes is wanted: 1 where it takes no others."""
        wanted = np.zeros(self._index.size)
        for age in self._reading.ages:
            wanted[numbers(self._index.ages.of(age))] += 1
        taken = np.maximum(self._index.age_counts, 1)
        found: Floats = wanted / taken if len(self._reading.ages) > 1 else np.zeros(self._index.size)
        return found
