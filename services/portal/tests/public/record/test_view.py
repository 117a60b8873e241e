"""What the page of a tilbud shows of its answers: every public one, in people's words."""

from datetime import date
from typing import Any

import pytest

from contracts.form import Audience, FieldType, form
from contracts.reference import is_tilbud_basis, legal_bases
from portal.public.record.answers import Answer
from portal.public.record.links import link_of
from portal.public.record.themes import ELSEWHERE, fields_below, themes_of
from portal.public.record.view import Section, view_of
from portal.public.texts.loading import Texts
from services.portal.tests.public.record.records import record, single

WORDS = Texts(None).explanations()
DAY = date(2026, 11, 29)


def answers(sections: list[Section], theme: str) -> dict[str, Answer]:
    [section] = [each for each in sections if each.id == theme]
    return {answer.label: answer for block in section.blocks for answer in block.answers}


def words_of(tilbud: dict[str, Any]) -> str:
    view = view_of(tilbud, WORDS, DAY)
    return repr((view.sections, view.departments))


@pytest.mark.parametrize("basis", [each.id for each in legal_bases() if is_tilbud_basis(each.id)])
def test_every_public_field_stands_below_one_theme(basis: str) -> None:
    definition = form(basis, DAY, [basis])
    themes = themes_of(definition)
    for step in definition.steps:
        shown = [name for theme in themes for name in fields_below(theme, step)]
        public = [field.id for field in step.fields if field.audience is Audience.PUBLIC]
        missing = set(public) - set(shown)
        assert len(shown) == len(set(shown))
        assert missing <= {"name", "tilbud_id"} or step.id in ELSEWHERE, (step.id, missing)


@pytest.mark.parametrize("tilbud", [record(), single()], ids=["departments", "none"])
def test_no_id_and_no_package_is_shown(tilbud: dict[str, Any]) -> None:
    text = words_of(tilbud)
    for technical in ("akke", "'autisme'", "autism'", "afd-1'", "day-and-night", "botilbud-laengerevarende"):
        assert technical not in text.replace("id='afd-1'", ""), technical
    # The leader's own address is the authority's to know.
    assert "karen@" not in text


def test_who_places_and_price_are_open_also_without_departments() -> None:
    for sections in (view_of(single(), WORDS, DAY).sections, view_of(record(), WORDS, DAY).departments[0].sections):
        assert [each.title for each in sections if each.is_open] == [
            "Hvem er tilbuddet for?",
            "Hjælp og pris",
            "Pladser",
        ]


def test_l4_a_rate_says_its_occupancy_and_the_auditor_stands_beside_it() -> None:
    tilbud = single(primary_legal_basis="kvindekrisecenter", legal_bases=["kvindekrisecenter"])
    tilbud["steps"]["budget"] = {"year": 2027, "rate_audited": True}
    view = view_of(tilbud, WORDS, DAY)
    found = answers(view.sections, "hjaelp")
    assert found["Takst"].text.endswith(", 97 % belægning")
    assert found["Har revisor afgivet erklæring om taksten?"].text == "Ja"
    assert view.is_audited
    assert view.places[0].rates == [found["Takst"].text]


def test_p_numbers_are_for_authorities() -> None:
    view = view_of(record(), WORDS, DAY)
    assert answers(view.sections, "myndigheder")["P-nummer, Afdeling Nord"].text == "1099000015"
    others = [each for each in (*view.sections, *view.departments[0].sections) if each.id != "myndigheder"]
    assert "1099000015" not in repr(others)


def test_an_address_is_one_line_and_a_secret_one_is_its_kommune() -> None:
    assert (
        answers(view_of(single(), WORDS, DAY).sections, "kontakt")["Adresse"].text == "Kornblomstvej 12, 9000 Aalborg"
    )
    hidden = single(address_hidden=True)
    hidden["steps"]["contact"] = {**hidden["steps"]["contact"], "address": {"municipality": "0101"}}
    view = view_of(hidden, WORDS, DAY)
    assert answers(view.sections, "kontakt")["Adresse"].text == "Københavns Kommune"
    assert view.address == ""


def test_each_department_has_its_own_figures_and_its_own_date() -> None:
    confirmed = {
        "/departments/afd-1/steps/places/vacancies": "2026-11-12T10:00:00Z",
        "/departments/afd-2/steps/places/vacancies": "2026-03-01T10:00:00Z",
    }
    pointer = "/departments/afd-1/steps/places/vacancies"
    view = view_of(record(confirmed=confirmed, not_approved_yet=[pointer]), WORDS, DAY)
    north, south = view.places
    assert (north.vacancies, north.confirmed_on, north.is_unapproved) == ("2 ledige pladser", "12.11.2026", True)
    assert (south.vacancies, south.confirmed_on, south.is_unapproved) == ("Ingen ledige", "01.03.2026", False)
    assert answers(view.departments[0].sections, "pladser")["Ledige pladser"].is_unapproved
    assert not answers(view.departments[1].sections, "pladser")["Ledige pladser"].is_unapproved


def test_one_is_not_many() -> None:
    tilbud = single()
    tilbud["steps"]["places"] = {"approved_places": 1, "vacancies": 1, "waiting_time_weeks": 1}
    found = answers(view_of(tilbud, WORDS, DAY).sections, "pladser")
    assert [found[each].text for each in ("Godkendte pladser", "Ventetid")] == ["1 plads", "1 uge"]


@pytest.mark.parametrize(
    ("kind", "text", "href"),
    [
        (FieldType.PHONE, "98 00 00 00", "tel:+4598000000"),
        (FieldType.PHONE, "+299 123456", "tel:+299123456"),
        (FieldType.PHONE, "ring bare", ""),
        (FieldType.EMAIL, "post@tilbud.dk", "mailto:post@tilbud.dk"),
        (FieldType.EMAIL, "a?subject=x@tilbud.dk", ""),
        (FieldType.URL, "https://tilbud.dk/om", "https://tilbud.dk/om"),
        (FieldType.URL, "http://tilbud.dk", ""),
        (FieldType.URL, "javascript:alert(1)", ""),
        (FieldType.URL, "https://nordea.dk@ond.example/", ""),
        (FieldType.URL, "https://[x", ""),
        (FieldType.TEXT, "https://tilbud.dk", ""),
    ],
)
def test_only_what_is_safe_leads_somewhere(kind: FieldType, text: str, href: str) -> None:
    assert link_of(kind, text) == href
