"""How found rows become what a reader sees: labels of facets, and why each result was found."""

from collections.abc import Iterator
from typing import Any

from chassis.pages import encode_cursor
from contracts.reference import legal_basis, municipality, region
from contracts.vocabularies import vocabulary
from publication.projection import term_words, with_parents
from publication.schemas import FacetValue, Match, SearchItem, SearchPage
from publication.search import Found, SearchQuery
from publication.words import fold, forms_of, words_of

VOCABULARIES = {
    "audience": "audiences",
    "target_group": "target-groups",
    "service": "services",
    "method": "methods",
    "approach": "approaches",
    "operator_kind": "operator-kinds",
    "night_staff": "night-staff",
}
FLAG_LABELS = {"accessible": "Egnet til kørestol", "prison_approved": "Godkendt af kriminalforsorgen"}
FLAG_LABELS |= {"vacancies": "Har ledige pladser"}
# Two letters less bring most Danish endings together.
ENDING = 2
MIN_STEM = 4


def search_page(found: Found, query: SearchQuery) -> SearchPage:
    """Return the answer of the search."""
    shown = found.rows[: query.limit]
    more = len(found.rows) > query.limit
    return SearchPage(
        items=[_item(row, query) for row in shown],
        total=found.total,
        next=encode_cursor(float(shown[-1]["place"][0]), *shown[-1]["place"][1:]) if more else None,
        facets=_facets(found.counts),
    )


def _item(row: dict[str, Any], query: SearchQuery) -> SearchItem:
    why = list(_matches(row["item"], query))
    return SearchItem(**row["item"], score=row["score"], distance_km=row["distance"], matched=why)


def _facets(counts: list[tuple[str, str, int]]) -> dict[str, list[FacetValue]]:
    facets: dict[str, list[FacetValue]] = {name: [] for name in (*VOCABULARIES, *FLAG_LABELS, *PLACES)}
    for name, value, count in counts:
        facets[name].append(FacetValue(value=value, label=label(name, value), count=count))
    for values in facets.values():
        values.sort(key=lambda each: (-each.count, each.label))
    return facets


PLACES = ("legal_basis", "municipality", "region")


def label(facet: str, value: str) -> str:
    """Return the Danish label of a facet's value; the value itself where it has none."""
    try:
        return _label(facet, value)
    except KeyError:
        return value


def _label(facet: str, value: str) -> str:
    if facet in FLAG_LABELS:
        return FLAG_LABELS[facet]
    if facet in VOCABULARIES:
        return vocabulary(VOCABULARIES[facet]).label(value)
    if facet == "legal_basis":
        return legal_basis(value).label
    return region(value).name if facet == "region" else municipality(value).full_name


def _matches(item: dict[str, Any], query: SearchQuery) -> Iterator[Match]:
    terms = _terms_of(item)
    for word in words_of(query.q):
        yield from list(_word_matches(word, item, terms)) or [Match(field="text", value=word)]
    for facet, chosen in query.chosen.items():
        has = _values_of(item, facet)
        yield from (Match(field=facet, value=value, label=label(facet, value)) for value in chosen if value in has)


def _word_matches(word: str, item: dict[str, Any], terms: dict[tuple[str, str], list[str]]) -> Iterator[Match]:
    for field, name in (("id", "tilbud_id"), ("name", "name"), ("department", "department_name")):
        if _alike(word, item[name] or ""):
            yield Match(field=field, value=item[name])
    for (facet, value), words in terms.items():
        if any(_alike(word, text) for text in words):
            yield Match(field=facet, value=value, label=label(facet, value))


def _alike(word: str, text: str) -> bool:
    folded = fold(text)
    stem = word[:-ENDING] if len(word) - ENDING >= MIN_STEM else word
    return stem in folded or any(form in folded.split() for form in forms_of(word))


def _terms_of(item: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    return term_words(
        item | {"target_groups": _values_of(item, "target_group"), "services": _values_of(item, "service")}
    )


def _values_of(item: dict[str, Any], facet: str) -> list[str]:
    """Return the values that a result has for a facet, with the terms above them."""
    names = {"audience": "audiences", "legal_basis": "legal_bases", "method": "methods", "approach": "approaches"}
    if facet in {"target_group", "service"}:
        return with_parents(VOCABULARIES[facet], item[f"{facet}s"])
    value = item[names.get(facet, facet)]
    return value if isinstance(value, list) else [value]
