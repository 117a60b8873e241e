"""What a phrase may mean: values of the search's parameters, of which any will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from contracts.reference import municipalities
from contracts.vocabularies import vocabulary
from publication.search.facets import FLAGS, SET, VOCABULARIES, keys

AGE = "age"
# These bound a figure of a row.
RATE_MAX, VACANCIES = "rate_max", "vacancies"
# Both say where; they are compared by the kommuner that they cover.
PLACES = frozenset({"municipality", "region"})
PLACE = "place"
# A person's age, said in a word: "voksne", "unge".
PERSONS = "persons"
# Whom a tilbud is for weighs more than where it lies, where not all can be had.
WEIGHTS = {"target_group": 3.0, AGE: 2.5, PERSONS: 2.5, "legal_basis": 2.0, "service": 2.0, PLACE: 1.8}


@dataclass(frozen=True)
class Option:
    """Values of one parameter; ``value`` names them together, ``label`` in Danish. ``unit`` is that of a rate."""

    parameter: str
    values: tuple[str, ...]
    value: str
    label: str
    unit: str | None = None

    @property
    def keys(self) -> list[str]:
        """Return the values as rows have them; none for ages and rates."""
        if self.parameter in {AGE, RATE_MAX}:
            return []
        return keys(self.parameter, [SET] if self.parameter in FLAGS else self.values)

    @property
    def ages(self) -> list[int]:
        """Return the ages, in years."""
        return [int(value) for value in self.values] if self.parameter == AGE else []

    @property
    def least_vacancies(self) -> int | None:
        """Return how many vacancies there must be; None where one is enough, or nothing is said of them."""
        least = int(self.value) if self.parameter == VACANCIES else 1
        return least if least > 1 else None

    @cached_property
    def covered(self) -> frozenset[str]:
        """Return the values with all below them: what is found by this option and no other way."""
        if self.parameter in {"target_group", "service"}:
            terms = vocabulary(VOCABULARIES[self.parameter])
            below = [each.id for value in self.values for each in terms.descendants(value)]
            return frozenset(keys(self.parameter, [*self.values, *below]))
        if self.parameter == "region":
            inside = [each.code for each in municipalities() if each.region in self.values]
            return frozenset(keys("municipality", inside))
        return frozenset(self.keys or keys(self.parameter, self.values))


@dataclass(frozen=True)
class Meaning:
    """Options of which any is meant. ``exact_age``: an age in years, which says more than a word.

    ``towns`` are the words of a town that is less than its kommune: rows that lie there fit better.
    """

    options: tuple[Option, ...]
    exact_age: bool = False
    towns: tuple[str, ...] = ()

    @property
    def subject(self) -> tuple[str, ...]:
        """Return what it is about: meanings with one subject are alternatives, those of different ones all hold."""
        names = {PLACE if each.parameter in PLACES else each.parameter for each in self.options}
        if names <= {AGE, "audience"} and not self.exact_age:
            return (PERSONS,)
        return tuple(sorted(names))

    @property
    def keys(self) -> list[str]:
        """Return the values of all options as rows have them."""
        return [key for each in self.options for key in each.keys]

    @cached_property
    def covered(self) -> frozenset[str]:
        """Return all values that are found by it."""
        return frozenset().union(*(each.covered for each in self.options))


def weight_of(subject: Sequence[str]) -> float:
    """Return how much it matters that a tilbud has what is meant of a subject."""
    return max(WEIGHTS.get(parameter, 1.0) for parameter in subject)


def joined(meanings: Sequence[Meaning]) -> Meaning:
    """Return one meaning for a phrase that has several: the values of one parameter together."""
    options: dict[str, Option] = {}
    for each in (option for meaning in meanings for option in meaning.options):
        before = options.get(each.parameter)
        if before is None:
            options[each.parameter] = each
        elif not set(each.values) <= set(before.values):
            values = tuple(dict.fromkeys((*before.values, *each.values)))
            label = f"{before.label} eller {each.label}"
            options[each.parameter] = Option(each.parameter, values, ",".join(values), label)
    return Meaning(
        tuple(options.values()),
        exact_age=any(each.exact_age for each in meanings),
        towns=tuple(dict.fromkeys(town for each in meanings for town in each.towns)),
    )
