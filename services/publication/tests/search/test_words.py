"""The Danish of the search: words that mean something, and the order of names."""

from publication.search.words import sort_key, words_of


def test_words_that_mean_something() -> None:
    assert words_of("Behandling AF misbrug, og 'CRV-6324'") == ["behandling", "misbrug", "crv-6324"]
    assert words_of("af og til") == ["af", "og", "til"]
    assert words_of("%_\\'\"();") == []


def test_danish_order() -> None:
    names = ["Aarhus", "Åby", "Ærø", "Øst", "zebra", "Éclair", "Vest", "Afd 2", "Afd"]
    assert sorted(names, key=sort_key) == ["Afd", "Afd 2", "Éclair", "Vest", "zebra", "Ærø", "Øst", "Åby", "Aarhus"]
