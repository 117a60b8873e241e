"""What a query should find, judged by the structured fields of the records and by nothing that the search understands.

A truth is written ``field=value|value AND field=value``: each of the parts holds, with any of its values. A ``|``
before another field begins an alternative, a ``!`` takes away. ``package=autism@18-25`` asks for one package with both.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from math import log2
from typing import Any, NamedTuple
from zlib import crc32

from contracts.vocabularies import vocabulary
from publication.search.projection import IndexedUnit, search_values

BEST, GOOD = 3.0, 1.0
PAGE = 10
HELD_OUT = 3

Judged = Mapping[str, str]


class Judgeable(NamedTuple):
    """A department, and the values of its facets."""

    unit: IndexedUnit
    facets: frozenset[str]

    @classmethod
    def of(cls, unit: IndexedUnit) -> "Judgeable":
        """Return a department with the values of its facets."""
        return cls(unit, frozenset(search_values(unit)["facets"]))


def is_held_out(query: str) -> bool:
    """Return whether a query is among the third that nobody looks at while the search is made better."""
    return crc32(query.encode()) % HELD_OUT == 0


def gain(judged: Judged, unit: Judgeable) -> float:
    """Return what a department is worth as an answer."""
    if holds(judged["best"], unit):
        return BEST
    return GOOD if judged["good"] and holds(judged["good"], unit) else 0.0


def holds(truth: str, unit: Judgeable) -> bool:
    """Return whether ``truth`` is true of a department."""
    return any(all(_part_holds(part, unit) for part in parts) for parts in _alternatives(truth))


class _Part(NamedTuple):
    field: str
    values: tuple[str, ...]
    wanted: bool


@cache
def _alternatives(truth: str) -> list[list[_Part]]:
    return [[_part(part) for part in each.split(" AND ")] for each in re.split(r"\|(?=[a-z_]+=)", truth)]


def _part(written: str) -> _Part:
    field, _, values = written.removeprefix("!").partition("=")
    return _Part(field, tuple(values.split("|")), not written.startswith("!"))


def _part_holds(part: _Part, unit: Judgeable) -> bool:
    return any(_value_holds(part.field, value, unit) for value in part.values) is part.wanted


def _value_holds(field: str, value: str, unit: Judgeable) -> bool:
    if field in FIELDS:
        return FIELDS[field](unit.unit, value)
    if value == "*":
        return any(each.startswith(f"{field}:") for each in unit.facets)
    return f"{field}:{value}" in unit.facets


def _packages(unit: IndexedUnit) -> list[tuple[range, set[str]]]:
    return [
        (range(row["age_from"], row["age_to"] + 1), set(row["target_groups"]))
        for row in unit.rows("target-groups", "packages")
    ]


def _takes_age(unit: IndexedUnit, value: str) -> bool:
    return any(_meet(_ages(value), taken) for taken, _ in _packages(unit))


def _has_package(unit: IndexedUnit, value: str) -> bool:
    group, _, ages = value.partition("@")
    return any(_meet(_ages(ages), taken) and _below(group) & groups for taken, groups in _packages(unit))


@cache
def _below(group: str) -> frozenset[str]:
    return frozenset({group, *(each.id for each in vocabulary("target-groups").descendants(group))})


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _ages(value: str) -> range:
    first, _, last = value.partition("-")
    return range(int(first), int(last or first) + 1)


def _contact(unit: IndexedUnit) -> Mapping[str, Any]:
    return unit.tilbud.steps["contact"]


def _digits(number: str) -> str:
    return "".join(each for each in number if each.isdigit()).removeprefix("45")


def _city(unit: IndexedUnit) -> str:
    address = unit.described.get("address") or _contact(unit).get("address") or {}
    return str(address.get("city"))


FIELDS: Mapping[str, Callable[[IndexedUnit, str], bool]] = {
    "age": _takes_age,
    "package": _has_package,
    "id": lambda unit, value: unit.tilbud.id == value,
    "name": lambda unit, value: unit.tilbud.name == value,
    "city": lambda unit, value: _city(unit) == value,
    "leader": lambda unit, value: value in _contact(unit)["leader"]["name"].split(),
    "contact": lambda unit, value: value in (_contact(unit).get("contact_person") or {}).get("name", "").split(),
    "phone": lambda unit, value: _digits(_contact(unit)["phone"]) == value,
}


def ndcg(gains: Sequence[float], possible: Iterable[float]) -> float:
    """Return how good the first page is beside the best one that there could be: 0 to 1."""
    best = _discounted(sorted(possible, reverse=True))
    return _discounted(gains) / best


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains[:PAGE]))
