"""By how much a number changed, and which words of a text came or went."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.form import Field
from portal.form.differences import Mark, number_difference, word_difference


def field(field_type: str, unit: str | None = None) -> Field:
    known = {"id": "x", "label": "X", "help": "h", "purpose": "tilsyn", "audience": "public", "legal_source": "l"}
    return Field.model_validate({**known, "type": field_type, "unit": unit})


TEXT = field("long_text")


@pytest.mark.parametrize(
    ("field_type", "unit", "old", "new", "shown"),
    [
        ("money_oere", None, 412_500, 420_000, "+75 kr. (+1,8 %)"),
        ("money_oere", None, 420_050, 412_500, "−75,50 kr. (−1,8 %)"),
        ("integer", "pladser", 10, 11, "+1 plads (+10 %)"),
        ("integer", "pladser", 0, 3, "+3 pladser"),
        ("integer", "pladser", 3, 0, "−3 pladser (−100 %)"),
        ("decimal", "timer om ugen", 37.0, 18.5, "−18,5 timer om ugen (−50 %)"),
        ("percent", "%", 95, 97.5, "+2,5 procentpoint"),
        ("integer", "pladser", 100_000, 100_001, "+1 plads (0 %)"),
        ("year", None, 2025, 2026, ""),
        ("integer", "pladser", None, 3, ""),
        ("integer", "pladser", 3, 3, ""),
        ("boolean", None, False, True, ""),
        ("text", None, "3", "4", ""),
        ("integer", "pladser", "3", 4, ""),
    ],
)
def test_a_number_says_by_how_much_it_changed(field_type: str, unit: Any, old: Any, new: Any, shown: str) -> None:
    assert number_difference(field(field_type, unit), old, new) == shown


def test_a_long_text_marks_the_words_that_came_and_went() -> None:
    found = word_difference(TEXT, "Vi møder alle med respekt.\nHver dag.", "Vi møder alle med stor respekt.\nHver nat.")
    assert found is not None
    assert [each.text for each in found.old if each.mark is Mark.REMOVED] == ["dag."]
    assert [each.text for each in found.new if each.mark is Mark.ADDED] == ["stor", "nat."]
    assert "".join(each.text for each in found.new) == "Vi møder alle med stor respekt.\nHver nat."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Nord", "Syd"),
        ("Vi møder alle med respekt.", "Noget helt andet står der her nu."),
        ("Vi møder alle med respekt.", "Vi  møder alle\nmed respekt."),
        ("Vi møder alle med respekt.", None),
        ("", "Vi møder alle med respekt."),
    ],
)
def test_two_texts_that_say_more_whole_are_left_whole(old: Any, new: Any) -> None:
    assert word_difference(TEXT, old, new) is None


WORDS = st.lists(st.sampled_from(["en", "to", "tre", "fire", "\n", " "]), max_size=30).map(" ".join)


@given(WORDS, WORDS)
def test_no_word_is_lost_between_the_marks(old: str, new: str) -> None:
    found = word_difference(TEXT, old, new)
    if found is not None:
        assert "".join(each.text for each in found.old).split() == old.split()
        assert "".join(each.text for each in found.new).split() == new.split()
        assert {each.mark for each in found.old} <= {Mark.SAME, Mark.REMOVED}
        assert {each.mark for each in found.new} <= {Mark.SAME, Mark.ADDED}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("word", ["a ", "a b ", "\n"])
def test_a_text_that_repeats_itself_costs_little(word: str) -> None:
    """The longest text that a field takes; compared word by word with each other, it would take minutes."""
    text = (word * 4_000)[:4_000]
    found = word_difference(TEXT, text, text[::-1] + "c")
    assert found is None or "".join(each.text for each in found.new).endswith("c")
