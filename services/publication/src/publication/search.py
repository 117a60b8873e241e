"""The search: one SQL statement gives the page, the total and the facets of a query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import REGCONFIG, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.reference import Postcode
from publication.models import SearchRow
from publication.words import forms_of, words_of

EARTH_RADIUS_KM = 6371.0
FAR_KM = 1e9
DEAR_OERE = 1e15
EXACT_ID_SCORE = 10.0
# A shorter piece stands inside too many words to tell anything.
MIN_PIECE = 4
MIN_PREFIX = 3
MIN_MISSPELT = 5
DANISH = cast(literal("danish", Text), REGCONFIG)

Condition = ColumnElement[bool]

LISTS: Mapping[str, Any] = {
    "audience": SearchRow.audiences,
    "legal_basis": SearchRow.legal_bases,
    "target_group": SearchRow.target_groups,
    "service": SearchRow.services,
    "method": SearchRow.methods,
    "approach": SearchRow.approaches,
}
VALUES: Mapping[str, Any] = {
    "municipality": SearchRow.municipality,
    "region": SearchRow.region,
    "operator_kind": SearchRow.operator_kind,
    "night_staff": SearchRow.night_staff,
}
FLAGS: Mapping[str, Any] = {
    "accessible": SearchRow.accessible,
    "prison_approved": SearchRow.prison_approved,
    "vacancies": func.coalesce(SearchRow.vacancies, 0) > 0,
}


@dataclass(frozen=True)
class SearchQuery:
    """What is asked for. ``chosen`` has the values of each facet: any of them inside one, all facets together.

    ``rate_max`` is in øre, ``quality_min`` a mean of theme scores (1 to 5), ``as_of`` the first moment that is
    not looked at any more. ``place`` is where the page before ended.
    """

    q: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ages: Sequence[int] = ()
    vacancies: int = 0
    rate_max: int | None = None
    accessible: bool = False
    prison_approved: bool = False
    quality_min: float | None = None
    near: Postcode | None = None
    sort: str = "name"
    as_of: datetime | None = None
    limit: int = 20
    place: Sequence[Any] | None = None


@dataclass(frozen=True)
class Found:
    """A page of results: each with its item, score, distance and place; then what there is in all."""

    rows: list[dict[str, Any]]
    total: int
    counts: list[tuple[str, str, int]]


async def find(session: AsyncSession, query: SearchQuery) -> Found:
    """Return the page of ``query``, one more row than its limit where there are more."""
    conditions = _conditions(query)
    hits = _hits(query, conditions)
    statement = select(
        select(func.count()).select_from(hits).scalar_subquery(),
        _page(hits, query).scalar_subquery(),
        _facets(hits, conditions).scalar_subquery(),
    )
    total, rows, counts = (await session.execute(statement)).one()
    return Found(rows=rows or [], total=total, counts=[(row[0], row[1], row[2]) for row in counts or []])


def _conditions(query: SearchQuery) -> dict[str, Condition]:
    """Return the condition of each parameter, so that a facet can leave out its own."""
    found: dict[str, Condition] = {"as_of": _valid(query.as_of)}
    if query.q:
        found["q"] = and_(true(), *(_word_hits(word) for word in words_of(query.q)))
    for name, values in query.chosen.items():
        if values:
            found[name] = LISTS[name].overlap(list(values)) if name in LISTS else VALUES[name].in_(values)
    return found | _bounds(query)


def _bounds(query: SearchQuery) -> dict[str, Condition]:
    found: dict[str, Condition] = {}
    if query.ages:
        found["age"] = SearchRow.ages.overlap(list(query.ages))
    if query.vacancies:
        found["vacancies"] = SearchRow.vacancies >= query.vacancies
    if query.rate_max is not None:
        found["rate_max"] = SearchRow.rate_oere <= query.rate_max
    if query.quality_min is not None:
        found["quality_min"] = SearchRow.quality >= query.quality_min
    for name in ("accessible", "prison_approved"):
        if getattr(query, name):
            found[name] = FLAGS[name]
    return found


def _valid(as_of: datetime | None) -> Condition:
    if as_of is None:
        return SearchRow.valid_to.is_(None)
    return and_(SearchRow.valid_from < as_of, or_(SearchRow.valid_to.is_(None), SearchRow.valid_to >= as_of))


def _word_hits(word: str) -> Condition:
    """Return where a row holds ``word``: in another form, inside a longer word, or misspelt in the name."""
    ways: list[Condition] = []
    for form in forms_of(word):
        ways.append(SearchRow.document.op("@@")(func.plainto_tsquery(DANISH, form)))
        if len(form) >= MIN_PIECE:
            ways.append(SearchRow.words.contains(form, autoescape=True))
    if len(word) == MIN_PREFIX:
        ways.append(SearchRow.document.op("@@")(func.to_tsquery(DANISH, f"'{word}':*")))
    if len(word) >= MIN_MISSPELT:
        ways.append(SearchRow.title.op("%>")(word))
    return or_(*ways)


def _hits(query: SearchQuery, conditions: Mapping[str, Condition]) -> CTE:
    score, distance = _score(query.q), _distance(query.near)
    columns = [*LISTS.values(), *VALUES.values()]
    flags = [condition.label(f"has_{name}") for name, condition in FLAGS.items()]
    key = (SearchRow.tilbud_id, SearchRow.version, SearchRow.department_id, SearchRow.sort_name)
    sorted_by = (SearchRow.rate_oere, SearchRow.vacancies, score.label("score"), distance.label("distance"))
    return select(*key, *columns, *flags, *sorted_by).where(*conditions.values()).cte("hits")


def _score(q: str) -> ColumnElement[Any]:
    """Return how well a row fits: full text weighs names over the rest, and a name that is alike counts again."""
    words = words_of(q)
    if not words:
        return literal(0.0, Float(53))
    parts: list[Any] = [func.ts_rank(SearchRow.document, func.plainto_tsquery(DANISH, word)) for word in words]
    parts += [func.word_similarity(word, SearchRow.title) for word in words]
    exact = case((func.lower(SearchRow.tilbud_id) == q.strip().lower(), EXACT_ID_SCORE), else_=0.0)
    total: ColumnElement[Any] = exact
    for part in parts:
        total += cast(part, Float(53)) / len(words)
    return func.round(cast(total, Float(53)) * 1e6) / 1e6


def _distance(near: Postcode | None) -> ColumnElement[Any]:
    """Return the kilometres from the middle of the postcode; null where a row has no place."""
    if near is None:
        return cast(literal(None), Float(53))
    north = func.sin(func.radians(SearchRow.latitude - near.latitude) / 2)
    east = func.sin(func.radians(SearchRow.longitude - near.longitude) / 2)
    shrink = func.cos(func.radians(near.latitude)) * func.cos(func.radians(SearchRow.latitude))
    half = north * north + shrink * east * east
    return func.round(2 * EARTH_RADIUS_KM * func.asin(func.sqrt(half)) * 10) / 10


def _rank(hits: CTE, sort: str) -> ColumnElement[Any]:
    """Return the number that hits are sorted by, the smallest first; the name decides among equals."""
    ranks: dict[str, Any] = {
        "relevance": -hits.c.score,
        "rate": func.coalesce(cast(hits.c.rate_oere, Float(53)), DEAR_OERE),
        "vacancies": -func.coalesce(cast(hits.c.vacancies, Float(53)), -1.0),
        "name": literal(0.0, Float(53)),
        "distance": func.coalesce(hits.c.distance, FAR_KM),
    }
    return cast(ranks[sort], Float(53))


def _page(hits: CTE, query: SearchQuery) -> Select[Any]:
    # The rank is made from the hits: written into them it would compute the score a second time for each row.
    key = [hits.c[name] for name in ("tilbud_id", "version", "department_id", "sort_name", "score", "distance")]
    ranked = select(*key, _rank(hits, query.sort).label("rank")).subquery("ranked")
    place = _place(ranked)
    ordered = select(ranked).order_by(*place).limit(query.limit + 1)
    if query.place is not None:
        ordered = ordered.where(tuple_(*place) > tuple_(*query.place))
    page = ordered.subquery("page")
    row = func.jsonb_build_object(
        *("item", SearchRow.item, "score", page.c.score, "distance", page.c.distance),
        *("place", func.jsonb_build_array(*_place(page))),
    )
    same = [getattr(SearchRow, name) == page.c[name] for name in ("tilbud_id", "version", "department_id")]
    items = func.jsonb_agg(aggregate_order_by(row, *_place(page)))
    return select(items).select_from(page).join(SearchRow, and_(*same))


def _place(rows: Any) -> list[Any]:
    return [rows.c[name] for name in ("rank", "sort_name", "tilbud_id", "department_id")]


def _facets(hits: CTE, conditions: Mapping[str, Condition]) -> Select[Any]:
    """Count the values of every facet among the hits; a facet that is chosen from counts as if it were not."""
    counted = [_count_list(name, _source(hits, conditions, name)) for name in LISTS]
    counted += [_count_value(name, _source(hits, conditions, name)) for name in VALUES]
    counted += [_count_flag(name, _source(hits, conditions, name)) for name in FLAGS]
    everything = union_all(*counted).subquery("counted")
    return select(func.jsonb_agg(func.jsonb_build_array(everything.c.facet, everything.c.value, everything.c.count)))


def _source(hits: CTE, conditions: Mapping[str, Condition], name: str) -> Any:
    if name not in conditions:
        return hits
    others = [condition for other, condition in conditions.items() if other != name]
    columns = [*LISTS.values(), *VALUES.values()]
    flags = [condition.label(f"has_{flag}") for flag, condition in FLAGS.items()]
    return select(*columns, *flags).where(*others).subquery(f"without_{name}")


def _count_list(name: str, source: Any) -> Select[Any]:
    each = select(func.unnest(source.c[LISTS[name].key]).label("value")).subquery(f"each_{name}")
    return _count(name, each.c.value, each)


def _count_value(name: str, source: Any) -> Select[Any]:
    value = source.c[VALUES[name].key]
    return _count(name, value, source).where(value.is_not(None))


def _count_flag(name: str, source: Any) -> Select[Any]:
    return _count(name, literal("1", Text), source).where(source.c[f"has_{name}"])


def _count(name: str, value: Any, source: Any) -> Select[Any]:
    counted = (literal(name, Text).label("facet"), value.label("value"), func.count().label("count"))
    return select(*counted).select_from(source).group_by(value)
