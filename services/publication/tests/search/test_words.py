"""The Danish of the search: words that mean something, how they are folded, and the order of names."""

import unicodedata

import pytest
from sqlalchemy import text

from chassis.database import Database
from publication.search.words import fold, plain, sort_key, spellings, with_ids, words_of


def test_words_that_mean_something() -> None:
    assert list(words_of("Behandling AF misbrug, og 'CRV-6324'")) == ["behandling", "misbrug", "crv-6324"]
    assert list(words_of("af og til")) == ["af", "og", "til"]
    assert list(words_of("når på Ø")) == ["ø"]


@pytest.mark.parametrize("query", ["%_\\'\"();", "%", "_", "!!!", "🙂", "§", "-", "– —", "\u20ac", "“”", "👩‍👩‍👧"])
def test_signs_alone_are_no_words(query: str) -> None:
    assert words_of(query) == {}


def test_a_word_is_told_as_it_was_typed() -> None:
    assert words_of("Café på Ærø, Bo\u00adsted") == {"cafe": "café", "ærø": "ærø", "bosted": "bosted"}


@pytest.mark.parametrize(
    "typed", ["CRV-6586", "CRV6586", "crv 6586", "Crv-6586", "crv\u00a06586", "CRV - 6586", "\u200bCRV\u00ad6586"]
)
def test_the_id_of_a_tilbud_is_understood(typed: str) -> None:
    assert with_ids(typed) == "crv-6586"
    assert list(words_of(f"tilbud {typed}!")) == ["tilbud", "crv-6586"]


ALIKE = [
    ("Århus", "Aarhus"),
    ("Ålborg", "AALBORG"),
    ("Ålykke", "Aalykke"),
    ("Cafe Rose", "Café Rosé"),
    ("Egely", "Ege\u200bly"),
    ("Bofællesskabet", "Bo\u00adf\u00e6lles\u2060skabet"),
    ("Muller", "Müller"),
    ("Þór", "thor"),
    ("Łódź", "lodz"),
    ("Straße", "STRASSE"),
    ("Elm & Ask", "Elm\u00a0&\u00a0Ask"),
]


@pytest.mark.parametrize(("written", "typed"), ALIKE)
def test_ways_to_write_the_same(written: str, typed: str) -> None:
    assert fold(written) == fold(typed) == fold(fold(written))
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, written)) == fold(typed)


@pytest.mark.parametrize(
    ("written", "typed"),
    [("København", "Koebenhavn"), ("Tønder", "Toender"), ("Ærø", "Aeroe"), ("Ærøhus", "aeroehus"), ("Noel", "Noel")],
)
def test_a_query_may_be_typed_without_danish_letters(written: str, typed: str) -> None:
    assert fold(written) in spellings(fold(typed))


async def test_the_database_folds_alike(database: Database) -> None:
    async with database.read() as session:
        for pair in ALIKE:
            for each in pair:
                assert await session.scalar(text("SELECT search_fold(:text)"), {"text": each.lower()}) == fold(each)


@pytest.mark.timeout(30)
def test_what_is_made_to_be_slow_is_folded_at_once() -> None:
    """To order so many marks takes minutes; to look at each takes none."""
    assert fold("a" + ("\u0345" * 200_000 + "\u0334" * 200_000))[:1] == "a"


def test_what_cannot_be_seen_is_nothing() -> None:
    assert plain(" \u200b\u2028\u00ad ") == ""


def test_danish_order() -> None:
    names = ["Aarhus", "Åby", "Ærø", "Øst", "zebra", "Éclair", "Vest", "Afd 2", "Afd"]
    assert sorted(names, key=sort_key) == ["Afd", "Afd 2", "Éclair", "Vest", "zebra", "Ærø", "Øst", "Åby", "Aarhus"]
