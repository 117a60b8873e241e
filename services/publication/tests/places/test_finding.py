"""What people write for a place, and which place they mean."""

import pytest

from publication.places.finding import PlaceProblem, find_place, places_beginning
from publication.places.gazetteer import kommuner, postcode_places, towns

SPELLINGS = {
    "2100 København Ø": "Østerbro, kbh ø",
    "5220 Odense SØ": "Odense Sydøst",
    "2800 Kongens Lyngby": "Kgs. Lyngby, kgs lyngby",
    "9000 Aalborg": "9000, 9000 Aalborg, Aalborg, aalborg, AALBORG, Ålborg, ålborg, A\u030alborg, Aalborg 9000",
    "9220 Aalborg Øst": "aalborg ø, Aalborg Øst, ålborg oest, 9220 Aalborg, Aal\u00adborg\u00a0Øst",
    "8000 Aarhus C": "Århus C, aarhus, ÅRHUS, Aarhus centrum, århus c.",
    "2200 København N": "Kbh. N, Nørrebro, kbh n, koebenhavn nord, KØBENHAVN N",
    "Københavns Kommune": "koebenhavn, København, kbh, Københavns Kommune, københavn kommune",
    "5000 Odense C": "Odense, 5000, odense c",
    "8900 Randers C": "Randers",
    "4800 Nykøbing F": "Nykøbing Falster, nykoebing f, 4800 Nykøbing F, 4800",
    "4500 Nykøbing Sj": "Nykøbing Sjælland, nykøbing sj.",
    "9280 Storvorde": "DK-9280 Storvorde, storvorde, Storv, 9280",
    "5970 Ærøskøbing": "aeroeskoebing, Ærøskøbing",
    "Ærø Kommune": "Ærø, aeroe, Ærø Kommune",
    "Vesthimmerlands Kommune": "Vesthimmerland, vesthimmerlands kommune",
    "7260 Sønder Omme": "Sdr. Omme, sønder omme, Soender Omme",
    "4660 Store Heddinge": "St. Heddinge, Heddinge",
    "5600 Faaborg": "Fåborg, faaborg",
    "Bornholms Regionskommune": "Bornholm",
    "7755 Bedsted Thy": "Bedsted",
    "Frederiksberg C": "frederiksberg c",
    "2000 Frederiksberg": "Frederiksberg, frb, 2000",
    "0555 Scanning": "0555",
    "970 Færøerne": "970, 970 Vágur",
    "3912 Grønland": "3912, 3912 Maniitsoq",
}
ALL = [*postcode_places(), *(each.place for each in (*towns(), *kommuner()))]


@pytest.mark.parametrize(
    ("typed", "label"), [(typed, label) for label, all_typed in SPELLINGS.items() for typed in all_typed.split(", ")]
)
def test_a_place_is_found_however_it_is_spelt(typed: str, label: str) -> None:
    assert find_place(typed).label == label


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("Nykøbing", ("4500 Nykøbing Sj", "4800 Nykøbing F", "7900 Nykøbing M")),
        ("viby", ("4130 Viby Sjælland", "8260 Viby J")),
        ("Jerslev", ("4490 Jerslev Sjælland", "9740 Jerslev J")),
        ("Sønder", ("6092 Sønder Stenderup", "7260 Sønder Omme", "7280 Sønder Felding")),
    ],
)
def test_a_name_of_several_towns_is_answered_with_all_of_them(typed: str, choices: tuple[str, ...]) -> None:
    with pytest.raises(PlaceProblem) as problem:
        find_place(typed)
    assert problem.value.code == "ambiguous-place"
    assert problem.value.choices == choices
    assert [find_place(each).label for each in choices] == list(choices)


@pytest.mark.parametrize(
    ("typed", "code", "choice"),
    [
        ("9999", "unknown-postcode", None),
        ("12345", "unknown-postcode", None),
        ("9", "unknown-postcode", None),
        ("9000 8000", "unknown-postcode", None),
        ("٩٠٠٠", "unknown-place", None),
        ("010190-1234 Aalborg", "unknown-postcode", None),
        ("1234567Aalborg", "unknown-place", None),
        ("9000 Aarhus", "mismatch", "9000 Aalborg"),
        ("Aalbrog", "unknown-place", "9000 Aalborg"),
        ("Svenborg", "unknown-place", "5700 Svendborg"),
        ("Fyn", "unknown-place", None),
        ("Scanning", "unknown-place", None),
        ("Oslo", "unknown-place", None),
        ("Aa", "unknown-place", None),
        ("", "missing", None),
        (" \u200b ", "missing", None),
        ("😀?!", "missing", None),
    ],
)
def test_what_is_no_place_is_refused_with_what_could_be_meant(typed: str, code: str, choice: str | None) -> None:
    with pytest.raises(PlaceProblem) as problem:
        find_place(typed)
    assert (problem.value.code, (problem.value.choices or (None,))[0]) == (code, choice)


def test_a_village_without_a_postcode_is_told_what_to_write_instead() -> None:
    for typed, meant in (("Svenborg", " Mente du 5700 Svendborg eller 2860 Søborg?"), ("Oslo", "")):
        with pytest.raises(PlaceProblem) as problem:
            find_place(typed)
        assert problem.value.detail == (
            f"Vi kender ikke stedet.{meant} "
            "Er det en landsby uden eget postnummer, så skriv den nærmeste by eller postnummeret."
        )


def test_every_place_is_found_again_by_its_value_and_by_its_label() -> None:
    assert len(postcode_places()) == 1_126
    for place in ALL:
        for text in (place.value, place.label):
            found = find_place(text)
            assert (found.latitude, found.longitude) == (place.latitude, place.longitude), text


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("aalbo", ["9000 Aalborg", "9220 Aalborg Øst", "9210 Aalborg SØ", "9200 Aalborg SV", "Aalborg Kommune"]),
        ("storv", ["9280 Storvorde"]),
        ("heddi", ["4660 Store Heddinge"]),
        ("928", ["9280 Storvorde"]),
        ("92 stor", ["9280 Storvorde"]),
        ("københavn k", ["København K"]),
        ("jammer", ["Jammerbugt Kommune"]),
        ("?", []),
        ("", []),
        ("9 0", []),
    ],
)
def test_a_place_is_offered_while_it_is_typed(typed: str, first: list[str]) -> None:
    assert [each.label for each in places_beginning(typed)][: len(first) or 1] == first


def test_what_is_offered_comes_once() -> None:
    for typed in ("a", "s", "st", "h", "9", "kø"):
        offered = [each.label for each in places_beginning(typed)]
        assert len(offered) == len(set(offered)) > 1


@pytest.mark.parametrize("typed", ["9000Aalborg", "dk9000", "Vejgade 5, 9000 Aalborg", "Vejgade 5 9000 Ålborg"])
def test_a_postcode_is_found_beside_letters_and_behind_a_street(typed: str) -> None:
    assert find_place(typed).label == "9000 Aalborg"
