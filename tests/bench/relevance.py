"""How good the first page is for what people type: the judged queries of publication's tests, beside tantivy."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean

from devstack.testing import Stack
from publication.search.criteria import SearchCriteria
from publication.search.language.sentence import seen
from publication.search.searching import evaluate
from services.publication.tests.search.relevance.country import country, index_of, row_of
from services.publication.tests.search.relevance.judge import PAGE, Judgeable, gain, is_held_out, ndcg
from services.publication.tests.search.relevance.test_relevance import judged_queries
from tests.bench.results import Result
from tests.bench.tantivy_engine import Place, tantivy_of

First = Callable[[str], Sequence[Place]]


async def measure_relevance(_: Stack, folder: Path) -> list[Result]:
    """Measure nDCG@10 by kind of query; ``bare`` is tantivy, 0 where it is not installed."""
    units = country()
    index = index_of(units)
    engine = tantivy_of(map(row_of, units), folder / "relevance")
    departments = [Judgeable.of(unit) for unit in units]

    def ours(query: str) -> Sequence[Place]:
        page = evaluate(index, SearchCriteria(q=seen(query), sort="relevance", limit=PAGE)).page()[:PAGE]
        return [(hit.tilbud_id, hit.department_id) for hit in page]

    def its(query: str) -> Sequence[Place]:
        return engine.best(query, PAGE) if engine else []

    figures: dict[str, list[tuple[float, float]]] = defaultdict(list)
    empty_ours = empty_its = 0
    for judged in judged_queries():
        if (judge := _judge(departments, judged)) is None:
            continue
        query, kind = judged["query"], judged["kind"]
        pair = judge(ours(query)), judge(its(query))
        for name in ("all", kind, *(["all that were held out"] if is_held_out(query) else [])):
            figures[name].append(pair)
        empty_ours, empty_its = empty_ours + (not ours(query)), empty_its + (not its(query))
    rows = [
        Result(
            f"{kind} ({len(pairs)})", mean(one for one, _ in pairs), mean(other for _, other in pairs), "nDCG@10", "–"
        )
        for kind, pairs in sorted(figures.items())
    ]
    return [*rows, Result("empty though there are answers", empty_ours, empty_its, "queries", "0")]


def _result(kind: str, pairs: Sequence[tuple[float, float]]) -> Result:
    ours, its = (mean(side) for side in zip(*pairs, strict=True))
    return Result(f"{kind} ({len(pairs)})", ours, its, "nDCG@10", "–")


def _judge(departments: Sequence[Judgeable], judged: Mapping[str, str]) -> Callable[[Sequence[Place]], float] | None:
    """Return what says how good a page is; None where nothing in the country is an answer."""
    gains = {_place(each): gain(judged, each) for each in departments}
    if not any(gains.values()):
        return None
    return lambda page: ndcg([gains[place] for place in page], gains.values())


def _place(each: Judgeable) -> Place:
    department = each.unit.department
    return each.unit.tilbud.id, department.id if department else ""
