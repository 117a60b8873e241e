"""What a search asks for, and what of it the structure of its statement depends on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from publication.places.gazetteer import Place
from publication.search.facets import FACETS, keys
from publication.search.language.lexicon import Lexicon, own_lexicon
from publication.search.language.meanings import AGE, PERSONS, RATE_MAX, weight_of
from publication.search.language.sentence import Reading, read
from publication.search.words import forms_of, letters_of, spellings, with_ids, without_danish_letters, words_of

# A shorter piece stands inside too many words to say anything: it is looked for as a word of its own. Other alphabets
# say more in a letter, and where their words end PostgreSQL and Python do not agree.
MIN_PIECE = 4
DANISH_LETTERS = re.compile("[a-zæøå0-9-]+")
# PostgreSQL's words are others than ours: "v/søen" and "h.c.a" are one word to it, and "nu" is none.
OWN_WORD = "(^|[^[:alnum:]])({})($|[^[:alnum:]])"
MIN_PREFIX = 3
MIN_MISSPELT = 5
DAY_AND_NIGHT = "day-and-night"
LONGEST_QUERY = 200
# What a hit is sorted by: the next page goes on from these values of the last one.
PLACE = ("rank", "sort_name", "tilbud_id", "department_id")


class Subject(NamedTuple):
    """What is said of one subject: an age, target groups that are taken at the ages of the query, or a bound."""

    ages: bool
    groups_at_ages: bool
    rates: bool
    vacancies: bool


@dataclass(frozen=True)
class QueryShape:
    """What the structure of a statement depends on. ``filters`` are names of facets and of bounds.

    ``subjects`` are what a query is understood to be about, of which ``relaxed`` asks for any and not for all.
    ``named`` is how many words a name may hold, ``ages`` whether several ages are meant.
    """

    words: int
    named: int
    subjects: tuple[Subject, ...]
    unwanted: bool
    relaxed: bool
    ages: bool
    filters: frozenset[str]
    sort: str
    near: bool
    continued: bool

    @property
    def facets(self) -> list[str]:
        """Return the facets that are chosen from."""
        return [facet for facet in FACETS if facet in self.filters]


@dataclass(frozen=True)
class SearchCriteria:
    """What is asked for. ``chosen`` has the values of each facet: any of them inside one, all facets together.

    ``q`` is free text, as it is seen. ``bounds`` are by name: ``ages`` (any of them), ``vacancies`` (at least),
    ``rate_max`` in øre for one ``rate_unit``, ``quality_min`` (a mean of theme scores, 1 to 5). ``as_of`` is the moment
    that is looked at, None is now. ``place`` is where the page before ended.
    """

    q: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    bounds: Mapping[str, Any] = field(default_factory=dict)
    near: Place | None = None
    sort: str = "name"
    rate_unit: str = DAY_AND_NIGHT
    as_of: datetime | None = None
    limit: int = 20
    place: Sequence[Any] | None = None
    lexicon: Lexicon = field(default_factory=own_lexicon, compare=False, repr=False)

    @cached_property
    def reading(self) -> Reading:
        """Return how ``q`` is understood."""
        return read(self.q, self.lexicon)

    @property
    def words(self) -> list[str]:
        """Return the words of ``q`` that are only looked for."""
        return list(self.reading.rest)

    @property
    def has_only_signs(self) -> bool:
        """Return whether there is a ``q`` without any letter or digit: nothing can be searched for by it."""
        return bool(self.q) and not words_of(self.q)

    def shape(self, *, relaxed: bool = False) -> QueryShape:
        """Return what decides on the structure of the statement."""
        ages = bool(self.reading.ages)
        return QueryShape(
            words=len(self.words),
            named=len(self.reading.all_words),
            subjects=tuple(
                Subject(
                    AGE in each or PERSONS in each,
                    ages and "target_group" in each,
                    RATE_MAX in each,
                    any(option.least_vacancies for meaning in meanings for option in meaning.options),
                )
                for each, meanings in self.reading.subjects.items()
            ),
            unwanted=bool(self.reading.unwanted),
            relaxed=relaxed,
            ages=len(self.reading.ages) > 1,
            filters=frozenset((*self.chosen, *self.bounds)),
            sort=self.sort,
            near=self.near is not None,
            continued=self.place is not None,
        )

    def values(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        values = {"limit": self.limit + 1, "as_of": self.as_of, "id": with_ids(self.q), **self.bounds}
        values["rate_unit"] = self.rate_unit
        values |= {facet: keys(facet, chosen) for facet, chosen in self.chosen.items()}
        values["groups"] = list(self.chosen.get("target_group", ()))
        for kind, words in (("", self.words), ("named_", self.reading.all_words)):
            for number, word in enumerate(words):
                values |= {f"{kind}{name}_{number}": value for name, value in _values_of(word).items()}
        values |= self._meant_values()
        if self.near:
            values |= {"latitude": self.near.latitude, "longitude": self.near.longitude}
        if self.place:
            values |= dict(zip(PLACE, self.place, strict=True))
        return values

    def _meant_values(self) -> dict[str, Any]:
        """Return the parameters for what the query is understood to mean."""
        reading = self.reading
        values: dict[str, Any] = {
            "letters": letters_of(self.q),
            "identifiers": reading.identifiers,
            "people": reading.people,
            "meant_ages": reading.ages,
            "meant": [key for each in reading.wanted for key in each.keys],
            "unwanted": [key for each in reading.unwanted for key in each.keys],
        }
        for number, (subject, meanings) in enumerate(reading.subjects.items()):
            options = [option for each in meanings for option in each.options]
            groups = [value for each in options if each.parameter == "target_group" for value in each.values]
            in_package = bool(reading.ages) and "target_group" in subject
            values |= {
                f"weight_{number}": weight_of(subject),
                f"keys_{number}": [
                    key
                    for each in options
                    if not (in_package and each.parameter == "target_group") and not each.least_vacancies
                    for key in each.keys
                ],
                f"ages_{number}": [age for each in options for age in each.ages],
                f"groups_{number}": groups,
                f"rates_{number}": {each.unit: int(each.value) for each in options if each.unit},
                f"vacancies_{number}": min((each.least_vacancies or 1 for each in options), default=1),
            }
        return values


def _values_of(word: str) -> dict[str, Any]:
    forms = forms_of(word)
    whole = dict.fromkeys([*forms, without_danish_letters(word)])
    prefixes = [f"'{each}':*" for each in spellings(word) if len(each) == MIN_PREFIX]
    short = [form for form in whole if len(form) < MIN_PIECE and DANISH_LETTERS.fullmatch(form)]
    return {
        "word": word,
        "forms": " | ".join([*(f"'{form}'" for form in whole), *(f"{prefix}A" for prefix in prefixes)]),
        "name_forms": " | ".join([*(f"'{form}':A" for form in whole), *(f"{prefix}A" for prefix in prefixes)]),
        "pieces": [f"%{form}%" for form in forms if form not in short],
        "short_pieces": [f"%{form}%" for form in short],
        "own_word": OWN_WORD.format("|".join(short)) if short else None,
        "misspelt": word if len(word) >= MIN_MISSPELT else None,
    }
