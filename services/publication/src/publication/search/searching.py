"""A search in the index: with its spelling mended where nothing is as it was typed, and what else to try. Pure."""

from dataclasses import replace

from publication.feed.queries import FeedState
from publication.search.criteria import SearchCriteria
from publication.search.evaluation import Evaluation
from publication.search.hits import SearchHits
from publication.search.index import SearchIndex
from publication.search.repair import repaired
from publication.search.suggestions import MOST_OF_IT, further, nothing_found, searched_as, spelling, units_meant


def evaluate(index: SearchIndex, criteria: SearchCriteria) -> Evaluation:
    """Return the search for ``criteria``; with its words as they were meant where nothing holds them as typed."""
    reading = repaired(criteria.reading, criteria.lexicon, index) if criteria.q else None
    if reading is not None:
        return Evaluation(index, replace(criteria, q=reading.query))
    return Evaluation(index, criteria)


def search(
    index: SearchIndex, criteria: SearchCriteria, query: str, state: FeedState
) -> tuple[SearchHits, SearchCriteria]:
    """Return what is found for ``criteria``, which the parameters ``query`` ask for, and what was searched for."""
    found = evaluate(index, criteria)
    searched = found.criteria
    suggestions = [*units_meant(index, searched, query), *further(index, found, query)]
    if searched.q != criteria.q:
        suggestions.insert(0, spelling(query, searched.q))
    hits = SearchHits(
        state,
        len(found.hits),
        found.page(),
        found.counts(),
        notice=_notice(found, criteria),
        relaxed=bool(found.hits) and not found.is_strict,
        suggestions=suggestions,
    )
    return hits, searched


def _notice(found: Evaluation, asked: SearchCriteria) -> str | None:
    if not found.hits and asked.q:
        return nothing_found(asked.q)
    if not found.is_strict:
        return MOST_OF_IT
    return searched_as(found.criteria.q) if found.criteria.q != asked.q else None
