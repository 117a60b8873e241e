"""A misspelt word is the known one that needs the fewest changes."""

import pytest

from publication.search.language.lexicon import own_lexicon
from publication.search.language.spelling import changes


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("autsime", "autisme"),
        ("stofmisbrg", "stofmisbrug"),
        ("spiseforstyrelse", "spiseforstyrrelse"),
        ("skizofreniii", "skizofreni"),
        ("demmens", "demens"),
        ("hjerneskate", "hjerneskade"),
        ("alborg", "ålborg"),
        ("københvan", "københavn"),
        ("adhs", "adhd"),
        ("qwertyuiop", None),
        ("bo", None),
        ("x" * 200, None),
    ],
)
def test_the_nearest_word(typed: str, known: str | None) -> None:
    nearest = own_lexicon().speller.nearest(typed)
    assert (nearest[0] if nearest else None) == known


def test_likely_mistakes_cost_less() -> None:
    assert changes("autisme", "autisme", 2) == 0
    assert changes("demmens", "demens", 2) == changes("hjerneskate", "hjerneskade", 2) == 0.5
    assert changes("autsime", "autisme", 2) == 1
    assert changes("helt", "anderledes", 2) > 2
