"""What else to search for when nothing, or little, was found: another spelling, less, or next door. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from math import cos, dist, radians
from urllib.parse import parse_qsl, urlencode

from contracts.reference import municipality, postcodes
from contracts.vocabularies import vocabulary
from publication.search.arrays import numbers
from publication.search.criteria import LONGEST_QUERY, SearchCriteria
from publication.search.evaluation import Evaluation
from publication.search.facets import FLAGS, label
from publication.search.hits import Suggestion
from publication.search.index import SearchIndex
from publication.search.language.amounts import rate_option
from publication.search.language.meanings import PLACES
from publication.search.language.sentence import Understood

MOST_OF_IT = "Ingen tilbud passer på det hele. Her er dem, der passer på det meste."
NOTHING = "Ingen tilbud passer på søgningen."
NOT_MENDED = "I tidligere oplysninger bliver navne ikke rettet: se efter, om de er stavet rigtigt."
NO_FOSTER_FAMILIES = (
    "Plejefamilier står ikke i den åbne søgning, fordi de er privatpersoner. Spørg din kommune eller socialtilsynet."
)
_FOSTER_FAMILY = re.compile("plejefamil|familieplej|plejeforæld|plejemor|plejefar|plejeb[aø]rn", re.IGNORECASE)
# With fewer results somebody who types may want to look further.
FEW_HITS = 3
MOST_SUGGESTIONS = 4
# Each of them is a search.
MOST_TRIED = 6
BOUNDS = {
    "ages": "alder",
    "vacancies": "ledige pladser",
    "rate_max": "højeste takst",
    "quality_min": "kvalitet",
}
PARAMETERS = {"ages": "age"}
# They say which part of the answer is shown, and how.
OF_THE_PAGE = frozenset({"cursor", "q"})


def nothing_found(query: str, *, names_are_mended: bool = True) -> str:
    """Return what people are told when nothing is found for ``query``."""
    if _FOSTER_FAMILY.search(query):
        return NO_FOSTER_FAMILIES
    return NOTHING if names_are_mended else f"{NOTHING} {NOT_MENDED}"


def searched_as(query: str) -> str:
    """Return what people are told when a query is searched as it was meant."""
    return f"Ingen tilbud har ordene, som de er skrevet. Der er søgt på »{query}«."


def spelling(query: str, meant: str) -> Suggestion:
    """Return the suggestion to search for ``meant`` instead of what stands in the parameters ``query``."""
    return Suggestion(f"Mente du »{meant}«?", _with(query, q=meant))


def units_meant(index: SearchIndex, criteria: SearchCriteria, query: str) -> list[Suggestion]:
    """Return a search for each unit in which a highest rate that was typed without one may be meant.

    In a unit of which all rates are lower, or none is, it says nothing.
    """
    found: list[Suggestion] = []
    for unclear in criteria.reading.unclear[:1]:
        for unit in vocabulary("rate-units").ids:
            rates = index.rates[unit][numbers(index.live)]
            option = rate_option(unclear.oere, unit)
            q = f"{criteria.q[: unclear.start]}{option.label}{criteria.q[unclear.end :]}"
            if (rates <= unclear.oere).any() and (rates > unclear.oere).any() and len(q) <= LONGEST_QUERY:
                found.append(Suggestion(f"Mente du »{option.label}«?", _with(query, q=q)))
    return found


def further(index: SearchIndex, evaluation: Evaluation, query: str) -> list[Suggestion]:
    """Return other searches than ``evaluation``, which the parameters ``query`` asked for, that find something."""
    criteria = evaluation.criteria
    enough = FEW_HITS if criteria.q else 1
    if evaluation.is_strict and len(evaluation.hits) >= enough:
        return []
    found: list[Suggestion] = []
    for other, suggestion in islice(_others(index, criteria, query), MOST_TRIED):
        tried = Evaluation(index, other)
        if tried.hits and not tried.fit.is_relaxed and len(tried.hits) > len(evaluation.hits) * evaluation.is_strict:
            found.append(suggestion)
    return found[:MOST_SUGGESTIONS]


def _others(index: SearchIndex, criteria: SearchCriteria, query: str) -> Iterator[tuple[SearchCriteria, Suggestion]]:
    """Give other searches, each as it is evaluated and as it is suggested."""
    reading = criteria.reading
    for part in reading.understood if len(reading.understood) + len(reading.rest) > 1 else ():
        less = reading.without(part)
        typed = reading.text_of(part)
        text = f"Søg også efter »{typed}«" if part.excluded else f"Søg uden »{typed}«"
        yield replace(criteria, q=less), Suggestion(text, _with(query, q=less))
    for facet, values in criteria.chosen.items():
        others = {name: each for name, each in criteria.chosen.items() if name != facet}
        named = FLAGS.get(facet) or " eller ".join(label(facet, value) for value in values)
        yield replace(criteria, chosen=others), Suggestion(f"Søg uden »{named}«", _with(query, **{facet: None}))
    for bound in criteria.bounds:
        bounds = {name: each for name, each in criteria.bounds.items() if name != bound}
        text = f"Søg uden grænse for {BOUNDS[bound]}"
        yield replace(criteria, bounds=bounds), Suggestion(text, _with(query, **{PARAMETERS.get(bound, bound): None}))
    yield from _next_door(index, criteria, query)


def _next_door(index: SearchIndex, criteria: SearchCriteria, query: str) -> Iterator[tuple[SearchCriteria, Suggestion]]:
    """Give the search in the nearest kommune that has what is sought, where one kommune or town was asked for."""
    reading = criteria.reading
    places = [each for each in reading.understood if not each.excluded and _codes(each)]
    codes = criteria.chosen.get("municipality", ())
    if places:
        codes, q = _codes(places[0]), reading.without(places[0])
    else:
        q = criteria.q
    # A town may lie in several.
    if len(codes) != 1 and not any(each.meaning.towns for each in places):
        return
    chosen = {name: values for name, values in criteria.chosen.items() if name not in PLACES}
    elsewhere = replace(criteria, q=q, chosen=chosen)
    counts = Evaluation(index, elsewhere).counted("municipality")
    nearest = min(
        (each for each in counts if each not in codes), key=lambda each: _distance(codes[0], each), default=None
    )
    if nearest:
        there = replace(elsewhere, chosen={**chosen, "municipality": [nearest]})
        text = f"Søg i {municipality(nearest).full_name} i stedet"
        yield there, Suggestion(text, _with(query, q=q, municipality=nearest, region=None))


def _codes(part: Understood) -> Sequence[str]:
    return [value for each in part.meaning.options if each.parameter == "municipality" for value in each.values]


def _with(query: str, **parameters: str | None) -> str:
    """Return the parameters ``query`` with others instead of those of the same names; None leaves one out."""
    kept = [(name, value) for name, value in parse_qsl(query) if name not in parameters and name not in OF_THE_PAGE]
    old_q = [] if "q" in parameters else [(name, value) for name, value in parse_qsl(query) if name == "q"]
    return urlencode([*((name, value) for name, value in parameters.items() if value), *old_q, *kept])


def _distance(one: str, other: str) -> float:
    middles = _middles()
    return dist(middles[one], middles[other]) if one in middles and other in middles else float("inf")


@cache
def _middles() -> Mapping[str, tuple[float, float]]:
    """Return the middle of the known postcodes of each kommune, in degrees of latitude."""
    points: dict[str, list[tuple[float, float]]] = {}
    for each in postcodes():
        point = (each.latitude, each.longitude * cos(radians(each.latitude)))
        points.setdefault(each.municipality, []).append(point)
    return {
        code: (sum(x for x, _ in some) / len(some), sum(y for _, y in some) / len(some))
        for code, some in points.items()
    }
