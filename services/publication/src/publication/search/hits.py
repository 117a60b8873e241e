"""What a search gives, wherever it was looked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from publication.feed.queries import FeedState
from publication.search.criteria import PLACE

FAR_KM = 1e9
# What is farther away than this is no worse for it.
FAR_AWAY_KM = 300.0
DEAR_OERE = 1e15


class Hit(NamedTuple):
    """One result. ``item`` is JSON; the last four are its place in the order.

    It is ``place_approximate`` where no more is known of its place than the kommune.
    """

    item: str
    name: str
    department_name: str | None
    facets: Sequence[str]
    place_approximate: bool
    score: float
    distance_km: float | None
    rank: float
    sort_name: str
    tilbud_id: str
    department_id: str

    @property
    def place(self) -> Sequence[Any]:
        """Return what the next page goes on from."""
        return self[-len(PLACE) :]


class Suggestion(NamedTuple):
    """Another search: a sentence for people, and its parameters as they stand in an address."""

    text: str
    query: str


@dataclass(frozen=True)
class SearchHits:
    """A page of results, then what there is in all: how many, and how many for each value of a facet.

    ``state`` is that of everything public when the page was read, ``counts`` are by facet and value. ``notice`` and
    ``suggestions`` are for people who do not find what they look for. ``relaxed``: not everything that was understood
    holds for what was found.
    """

    state: FeedState
    total: int
    hits: Sequence[Hit]
    counts: Mapping[str, Mapping[str, int]]
    notice: str | None = None
    relaxed: bool = False
    suggestions: Sequence[Suggestion] = ()
