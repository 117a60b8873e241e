"""A search in the index: with its spelling mended where nothing is as it was typed, and what else to try. Pure."""

from dataclasses import replace

from publication.feed.queries import FeedState
from publication.search.criteria import SearchCriteria
from publication.search.evaluation import Evaluation
from publication.search.hits import SearchHits
from publication.search.index import SearchIndex
from publication.search.repair import repaired
from publication.search.suggestions import MOST_OF_IT, NOTHING, further, searched_as, spelling


def evaluate(index: SearchIndex, criteria: SearchCriteria) -> Evaluation:
    """Return the search for ``criteria``; with its words as they were meant where nothing holds them as typed."""
    reading = repaired(criteria.reading, criteria.lexicon, index) if criteria.q else None
    if reading is not None:
        mended = Evaluation(index, replace(criteria, q=reading.query))
        if mended.hits:
            return mended
    return Evaluation(index, criteria)


def search(
    index: SearchIndex, criteria: SearchCriteria, query: str, state: FeedState
) -> tuple[SearchHits, SearchCriteria]:
    """Return what is found for ``criteria``, which the parameters ``query`` ask for, and what was searched for."""
    found = evaluate(index, criteria)
    searched = found.criteria
    suggestions = further(index, found, query)
    notice = (
        (MOST_OF_IT if found.hits else NOTHING) if found.fit.is_relaxed or (criteria.q and not found.hits) else None
    )
    if searched.q != criteria.q:
        suggestions.insert(0, spelling(query, searched.q))
        notice = notice or searched_as(searched.q)
    hits = SearchHits(state, len(found.hits), found.page(), found.counts(), notice, suggestions)
    return hits, searched
