"""The sentences about a tilbud: true to its answers, and silent where it has not answered."""

from datetime import date
from typing import Any

import pytest

from contracts.reference import is_tilbud_basis, legal_bases
from portal.public.record.summary import summary
from portal.public.texts.loading import Texts
from services.portal.tests.public.record.records import record, single, tilsyn

WORDS = Texts(None).explanations()
DAY = date(2026, 11, 29)


def told(tilbud: dict[str, Any]) -> str:
    return " ".join(summary(tilbud, WORDS, DAY))


def package(first: int | None, last: int | None, *groups: str, places: int = 1) -> dict[str, Any]:
    return {"id": "x", "age_from": first, "age_to": last, "target_groups": list(groups), "places": places}


def with_packages(*packages: dict[str, Any]) -> dict[str, Any]:
    found = single()
    return {**found, "steps": {**found["steps"], "target-groups": {"packages": list(packages)}}}


def test_a_tilbud_in_one_paragraph() -> None:
    found = single(tilsyn=tilsyn(), authority={"id": "socialtilsyn-nord", "name": "Socialtilsyn Nord"})
    assert summary(found, WORDS, DAY) == [
        "Solsikken er et længerevarende botilbud i Aalborg for voksne fra 18 til 65 år med autisme og angst.",
        "Der er 10 pladser.",
        "2 pladser er ledige nu.",
        f"Prisen er 4.125 kr. pr. døgn i {found['steps']['interventions']['interventions'][0]['rate_year']}.",
        "Socialtilsyn Nord fører tilsyn og godkendte tilbuddet den 20. november 2026.",
        "Kvaliteten er vurderet til 4,3 ud af 5.",
    ]


def test_ages_and_groups_are_never_joined_across_packages() -> None:
    text = told(with_packages(package(18, 25, "autism", places=9), package(60, 90, "dementia")))
    assert "for voksne med autisme og demens." in text
    assert "18" not in text
    assert "90" not in text


@pytest.mark.parametrize(
    ("first", "last", "who"),
    [
        (0, 12, "børn og unge"),
        (13, 23, "unge"),
        (3, 23, "børn og unge"),
        (15, 40, "unge og voksne"),
        (10, 40, "børn, unge og voksne"),
        (18, 120, "voksne"),
    ],
)
def test_who_it_is_for(first: int, last: int, who: str) -> None:
    assert f" for {who} fra {first} til {last} år med angst." in told(with_packages(package(first, last, "anxiety")))


def test_one_age_is_no_span() -> None:
    assert "for voksne på 30 år med angst." in told(with_packages(package(30, 30, "anxiety")))


def test_what_nobody_is_with_stands_in_a_sentence_of_its_own() -> None:
    text = told(with_packages(package(18, 65, "homelessness", "drug-abuse")))
    assert "for voksne fra 18 til 65 år. Målgrupperne er hjemløshed og stofmisbrug." in text


def test_many_groups_are_counted() -> None:
    groups = ("autism", "anxiety", "depression", "stress", "trauma")
    assert "med autisme, angst, depression og 2 andre målgrupper." in told(with_packages(package(18, 65, *groups)))


def test_a_wide_group_is_not_named_beside_a_narrow_one() -> None:
    groups = ("other-mental-difficulty", "mental-disability", "mental-difficulties", "anxiety")
    assert "med angst og andre psykiske vanskeligheder." in told(with_packages(package(18, 65, *groups)))


def test_what_is_not_answered_is_not_invented() -> None:
    text = told(record(steps={}, departments=[]))
    assert text == (
        "Solsikken er et længerevarende botilbud i Aalborg Kommune for voksne. Ledige pladser er ikke oplyst. "
        "Prisen er ikke oplyst."
    )


def test_a_secret_address_is_not_told() -> None:
    found = single(address_hidden=True)
    found["steps"]["contact"] = {**found["steps"]["contact"], "address": {"municipality": "0851"}}
    assert "i Aalborg Kommune for voksne" in told(found)


def test_one_free_place_is_not_many_and_none_is_said() -> None:
    found = single()
    found["steps"]["places"] = {"approved_places": 1, "vacancies": 1}
    assert "Der er 1 plads. 1 plads er ledig nu." in told(found)
    found["steps"]["places"]["vacancies"] = 0
    assert "Ingen pladser er ledige nu." in told(found)


def test_vacancies_that_only_some_departments_state_are_not_added_up() -> None:
    found = record()
    found["departments"][1]["steps"]["places"] = {"approved_places": 6}
    assert "Ledige pladser er ikke oplyst for alle afdelinger." in told(found)


def test_rates_of_several_units_are_not_mixed() -> None:
    found = record()
    found["departments"][1]["steps"]["interventions"]["interventions"][0]["rate_unit"] = "hour"
    assert "Prisen afhænger af, hvilken hjælp man får." in told(found)


def test_sanctions_are_told_by_kind_with_deadlines_that_have_passed() -> None:
    orders = [{"text": "a", "deadline": "2026-11-28"}, {"text": "b", "deadline": "2026-11-29"}]
    period = {"from": "2026-11-01", "until": "2027-01-31", "reason": None}
    text = told(single(orders=orders, conditions=[{"text": "c", "deadline": None}], intensified=period))
    assert "Tilbuddet er under skærpet tilsyn til og med den 31. januar 2027." in text
    assert "Tilbuddet har 2 påbud og 1 vilkår, og 1 frist er overskredet." in text


def test_every_type_of_tilbud_is_explained() -> None:
    known = {each.id for each in legal_bases() if is_tilbud_basis(each.id)}
    assert set(WORDS.legal_bases) == known
