"""How found rows become what a reader sees: labels of facets, and why each result was found."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from publication.places.gazetteer import Place
from publication.search.criteria import SearchCriteria
from publication.search.facets import FACETS, FLAGS, is_alike, keys, keys_alike, label
from publication.search.hits import Hit, SearchHits
from publication.search.language.sentence import Reading, Understood
from publication.search.words import fold
from web.pagination import encode_cursor

ONLY_SIGNS = "Skriv mindst ét bogstav eller tal. Der kan ikke søges på tegn alene."


def page_of_nothing(notice: str) -> bytes:
    """Return the answer to what cannot be searched for, and why."""
    nothing: dict[str, Any] = {
        "items": [],
        "next": None,
        "total": 0,
        "facets": {facet: [] for facet in FACETS},
        "near": None,
        "notice": notice,
        "relaxed": False,
        "understood": [],
        "suggestions": [],
    }
    return _json(nothing).encode()


def search_page(found: SearchHits, criteria: SearchCriteria) -> bytes:
    """Return the answer of the search, a ``schemas.SearchPage``, as JSON.

    The items are JSON already, as PostgreSQL keeps them: they are passed on and not read.
    """
    shown = found.hits[: criteria.limit]
    items = ",".join(_item(hit, criteria) for hit in shown)
    more = len(found.hits) > criteria.limit
    rest = {
        "next": encode_cursor(*shown[-1].place) if more else None,
        "total": found.total,
        "facets": _facets(found.counts),
        "near": _near(criteria.near),
        "notice": found.notice,
        "relaxed": found.relaxed,
        "understood": [each for part in criteria.reading.understood for each in _understood(part, criteria.reading)],
        "suggestions": [each._asdict() for each in found.suggestions],
    }
    return f'{{"items":[{items}],{_json(rest)[1:]}'.encode()


def _item(hit: Hit, criteria: SearchCriteria) -> str:
    found = {
        "score": hit.score,
        "distance_km": hit.distance_km,
        "distance_approximate": is_distance_approximate(hit, criteria.near),
        "matched": _matches(hit, criteria),
    }
    return f"{hit.item[:-1]},{_json(found)[1:]}"


def is_distance_approximate(hit: Hit, near: Place | None) -> bool:
    """Return whether the distance of ``hit`` is only told by a kommune, at one of its ends."""
    return hit.distance_km is not None and (hit.place_approximate or bool(near and near.approximate))


def _near(place: Place | None) -> dict[str, Any] | None:
    return {"label": place.label, "approximate": place.approximate} if place else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _facets(counts: Mapping[str, Mapping[str, int]]) -> dict[str, list[dict[str, Any]]]:
    """Give the values of each facet (``schemas.FacetValue``), those with the most results first."""
    return {
        facet: sorted(
            ({"value": value, "label": label(facet, value), "count": count} for value, count in counted.items()),
            key=lambda each: (-each["count"], each["label"]),
        )
        for facet, counted in counts.items()
    }


def _understood(part: Understood, reading: Reading) -> Iterator[dict[str, Any]]:
    """Give what a part of the query was taken for, each a ``schemas.UnderstoodPart``."""
    for option in part.meaning.options:
        yield {
            "text": reading.text_of(part),
            "as": option.parameter,
            "value": option.value,
            "values": list(option.values),
            "unit": option.unit,
            "label": option.label,
            "excluded": part.excluded,
            "query_without": reading.without(part),
        }


def _matches(hit: Hit, criteria: SearchCriteria) -> list[dict[str, Any]]:
    """Return the reasons why ``hit`` was found, each a ``schemas.Match`` and each once."""
    found: list[dict[str, Any]] = []
    for each in _reasons(hit, criteria):
        if each not in found:
            found.append(each)
    return found


def _reasons(hit: Hit, criteria: SearchCriteria) -> Iterator[dict[str, Any]]:
    for word in criteria.words:
        yield from list(_word_matches(word, hit)) or [_match("text", criteria.reading.rest[word])]
    for meaning in criteria.reading.wanted:
        yield from (_term_match(key) for key in hit.facets if key in meaning.covered)
    for facet, chosen in criteria.chosen.items():
        if facet not in FLAGS:
            yield from (_term_match(key) for key in keys(facet, chosen) if key in hit.facets)


def _word_matches(word: str, hit: Hit) -> Iterator[dict[str, Any]]:
    for field, value in (("id", hit.tilbud_id), ("name", hit.name), ("department", hit.department_name)):
        if value and is_alike(word, fold(value)):
            yield _match(field, value)
    meant = keys_alike(word)
    yield from (_term_match(key) for key in hit.facets if key in meant)


def _term_match(key: str) -> dict[str, Any]:
    facet, _, value = key.partition(":")
    return _match(facet, value, label(facet, value))


def _match(field: str, value: str, value_label: str | None = None) -> dict[str, Any]:
    return {"field": field, "value": value, "label": value_label}
