"""Highest rates and vacancies as people type them; a number that could mean two things means none."""

import pytest

from publication.search.language.lexicon import own_lexicon
from publication.search.language.sentence import Reading, read, seen


def reading(query: str) -> Reading:
    return read(seen(query), own_lexicon())


def bounds(query: str) -> set[tuple[str, str, str | None]]:
    """Return each parameter, value and unit that is meant by ``query``."""
    return {
        (option.parameter, option.value, option.unit)
        for part in reading(query).understood
        for option in part.meaning.options
    }


@pytest.mark.parametrize(
    ("query", "oere", "units"),
    [
        ("under 2000 kr i døgnet", 200_000, {"day-and-night"}),
        ("højst 1.500 kr. pr. døgn", 150_000, {"day-and-night"}),
        ("max 2000 kr/døgn", 200_000, {"day-and-night"}),
        ("MAKS. 2.000,- PR. DØGN", 200_000, {"day-and-night"}),
        ("under 2 000 kr pr. døgn", 200_000, {"day-and-night"}),
        ("under 2000kr/døgn", 200_000, {"day-and-night"}),
        ("højst kr. 2.000 pr. døgn", 200_000, {"day-and-night"}),
        ("under 1.500,50 kr pr døgn", 150_050, {"day-and-night"}),
        ("hoejst 2000 kr pr doegn", 200_000, {"day-and-night"}),
        ("ikke over 2000 kr. pr. døgn", 200_000, {"day-and-night"}),
        ("2.000 kr. i døgnet eller mindre", 200_000, {"day-and-night"}),
        ("2.000 kr. pr. døgn som maksimum", 200_000, {"day-and-night"}),
        ("pr. døgn under 2000 kr", 200_000, {"day-and-night"}),
        ("døgntakst under 2000", 200_000, {"day-and-night"}),
        ("døgntakst på højst 2.000 kr.", 200_000, {"day-and-night"}),
        ("op til 2000 pr. døgn", 200_000, {"day-and-night"}),
        ("billigere end 900 kroner om dagen", 90_000, {"day", "day-and-night"}),
        ("højst 900 kr. pr. dag", 90_000, {"day"}),
        ("max 450 kr. i timen", 45_000, {"hour"}),
        ("timepris under 500 kr", 50_000, {"hour"}),
        ("under 5.000 kr. om ugen", 500_000, {"week"}),
        ("under 30.000 kr om måneden", 3_000_000, {"month"}),
        ("højst 80.000 kr. pr. forløb", 8_000_000, {"course"}),
    ],
)
def test_a_highest_rate_with_its_unit(query: str, oere: int, units: set[str]) -> None:
    assert bounds(query) == {("rate_max", str(oere), unit) for unit in units}
    assert reading(query).rest == {}


@pytest.mark.parametrize(
    "query",
    [
        *("2000 kr. pr. døgn", "omkring 2000 kr i døgnet", "over 2000 kr. pr. døgn", "ikke under 2000 kr. pr. døgn"),
        *("under 1.5 kr pr døgn", "under 1,500 kr pr døgn", "under 99999999999999 kr pr døgn", "under 0 kr/døgn"),
        *("mellem 1500 og 2000 kr. pr. døgn", "1500 i døgnet", "under 3000 kr om året", "timepris under 500 kr/uge"),
        *("3 pladser", "plads til 3", "over 10 pladser, højst 30 km", "to ledige stillinger", "0 ledige pladser"),
    ],
)
def test_what_could_mean_two_things_is_not_guessed(query: str) -> None:
    assert bounds(query) <= {("vacancies", "1", None)}
    assert reading(query).unclear == ()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("mindst 3 ledige pladser", 3),
        ("min. 2 ledige døgnpladser", 2),
        ("tre ledige pladser", 3),
        ("3 frie pladser", 3),
        ("2 pladser ledige", 2),
        ("2 ledige", 2),
        ("over 2 ledige pladser", 3),
        ("flere end 3 ledige pladser", 4),
        ("5+ ledige pladser", 5),
        ("en ledig plads", 1),
        ("ledige pladser", 1),
        ("højst 3 ledige pladser", 1),
    ],
)
def test_so_many_vacancies_at_least(query: str, count: int) -> None:
    assert bounds(query) == {("vacancies", str(count), None)}


@pytest.mark.parametrize("query", ["under 3000 kr", "under 3000,-", "takst under 3000", "3.000 kr. eller mindre"])
def test_a_highest_rate_without_a_unit_is_asked_about(query: str) -> None:
    assert bounds(query) == set()
    assert [each.oere for each in reading(query).unclear] == [300_000]
    assert list(reading(f"autisme {query}").rest) == []


def test_an_amount_stands_beside_what_else_is_said() -> None:
    query = "unge under 18 år, ikke i København, under 2000 kr i døgnet og mindst 2 ledige pladser"
    found = reading(query)
    assert [(found.text_of(each), each.excluded) for each in found.understood] == [
        ("under 18 år", False),
        ("København", True),
        ("under 2000 kr i døgnet", False),
        ("mindst 2 ledige pladser", False),
    ]
    assert found.without(found.understood[2]) == "unge under 18 år, ikke i København, og mindst 2 ledige pladser"
    # A negation before a highest rate is of something else.
    assert [each.excluded for each in reading("ikke dyrt, ikke over 2000 kr/døgn").understood] == [False]
