from datetime import date

import pytest

from contracts.vocabularies import Vocabulary, vocabularies, vocabulary

THEMES = (
    "education-and-employment",
    "independence-and-relations",
    "target-group-methods-results",
    "health-and-wellbeing",
    "organisation-and-management",
    "competences",
    "physical-environment",
    "economy",
)


@pytest.mark.parametrize("each", vocabularies(), ids=lambda each: each.id)
def test_a_vocabulary_is_closed_and_its_tree_whole(each: Vocabulary) -> None:
    assert len(set(each.ids)) == len(each.terms)
    assert all(term.label.strip() and term.english.strip() for term in each.terms)
    labels = [term.label for term in each.terms]
    assert len(set(labels)) == len(labels)
    for term in each.terms:
        assert all(above in each.terms for above in each.ancestors(term.id))


def test_quality_themes_have_the_ids_of_the_interface() -> None:
    assert vocabulary("quality-themes").ids == THEMES


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


def test_an_unknown_vocabulary_or_term_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        vocabulary("findes-ikke")
    with pytest.raises(KeyError):
        vocabulary("services").label("findes-ikke")
    assert "findes-ikke" not in vocabulary("services")
