"""How what people type is read: values of the search's parameters, what is not wanted, and the words that are left."""

import pytest

from contracts.reference import legal_bases, municipalities, regions
from contracts.vocabularies import vocabulary
from publication.search.facets import VOCABULARIES
from publication.search.language.lexicon import own_lexicon
from publication.search.language.sentence import Reading, read, seen
from publication.search.repair import repaired

NOT_SEARCHED = {"foster-families"}


def reading(query: str) -> Reading:
    return read(seen(query), own_lexicon())


def meant(query: str) -> set[str]:
    """Return what is meant by ``query``, written ``parameter:value``, with a ``!`` where it is not wanted."""
    return {
        f"{'!' * part.excluded}{option.parameter}:{option.value}"
        for part in reading(query).understood
        for option in part.meaning.options
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "ung pige med spiseforstyrrelse i Nordjylland",
            {"age:13-25", "target_group:eating-disorder", "region:1081"},
        ),
        ("25-årig mand med hjerneskade", {"age:25", "target_group:brain-injury"}),
        ("dreng på 8 år, autistisk", {"age:8", "target_group:autism"}),
        ("unge på 15-18 år", {"age:15-18"}),
        ("18+", {"age:18-120"}),
        ("under 12 år", {"age:0-11"}),
        ("ældre", {"age:65-120"}),
        ("under 3000 kr", set()),
        ("over 10 pladser, højst 30 km væk", set()),
        ("fra 1. januar", set()),
        ("Ålborg", {"municipality:0851"}),
        ("AALBORG KOMMUNE", {"municipality:0851"}),
        ("koebenhavn", {"municipality:0101"}),
        ("Vesthimmerland", {"municipality:0820"}),
        ("Aarhus C", {"municipality:0751"}),
        ("9000", {"municipality:0851"}),
        ("Lolland-Falster", {"municipality:0360,0376"}),
        ("§ 108 a", {"legal_basis:botilbud-unge-voksne"}),
        ("108a", {"legal_basis:botilbud-unge-voksne"}),
        ("paragraf 107", {"legal_basis:botilbud-midlertidigt"}),
        ("§ 66, stk. 1, nr. 6", {"legal_basis:opholdssted"}),
        ("servicelovens § 66", {"legal_basis:opholdssted,doegninstitution,efterskole-kostskole"}),
        ("§§ 107 og 108", {"legal_basis:botilbud-midlertidigt", "legal_basis:botilbud-laengerevarende"}),
        ("ledige pladser", {"vacancies:1"}),
        ("STU", {"service:youth-education"}),
        ("demensplejehjem", {"target_group:dementia", "legal_basis:friplejebolig"}),
        ("alkoholramte", {"target_group:alcohol-abuse"}),
        ("autisme uden misbrug", {"target_group:autism", "!target_group:substance-abuse"}),
        ("hverken misbrug eller kriminalitet", {"!target_group:substance-abuse", "!target_group:crime"}),
        ("ikke langt fra Aalborg", {"municipality:0851"}),
        ("uden ventetid", {"vacancies:1"}),
        ("KAT", {"method:cbt"}),
        ("kat", set()),
        ("ALS", {"target_group:other-physical-disability"}),
        (
            "bosted på Als",
            {
                "legal_basis:botilbud-midlertidigt,botilbud-laengerevarende,botilbud-unge-voksne,botilbudslignende",
                "municipality:0540",
            },
        ),
        ("motion", {"service:support-with-health"}),
        ("motion med hunde", set()),
        ("vejen til et bedre liv", set()),
        ("plads i Vejen", {"municipality:0575"}),
        ("Solsikken", set()),
        ("100 %", set()),
        ("min mor drikker", {"target_group:alcohol-abuse"}),
        ("mors demens", {"target_group:dementia"}),
        ("på Mors", {"municipality:0773"}),
        ("sund", set()),
        ("al behandling", {"service:treatment"}),
        ("mand med als", set()),
        ("15 års dreng", {"age:15"}),
        ("i Aars", {"municipality:0820,0840"}),
        ("på vejen", set()),
        ("Kbh. NV", {"municipality:0101"}),
        ("Kgs. Lyngby", {"municipality:0173"}),
        ("St. Heddinge", {"municipality:0336"}),
        ("Nykøbing Falster", {"municipality:0376"}),
        ("Aalborg Ø", {"municipality:0851"}),
        ("Skovvej 107", set()),
        ("Odensevej 85", set()),
        ("§ 108-tilbud", {"legal_basis:botilbud-laengerevarende"}),
        ("§§ 107-108", {"legal_basis:botilbud-midlertidigt,botilbud-laengerevarende"}),
        ("§ 43", {"legal_basis:opholdssted,doegninstitution,efterskole-kostskole"}),
        ("fra 16 til 23", {"age:16-23"}),
        ("mellem 20 og 30 km", set()),
        ("fra 8 til 16 pladser", set()),
        ("mand i 30'erne", {"age:30-39"}),
        ("ikke ældre end 25", {"age:0-25"}),
        ("min treårige datter", {"age:3"}),
        ("17½ år", {"age:17"}),
        ("over 18 år og under 30", {"age:18-29"}),
        ("18+, højst 65", {"age:18-65"}),
        ("15 eller 16 år", {"age:15-16"}),
        ("seksten-årig", {"age:16"}),
        ("boet her i tre år", set()),
        ("slår mig", {"target_group:violence"}),
        ("mor og barn", {"service:family-treatment,support-with-parenthood"}),
        ("ikke i København", {"!municipality:0101"}),
        ("det behøver ikke være i Odense", {"municipality:0461"}),
        ("der er ingen tilbud til autister", {"target_group:autism"}),
        ("ikke til misbrugere", {"!target_group:substance-abuse"}),
        ("uden beboere med misbrug", {"!target_group:substance-abuse"}),
        ("nej til misbrug", {"!target_group:substance-abuse"}),
        ("fri for stoffer", {"!target_group:drug-abuse"}),
        ("kan ikke tale", {"target_group:speech-impairment"}),
        ("kan ikke gå i skole", {"target_group:school-absence"}),
        ("alkoholfri", set()),
        ("ledige stillinger", set()),
    ],
)
def test_what_is_meant(query: str, expected: set[str]) -> None:
    assert meant(query) == expected


def test_every_label_is_understood_as_its_value() -> None:
    for facet, name in VOCABULARIES.items():
        for term in vocabulary(name).terms:
            if term.id not in NOT_SEARCHED and not term.id.startswith("other-"):
                keys = {key for each in reading(term.label).wanted for key in each.keys}
                assert f"{facet}:{term.id}" in keys, term.label


def test_every_place_and_paragraph_is_understood() -> None:
    known = {each.full_name: f"municipality:{each.code}" for each in municipalities()}
    known |= {f"botilbud i {each.name}": f"municipality:{each.code}" for each in municipalities()}
    known |= {each.name: f"region:{each.id}" for each in regions()}
    known |= {each.paragraph: f"legal_basis:{each.id}" for each in legal_bases() if not each.is_plejefamilie}
    missed = {q for q, key in known.items() if key not in {key for each in reading(q).wanted for key in each.keys}}
    assert missed == set()


def test_other_words_are_left_and_what_says_nothing_is_not() -> None:
    assert list(reading("søger bosted med heste til autist").rest) == ["heste"]
    assert list(reading("pige").rest) == ["pige"]
    assert reading("ung på 17 år").rest == {}


def test_a_part_can_be_taken_out_with_its_small_words() -> None:
    found = reading("Autisme uden misbrug i Aalborg")
    assert [found.text_of(part) for part in found.understood] == ["Autisme", "misbrug", "Aalborg"]
    without = [found.without(part) for part in found.understood]
    assert without == ["uden misbrug i Aalborg", "Autisme i Aalborg", "Autisme uden misbrug"]


def test_what_is_said_more_closely_goes_before() -> None:
    subjects = reading("Aalborg i Region Nordjylland, misbrug af alkohol").subjects
    assert {key for meanings in subjects.values() for each in meanings for key in each.keys} == {
        "municipality:0851",
        "target_group:alcohol-abuse",
    }


@pytest.mark.parametrize("query", ["a " * 99, "§" * 200, "1-" * 100, "ikke " * 40, "x" * 200, "12345678 " * 20])
def test_what_nobody_means_is_read_as_well(query: str) -> None:
    assert reading(query).understood == () or meant(query)


def test_what_is_spelt_right_is_not_mended() -> None:
    lexicon = own_lexicon()
    for query in ("Inge", "Jens Hansen", "økologi", "foster care"):
        assert repaired(reading(query), lexicon, None) is None, query
    mended = repaired(reading("Silkeborrig"), lexicon, None)
    assert mended is not None
    assert mended.query == "Silkeborg"
