from datetime import date
from typing import get_args

import pytest

from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.events.external import InboundTheme
from contracts.events.parties import Verdict
from contracts.vocabularies import Vocabulary, vocabularies, vocabulary


@pytest.mark.parametrize("each", vocabularies(), ids=lambda each: each.id)
def test_a_vocabulary_is_closed_and_its_tree_whole(each: Vocabulary) -> None:
    assert len(set(each.ids)) == len(each.terms)
    assert all(term.label.strip() and term.english.strip() for term in each.terms)
    labels = [term.label for term in each.terms]
    assert len(set(labels)) == len(labels)
    for term in each.terms:
        assert all(above in each.terms for above in each.ancestors(term.id))


@pytest.mark.parametrize(
    ("ids", "written"),
    [
        ("quality-themes", get_args(InboundTheme.model_fields["theme"].annotation)),
        ("tilsyn-kinds", tuple(TilsynKind)),
        ("tilsyn-decisions", tuple(TilsynDecision)),
        ("verdicts", tuple(Verdict)),
    ],
)
def test_what_events_may_say_has_a_label_and_nothing_else_has(ids: str, written: tuple[str, ...]) -> None:
    assert vocabulary(ids).ids == written


def test_who_searches_for_a_group_also_means_the_groups_below_it() -> None:
    groups = vocabulary("target-groups")
    below = {each.id for each in groups.descendants("disability")}
    assert {"autism", "dementia", "anxiety"} <= below
    assert [each.id for each in groups.ancestors("autism")][-1] == "disability"


def test_a_term_that_has_ended_is_not_offered() -> None:
    themes = vocabulary("quality-themes")
    ended = themes.model_copy(update={"terms": (themes.terms[0].model_copy(update={"valid_to": date(2025, 1, 1)}),)})
    assert ended.valid(date(2025, 1, 1)) == ended.terms
    assert ended.valid(date(2025, 1, 2)) == ()


def test_every_criterion_stands_under_a_theme_and_ends_with_it() -> None:
    """R97: themes, criteria under each, and indicators under those; economy beside them."""
    themes, criteria = vocabulary("quality-themes"), vocabulary("quality-criteria")
    tops = [each for each in criteria.terms if each.parent is None]
    assert {each.belongs_to for each in tops} == set(themes.ids)
    for each in tops:
        assert each.belongs_to is not None
        theme = themes.term(each.belongs_to)
        family = (each, *criteria.descendants(each.id))
        assert {one.ends_with for one in family} == {theme.ends_with}
        assert all(one.valid_to == theme.valid_to for one in family)
        assert theme.id == "economy" or len(family) > 1


def test_an_unknown_vocabulary_or_term_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        vocabulary("findes-ikke")
    with pytest.raises(KeyError):
        vocabulary("services").label("findes-ikke")
    assert "findes-ikke" not in vocabulary("services")
