"""The facets of the search: what can be chosen from, and how it reads. A value of one is written ``facet:value``."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache

from contracts.reference import find_legal_basis, find_municipality, find_region, legal_bases, legal_basis
from contracts.sanctions import SanctionKind
from contracts.vocabularies import vocabulary
from publication.search.words import fold, forms_of, spellings

# The vocabulary of each facet that has one. Where a result gives its reasons, they come in this order.
VOCABULARIES: Mapping[str, str] = {
    "target_group": "target-groups",
    "service": "services",
    "method": "methods",
    "approach": "approaches",
    "audience": "audiences",
    "night_staff": "night-staff",
    "operator_kind": "operator-kinds",
    "housing_form": "housing-forms",
    "place_kind": "place-kinds",
    "accessibility": "accessibility",
    "staff_group": "staff-groups",
    "accreditation": "accreditation-schemes",
}
FLAGS: Mapping[str, str] = {
    "accessible": "Egnet til kørestol",
    "prison_approved": "Godkendt af kriminalforsorgen",
    "vacancies": "Har ledige pladser",
}
SANCTIONS: Mapping[str, str] = {
    SanctionKind.ORDER: "Påbud",
    SanctionKind.CONDITION: "Vilkår",
    SanctionKind.INTENSIFIED: "Skærpet tilsyn",
}
SET = "1"
FACETS = (*VOCABULARIES, "legal_basis", "municipality", "region", "sanction", *FLAGS)
# Two letters less bring most Danish endings together.
ENDING = 2
MIN_STEM = 4
MIN_BEGIN, MIN_INSIDE = 3, 5
_WORDS = re.compile(r"[^\W_]+")


def keys(facet: str, values: Iterable[str]) -> list[str]:
    """Return how ``values`` of ``facet`` are written."""
    return [f"{facet}:{value}" for value in values]


@cache
def label(facet: str, value: str) -> str:
    """Return the Danish label of a facet's value; the value itself where it has none."""
    return _label(facet, value) or value


def _label(facet: str, value: str) -> str | None:
    if facet in VOCABULARIES:
        terms = vocabulary(VOCABULARIES[facet])
        return terms.label(value) if value in terms else None
    if facet in FLAGS:
        return FLAGS[facet]
    if facet == "sanction":
        return SANCTIONS.get(value)
    if facet == "legal_basis":
        basis = find_legal_basis(value)
        return basis.label if basis else None
    if facet == "region":
        region = find_region(value)
        return region.name if region else None
    municipality = find_municipality(value)
    return municipality.full_name if municipality else None


def words_of_term(vocabulary_name: str, identifier: str) -> list[str]:
    """Return the label of a term and its synonyms; of one that the vocabulary lacks the identifier itself."""
    terms = vocabulary(vocabulary_name)
    if identifier not in terms:
        return [identifier]
    term = terms.term(identifier)
    return [term.label, *term.synonyms]


def words_of_basis(identifier: str) -> list[str]:
    """Return what a legal basis is called, and its paragraph."""
    basis = legal_basis(identifier)
    return [basis.label, basis.kind_label, basis.paragraph]


@lru_cache(1_000)
def keys_alike(word: str) -> frozenset[str]:
    """Return the values of facets that ``word`` of a query may mean: by their label or one of their synonyms."""
    if "-" in word:
        return frozenset(key for key, texts in _texts().items() if any(is_alike(word, text) for text in texts))
    fits = _fitting(word)
    return frozenset(key for part, keys_of_part in _keys_of_words().items() if fits(part) for key in keys_of_part)


def is_alike(word: str, text: str) -> bool:
    """Return whether ``text``, which is folded, holds ``word`` with another ending or in another form.

    A short word may stand inside another one by chance, as "holm" does in "alkoholmisbrug": it has to begin it.
    """
    return any(map(_fitting(word), [text] if "-" in word else _WORDS.findall(text)))


def _fitting(word: str) -> Callable[[str], bool]:
    """Return what tells whether a word of a text is ``word`` in another form, or holds it."""
    forms = frozenset(forms_of(word))
    if len(word) < MIN_BEGIN:
        return forms.__contains__
    stems = [each[:-ENDING] if len(each) - ENDING >= MIN_STEM else each for each in spellings(word)]
    begins = tuple(stems)
    inside = [stem for stem in stems if len(stem) >= MIN_INSIDE]
    return lambda part: part.startswith(begins) or part in forms or any(stem in part for stem in inside)


@cache
def _keys_of_words() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, texts in _texts().items():
        for part in _WORDS.findall(" ".join(texts)):
            found.setdefault(part, set()).add(key)
    return {part: frozenset(keys_of_part) for part, keys_of_part in found.items()}


@cache
def _texts() -> Mapping[str, list[str]]:
    found = {
        f"{facet}:{term}": words_of_term(name, term)
        for facet, name in VOCABULARIES.items()
        for term in vocabulary(name).ids
    }
    found |= {f"legal_basis:{basis.id}": words_of_basis(basis.id) for basis in legal_bases()}
    return {key: [fold(text) for text in texts] for key, texts in found.items()}
