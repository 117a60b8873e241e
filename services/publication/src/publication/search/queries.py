"""The search in the past: one SQL statement gives the state, the total, the page and the facets of a query.

A statement is built once for each shape of a query: which filters it has, how many words, in which order. The values
of a query are its parameters. So neither SQLAlchemy nor PostgreSQL reads the same statement twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    DateTime,
    Float,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    SmallInteger,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from publication.feed.queries import FEED_STATE
from publication.places.gazetteer import EARTH_RADIUS_KM
from publication.search.criteria import PLACE, QueryShape, SearchCriteria, Subject
from publication.search.facets import FACETS
from publication.search.hits import DEAR_OERE, FAR_AWAY_KM, FAR_KM, Hit, SearchHits
from publication.search.models import SearchRow
from publication.search.repair import repaired
from publication.search.suggestions import MOST_OF_IT, nothing_found, searched_as, spelling

EXACT_ID_SCORE, EXACT_NAME_SCORE, PERSON_SCORE = 1_000.0, 500.0, 300.0
MEANT_SCORE = 1.0
FAR_AWAY = 0.9
SIGNS = "[^[:alnum:]]"
DOUBLE = Float(53)
# Written as a constant: PostgreSQL would look up the name of a dictionary again for each row.
DANISH: ColumnElement[Any] = literal_column("'danish'::regconfig")

Condition = ColumnElement[bool]


KEY = (
    *(SearchRow.tilbud_id, SearchRow.version, SearchRow.department_id, SearchRow.sort_name),
    *(SearchRow.facets, SearchRow.vacancies, SearchRow.group_ages),
)


async def find_as_of(session: AsyncSession, criteria: SearchCriteria, query: str) -> tuple[SearchHits, SearchCriteria]:
    """Return the page of ``criteria`` as it was at its moment, and what was searched for.

    It is one more row than its limit where there are more. ``query`` are the parameters that ask for it.
    """
    found = await _find(session, criteria, criteria.shape())
    meant = repaired(criteria.reading, criteria.lexicon, None) if criteria.q and not found.total else None
    if meant is not None:
        mended = replace(criteria, q=meant.query)
        again = await _find(session, mended, mended.shape())
        if again.total:
            suggested = [spelling(query, mended.q)]
            return replace(again, notice=searched_as(mended.q), suggestions=suggested), mended
    if found.total or not criteria.q:
        return found, criteria
    relaxed = bool(criteria.reading.subjects)
    if relaxed:
        found = await _find(session, criteria, criteria.shape(relaxed=True))
    nothing = nothing_found(criteria.q, names_are_mended=not criteria.words)
    notice = MOST_OF_IT if found.total else nothing
    return replace(found, notice=notice, relaxed=relaxed and found.total > 0), criteria


async def _find(session: AsyncSession, criteria: SearchCriteria, shape: QueryShape) -> SearchHits:
    connection = await session.connection()
    result = await connection.execute(_statement(shape), criteria.values())
    sequence, last_pending, pending, total, rows, *counts = result.one()
    hits = [Hit(*row) for row in rows or ()]
    return SearchHits((sequence, last_pending, pending), total, hits, _merged(shape.facets, counts))


def _merged(chosen: Sequence[str], counts: Sequence[Sequence[tuple[str, int]] | None]) -> dict[str, dict[str, int]]:
    """Take each facet from where it is counted: one that is chosen from counts as if it were not."""
    merged: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    for of, counted in zip(("", *chosen), counts, strict=True):
        for key, count in counted or ():
            facet, _, value = key.partition(":")
            if facet == of or (not of and facet not in chosen):
                merged[facet][value] = count
    return merged


@lru_cache(500)
def _statement(shape: QueryShape) -> Select[Any]:
    searched = select(*KEY, _rank(shape).label("rank")).where(*_searched(shape))
    # Text is looked at once, since no index helps behind it; without text each part has the index of its own filters.
    found = searched.cte("found") if shape.words else searched.subquery("found")
    chosen = _chosen(shape, found)
    hits = select(found).where(*chosen.values()).cte("hits")
    return select(
        *FEED_STATE,
        select(func.count()).select_from(hits).scalar_subquery(),
        _page(hits, shape).scalar_subquery(),
        _counts(hits),
        *(_counts(select(found.c.facets).where(*_others(chosen, facet)).subquery()) for facet in chosen),
    )


def _searched(shape: QueryShape) -> list[Condition]:
    """Return the conditions that hold for every facet too."""
    possible = {
        "ages": SearchRow.ages.overlap(_ages("ages")),
        "rate_max": _rate() <= bindparam("rate_max", type_=BigInteger),
        "quality_min": SearchRow.quality >= bindparam("quality_min", type_=DOUBLE),
    }
    wanted = shape.filters - {"ages"} if "target_group" in shape.filters else shape.filters
    bounds = [condition for name, condition in possible.items() if name in wanted]
    return [_valid(), *_query_hits(shape), *bounds]


def _query_hits(shape: QueryShape) -> list[Condition]:
    """Return where a row fits the query: it has what is meant or the words, or its name or id holds all of it."""
    if not shape.named:
        return []
    subjects = [_subject(number, each) for number, each in enumerate(shape.subjects)]
    fitting: list[Condition] = []
    if subjects:
        fitting = [or_(*subjects) if shape.relaxed else and_(*subjects)]
    elif shape.words:
        fitting = [_words_hit(shape.words)]
    named = and_(*(_name_hits(number) for number in range(shape.named)))
    found = [or_(*fitting, named, _has_name(), _identified(), _somebody())] if fitting else []
    wanted = [or_(~SearchRow.facets.overlap(_texts("unwanted")), _has_name())] if shape.unwanted else []
    return [*found, *wanted]


def _identified() -> Condition:
    return or_(func.lower(SearchRow.tilbud_id) == _text("id"), SearchRow.identifiers.overlap(_texts("identifiers")))


def _has_name() -> Condition:
    """Return where the query is the whole name, whatever signs stand in either."""
    letters = func.replace(func.replace(SearchRow.title, "oe", "ø"), "ae", "æ")
    return func.regexp_replace(letters, SIGNS, "", "g") == _text("letters")


def _somebody() -> Condition:
    """Return where a row has somebody with the whole name."""
    return and_(func.cardinality(_texts("people")) > 0, SearchRow.identifiers.contains(_texts("people")))


def _subject(number: int, says: Subject) -> Condition:
    """Return where a row has what is meant of one subject."""
    conditions: list[Condition] = [SearchRow.facets.overlap(_texts(f"keys_{number}"))]
    if says.ages:
        conditions.append(SearchRow.ages.overlap(_ages(f"ages_{number}")))
    if says.groups_at_ages:
        conditions.append(_in_one_package(SearchRow.group_ages.expression, f"groups_{number}", "meant_ages"))
    if says.rates:
        conditions.append(_rate_in_bounds(f"rates_{number}"))
    if says.vacancies:
        conditions.append(SearchRow.vacancies >= bindparam(f"vacancies_{number}", type_=Integer))
    return or_(*conditions)


def _rate_in_bounds(highest: str) -> Condition:
    """Return where the lowest rate of a unit is at most what is asked for that unit; a row may lack it."""
    bounds = func.jsonb_each_text(bindparam(highest, type_=JSONB)).table_valued("key", "value")
    rate = cast(SearchRow.rates.op("->>")(bounds.c.key), BigInteger)
    return select(literal_column("1")).select_from(bounds).where(rate <= cast(bounds.c.value, BigInteger)).exists()


def _words_hit(words: int) -> Condition:
    """Return where a row holds at least half of the words."""
    if words == 1:
        return _word_hits(0)
    held: ColumnElement[int] = literal_column("0", Integer)
    for number in range(words):
        held += case((_word_hits(number), 1), else_=0)
    return held * 2 >= words


def _name_hits(number: int) -> Condition:
    forms = select(func.to_tsquery(DANISH, _text(f"named_name_forms_{number}"))).scalar_subquery()
    return or_(
        SearchRow.document.op("@@")(forms),
        SearchRow.title.like(any_(_texts(f"named_pieces_{number}"))),
        SearchRow.title.op("~")(_text(f"named_own_word_{number}")),
    )


def _chosen(shape: QueryShape, found: FromClause) -> dict[str, Condition]:
    """Return the condition of each facet that is chosen from, so that a facet can leave out its own."""
    conditions: dict[str, Condition] = {facet: found.c.facets.overlap(_texts(facet)) for facet in shape.facets}
    if "vacancies" in conditions:
        # Chosen from by their number.
        conditions["vacancies"] = found.c.vacancies >= bindparam("vacancies", type_=Integer)
    if "target_group" in conditions and "ages" in shape.filters:
        conditions["target_group"] = _in_one_package(found.c.group_ages, "groups", "ages")
    return conditions


def _in_one_package(group_ages: ColumnElement[Any], groups: str, ages: str) -> Condition:
    """Return where one of the packages takes one of the groups at one of the ages that are asked for."""
    span = func.unnest(group_ages).column_valued("span")
    group, (first, last) = func.split_part(span, ":", 1), _ends(span)
    age = func.unnest(_ages(ages)).column_valued("age")
    taken = and_(group == any_(_texts(groups)), age.between(first, last))
    return select(literal_column("1")).where(taken).exists()


def _ends(span: ColumnElement[Any]) -> Sequence[ColumnElement[int]]:
    ages = func.split_part(span, ":", 2)
    return [cast(func.split_part(ages, "-", part), Integer) for part in (1, 2)]


def _rate() -> ColumnElement[Any]:
    """Return the lowest rate of the unit that is asked for; null where a row has none."""
    return cast(SearchRow.rates.op("->>")(_text("rate_unit")), BigInteger)


def _text(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=Text)


def _texts(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=ARRAY(Text))


def _ages(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=ARRAY(SmallInteger))


def _valid() -> Condition:
    as_of = bindparam("as_of", type_=DateTime(timezone=True))
    return and_(SearchRow.valid_from <= as_of, or_(SearchRow.valid_to.is_(None), SearchRow.valid_to > as_of))


def _word_hits(number: int) -> Condition:
    """Return where a row holds a word: in another form, inside a longer word, misspelt in the name, or by itself."""
    forms = select(func.to_tsquery(DANISH, _text(f"forms_{number}"))).scalar_subquery()
    return or_(
        SearchRow.document.op("@@")(forms),
        SearchRow.words.like(any_(_texts(f"pieces_{number}"))),
        SearchRow.title.op("%>")(_text(f"misspelt_{number}")),
        # The slowest comes last. No index helps with a pattern that has signs in it; with pieces one does.
        and_(
            SearchRow.words.like(any_(_texts(f"short_pieces_{number}"))),
            SearchRow.words.op("~")(_text(f"own_word_{number}")),
        ),
    )


def _rank(shape: QueryShape) -> ColumnElement[Any]:
    """Return the number that hits are sorted by, the smallest first; the name decides among equals."""
    if shape.sort == "relevance":
        return -_score(shape) + _far(near=shape.near)
    if shape.sort == "distance":
        return func.coalesce(_distance(near=shape.near), FAR_KM)
    ranks: dict[str, ColumnElement[Any]] = {
        "rate": func.coalesce(cast(_rate(), DOUBLE), DEAR_OERE),
        "vacancies": -func.coalesce(cast(SearchRow.vacancies, DOUBLE), -1.0),
        "name": cast(0.0, DOUBLE),
    }
    return ranks[shape.sort]


def _score(shape: QueryShape) -> ColumnElement[Any]:
    """Return how well a row fits: what is meant, then full text, which weighs names over the rest."""
    words = shape.words
    if not shape.named:
        return cast(0.0, DOUBLE)
    total: ColumnElement[Any] = case((_identified(), EXACT_ID_SCORE), (_somebody(), PERSON_SCORE), else_=0.0)
    total += case((_has_name(), EXACT_NAME_SCORE), else_=0.0)
    if shape.subjects:
        key = func.unnest(SearchRow.facets).column_valued("key")
        meant = select(func.count()).where(key == any_(_texts("meant"))).scalar_subquery()
        total += cast(meant, DOUBLE) * MEANT_SCORE
        for number, each in enumerate(shape.subjects):
            total += case((_subject(number, each), bindparam(f"weight_{number}", type_=DOUBLE)), else_=0.0)
    if shape.ages:
        age = func.unnest(SearchRow.ages).column_valued("age")
        wanted = select(func.count()).where(age == any_(_ages("meant_ages"))).scalar_subquery()
        total += cast(wanted, DOUBLE) / func.greatest(func.cardinality(SearchRow.ages), 1)
    for number in range(words):
        query = select(func.plainto_tsquery(DANISH, _text(f"word_{number}"))).scalar_subquery()
        total += cast(func.ts_rank(SearchRow.document, query), DOUBLE) / words
        total += cast(func.word_similarity(_text(f"word_{number}"), SearchRow.title), DOUBLE) / words
    return func.round(cast(total, DOUBLE) * 1e6) / 1e6


def _distance(*, near: bool) -> ColumnElement[Any]:
    """Return the kilometres from the middle of the postcode; null where a row has no place."""
    if not near:
        return cast(null(), DOUBLE)
    latitude, longitude = (bindparam(name, type_=DOUBLE) for name in ("latitude", "longitude"))
    north = func.sin(func.radians(SearchRow.latitude - latitude) / 2)
    east = func.sin(func.radians(SearchRow.longitude - longitude) / 2)
    shrink = func.cos(func.radians(latitude)) * func.cos(func.radians(SearchRow.latitude))
    half = north * north + shrink * east * east
    return func.round(2 * EARTH_RADIUS_KM * func.asin(func.sqrt(half)) * 10) / 10


def _far(*, near: bool) -> ColumnElement[Any]:
    """Return what its distance takes from a row, so little that only those who fit alike come in its order."""
    share = func.least(func.coalesce(_distance(near=near), FAR_AWAY_KM) / FAR_AWAY_KM, 1.0)
    return func.round(cast(share, DOUBLE) * 1e6) / 1e6 * FAR_AWAY if near else cast(0.0, DOUBLE)


def _page(hits: CTE, shape: QueryShape) -> Select[Any]:
    place = [hits.c[name] for name in PLACE]
    first = select(*place, hits.c.version).order_by(*place).limit(bindparam("limit", type_=Integer))
    if shape.continued:
        end = (bindparam(name, type_=column.type) for name, column in zip(PLACE, place, strict=True))
        first = first.where(tuple_(*place) > tuple_(*end))
    page = first.subquery("page")
    name, department = (SearchRow.item[each].astext for each in ("name", "department_name"))
    approximate = func.coalesce(cast(SearchRow.item["place_approximate"].astext, Boolean), false())
    shown = (cast(SearchRow.item, Text), name, department, SearchRow.facets, approximate)
    place = [page.c[name] for name in PLACE]
    # Only the rows of the page are scored and measured where the order does not ask for all.
    row = func.row(*shown, _score(shape), _distance(near=shape.near), *place)
    same = [getattr(SearchRow, name) == page.c[name] for name in ("tilbud_id", "version", "department_id")]
    return select(func.array_agg(aggregate_order_by(row, *place))).select_from(page).join(SearchRow, and_(*same))


def _others(chosen: Mapping[str, Condition], facet: str) -> list[Condition]:
    return [condition for name, condition in chosen.items() if name != facet]


def _counts(source: FromClause) -> ScalarSelect[Any]:
    """Count the values of all facets in ``source``; to leave some out before costs more than to count them."""
    key = select(func.unnest(source.c.facets).label("key")).subquery("each").c.key
    counted = select(key, func.count().label("count")).group_by(key).subquery("counted")
    return select(func.array_agg(func.row(counted.c.key, counted.c.count))).scalar_subquery()
