"""The closed vocabularies: short lists of our own, one YAML file each.

A term has an id that never changes, a Danish label, an English name, and synonyms that a search also takes.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType

import yaml
from pydantic import BaseModel, ConfigDict

__all__ = ["Term", "Vocabulary", "vocabularies", "vocabulary"]


class Term(BaseModel):
    """One value. `audiences` is empty when the term is used for everybody; `valid_to` is the last day.

    `ends_with` names the law that repeals the term while the date of that law's start is not known. `belongs_to` is the
    term of another vocabulary that it stands under: of a criterion its theme.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: str
    english: str
    synonyms: tuple[str, ...] = ()
    parent: str | None = None
    belongs_to: str | None = None
    definition: str | None = None
    audiences: tuple[str, ...] = ()
    valid_from: date = date(2014, 1, 1)
    valid_to: date | None = None
    ends_with: str | None = None

    def holds(self, at: date) -> bool:
        """Whether the term may be chosen on that day."""
        return self.valid_from <= at and (self.valid_to is None or at <= self.valid_to)


class Vocabulary(BaseModel):
    """A closed list of terms, a tree where terms name a parent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    source: str
    terms: tuple[Term, ...]

    @cached_property
    def _by_id(self) -> Mapping[str, Term]:
        return MappingProxyType({each.id: each for each in self.terms})

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._by_id)

    def __contains__(self, term_id: object) -> bool:
        return isinstance(term_id, str) and term_id in self._by_id

    def term(self, term_id: str) -> Term:
        """The term with that id; KeyError when there is none."""
        return self._by_id[term_id]

    def label(self, term_id: str) -> str:
        """The Danish label of the term with that id; KeyError when there is none."""
        return self._by_id[term_id].label

    def ancestors(self, term_id: str) -> tuple[Term, ...]:
        """The terms above this one, the nearest first."""
        parent = self.term(term_id).parent
        return () if parent is None else (self.term(parent), *self.ancestors(parent))

    def descendants(self, term_id: str) -> tuple[Term, ...]:
        """The terms below this one at any depth: who searches for a term means these too."""
        below = [each for each in self.terms if each.parent == term_id]
        return tuple(_unfold((each, *self.descendants(each.id)) for each in below))

    def valid(self, at: date) -> tuple[Term, ...]:
        """The terms that may be chosen on that day."""
        return tuple(each for each in self.terms if each.holds(at))


def vocabulary(vocabulary_id: str) -> Vocabulary:
    """The vocabulary with that id, for instance `target-groups`; KeyError when there is none."""
    return _vocabularies()[vocabulary_id]


def vocabularies() -> tuple[Vocabulary, ...]:
    """Every vocabulary, in the order of their ids."""
    return tuple(_vocabularies().values())


@cache
def _vocabularies() -> Mapping[str, Vocabulary]:
    folder = files("contracts.vocabularies")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".yaml"))
    texts = [folder.joinpath(name).read_text(encoding="utf-8") for name in names]
    read = [Vocabulary.model_validate(yaml.safe_load(text)) for text in texts]
    return MappingProxyType({each.id: each for each in read})


def _unfold(nested: Iterable[tuple[Term, ...]]) -> Iterable[Term]:
    for each in nested:
        yield from each
