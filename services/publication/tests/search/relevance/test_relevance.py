"""How good the first page is for what people type, judged by the structured fields of the records."""

import csv
from collections.abc import Mapping
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import pytest

from publication.search.criteria import SearchCriteria
from publication.search.index import SearchIndex
from publication.search.language.sentence import seen
from publication.search.searching import evaluate
from services.publication.tests.search.relevance.country import country, index_of
from services.publication.tests.search.relevance.judge import PAGE, Judgeable, gain, is_held_out, ndcg

QUERIES = Path(__file__).with_name("queries.tsv")
ENOUGH = 0.92


class Answer(NamedTuple):
    """How good the first page of a query is, and whether there is anything on it."""

    kind: str
    query: str
    quality: float
    is_empty: bool


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    """The answers to all queries that anything in the country is an answer to."""
    units = country()
    index = index_of(units)
    departments = [Judgeable.of(unit) for unit in units]
    answered = [_answer(index, departments, judged) for judged in judged_queries()]
    return [each for each in answered if each is not None]


def judged_queries() -> list[Mapping[str, str]]:
    """Return every query with its kind and what answers it."""
    with QUERIES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _answer(index: SearchIndex, departments: list[Judgeable], judged: Mapping[str, str]) -> Answer | None:
    possible = [gain(judged, each) for each in departments]
    if not any(possible):
        return None
    by_place = {_place(each): value for each, value in zip(departments, possible, strict=True)}
    criteria = SearchCriteria(q=seen(judged["query"]), sort="relevance", limit=PAGE)
    page = evaluate(index, criteria).page()[:PAGE]
    gains = [by_place[hit.tilbud_id, hit.department_id] for hit in page]
    return Answer(judged["kind"], judged["query"], ndcg(gains, possible), not page)


def _place(each: Judgeable) -> tuple[str, str]:
    department = each.unit.department
    return each.unit.tilbud.id, department.id if department else ""


def test_the_set_is_large_and_of_every_kind(answers: list[Answer]) -> None:
    assert len(answers) >= 300
    held_out = [each for each in answers if is_held_out(each.query)]
    assert 0.25 < len(held_out) / len(answers) < 0.45
    kinds = {"place", "derived", "misspelt", "law", "identity", "everyday", "sentence", "negation", "topics", "more"}
    assert {each.kind for each in held_out} == {each.kind for each in answers} == kinds


def test_nothing_is_empty_that_has_an_answer(answers: list[Answer]) -> None:
    assert [each.query for each in answers if each.is_empty] == []


@pytest.mark.parametrize("held_out", [False, True])
def test_the_first_page_is_good(answers: list[Answer], *, held_out: bool) -> None:
    quality = mean(each.quality for each in answers if is_held_out(each.query) is held_out)
    assert quality >= ENOUGH


def test_no_kind_of_query_is_left_behind(answers: list[Answer]) -> None:
    kinds = {each.kind for each in answers}
    means = {kind: mean(each.quality for each in answers if each.kind == kind) for kind in kinds}
    assert {kind: quality for kind, quality in means.items() if quality < 0.85} == {}
