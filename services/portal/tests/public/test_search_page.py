"""The search in words: chips, the sentence, cards, the map and the way back. No page is drawn here."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import combinations
from math import hypot
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import today
from chassis.errors import FieldError
from contracts.reference import municipalities
from devstack.paths import ROOT
from portal.assets import ATLAS
from portal.clients import Refused
from portal.formats import shown_day
from portal.public.denmark_map import RADIUS, map_of, outline
from portal.public.search_cards import card_of
from portal.public.search_page import NOTHING, Search, address_before
from portal.public.search_words import Chip, chips, sentence, suggested, widened

ITEM: Mapping[str, Any] = {
    "tilbud_id": "CRV-1",
    "department_id": "hus-2",
    "name": "Solsikken",
    "department_name": "Hus 2",
    "primary_legal_basis": "botilbud-laengerevarende",
    "municipality": "0851",
    "city": "Nørresundby",
    "distance_km": 12.34,
    "age_from": 18,
    "age_to": 65,
    "target_groups": ["autism", "anxiety"],
    "housing_forms": ["own-flat"],
    "vacancies": 2,
    "vacancies_confirmed_at": f"{today().year}-11-12T10:00:00Z",
    "waiting_time_weeks": 1,
    "rate_oere": 245_000,
    "rate_unit": "day-and-night",
    "rate_year": 2026,
    "rate_occupancy_percent": 95,
    "quality": 4.25,
    "sanction_kinds": ["intensified", "order"],
    "intensified_since": "2024-05-01",
    "intensified_from": None,
    "not_approved_yet": ["/departments/0/steps/places/vacancies"],
    "matched": [{"label": "Autismespektrum"}, {"label": None}, {"label": "Autismespektrum"}],
}


def found(total: int = 12, **more: Any) -> dict[str, Any]:
    return {**NOTHING, "total": total, **more}


@pytest.mark.parametrize(
    ("query", "total", "says"),
    [
        ("", 285, "285 steder"),
        ("", 1, "1 sted"),
        ("q=ro", 0, "Ingen steder med »ro«"),
        (
            "audience=adults&target_group=autism&municipality=0851",
            12,
            "12 steder for voksne med autismespektrum inden for Aalborg Kommune",
        ),
        (
            "age=17&target_group=anxiety&target_group=stress&region=1081",
            2,
            "2 steder for personer på 17 år med angst eller stressbelastning inden for Region Nordjylland",
        ),
        (
            "region=1081&place_kind=respite&method=x",
            1,
            "1 sted inden for Region Nordjylland: aflastningspladser, ukendt valg",
        ),
        ("near=9000&vacancies=1", 3, "3 steder nær 9000 med ledige pladser"),
        ("vacancies=3&as_of=2024-03-31", 3, "3 steder med mindst 3 ledige pladser, som det så ud 31. marts 2024"),
    ],
)
def test_one_sentence_says_what_was_found(query: str, total: int, says: str) -> None:
    assert sentence(Search.of_query(query), found(total)) == says


def test_each_choice_is_a_chip_that_takes_it_away() -> None:
    wish = Search.of_query(
        "q=ro&target_group=autism&target_group=stress&rate_max=300000&quality_min=3.5&visning=tabel&sort=name"
    )
    shown = chips(wish, found())
    assert [each.text for each in shown] == [
        "Målgruppe: Autismespektrum",
        "Målgruppe: Stressbelastning",
        "Højst 3.000 kr. pr. døgn",
        "Tilsynets vurdering mindst 3,5 af 5",
    ]
    assert [each.text for each in chips(Search.of_query("municipality=0851&sanction=order"), found())] == [
        "Aalborg Kommune",
        "Påbud",
    ]
    rest = "q=ro&rate_max_kr=3.000&quality_min=3.5&sort=name&visning=tabel"
    assert shown[0].href == f"/soeg?target_group=stress&{rest}"
    assert "rate_max" not in shown[2].href


def test_what_was_understood_is_told_and_can_be_taken_away() -> None:
    autism = {"text": "autisme", "as": "target_group", "value": "autism", "label": "Autismespektrum"}
    abuse = {"text": "misbrug", "as": "target_group", "value": "substance-abuse", "label": "Misbrug"}
    answer = found(
        understood=[
            {**autism, "excluded": False, "query_without": "uden misbrug"},
            {**abuse, "excluded": True, "query_without": "autisme"},
        ]
    )
    wish = Search.of_query("q=autisme+uden+misbrug&region=1081")
    assert chips(wish, answer)[1:] == [
        Chip("Forstået som: målgruppe autismespektrum", "/soeg?region=1081&q=uden+misbrug", is_understood=True),
        Chip("Forstået som: uden misbrug", "/soeg?region=1081&q=autisme", is_understood=True),
    ]
    assert (
        sentence(wish, answer) == "12 steder for personer med autismespektrum inden for Region Nordjylland uden misbrug"
    )


def test_one_word_that_may_mean_several_things_is_one_chip() -> None:
    parts = [
        {"text": "unge", "as": name, "value": value, "values": [value], "label": label, "query_without": ""}
        for name, value, label in (("audience", "children", "Børn og unge"), ("age", "young", "unge"))
    ]
    fyn = {"text": "Fyn", "as": "municipality", "value": "0410,0420", "label": "Fyn", "query_without": "unge"}
    assert [each.text for each in chips(Search.of_query("q=unge+Fyn"), found(understood=[fyn]))] == [
        "Forstået som: Fyn"
    ]
    assert sentence(Search.of_query("q=unge+Fyn"), found(understood=[fyn])) == "12 steder inden for Fyn"
    wish, answer = Search.of_query("q=unge"), found(understood=parts)
    assert chips(wish, answer) == [Chip("Forstået som: børn og unge eller unge", "/soeg", is_understood=True)]
    assert sentence(wish, answer) == "12 steder for børn og unge"


def test_a_rate_and_vacancies_that_were_typed_are_told_and_can_be_taken_away() -> None:
    rates = [
        {"text": "under 900 kr om dagen", "as": "rate_max", "value": "90000", "unit": unit, "label": label}
        for unit, label in (("day", "højst 900 kr. pr. dag"), ("day-and-night", "højst 900 kr. pr. døgn"))
    ]
    free = {"text": "mindst 3 ledige pladser", "as": "vacancies", "value": "3", "label": "Mindst 3 ledige pladser"}
    answer = found(understood=[*({**each, "query_without": free["text"]} for each in rates), free])
    wish = Search.of_query("q=under+900+kr+om+dagen+mindst+3+ledige+pladser")
    assert [(each.text, each.href) for each in chips(wish, answer)] == [
        (
            "Forstået som: højst 900 kr. pr. dag eller højst 900 kr. pr. døgn",
            "/soeg?q=mindst+3+ledige+pladser",
        ),
        ("Forstået som: mindst 3 ledige pladser", "/soeg"),
    ]
    assert sentence(wish, answer) == (
        "12 steder med mindst 3 ledige pladser til højst 900 kr. pr. dag eller højst 900 kr. pr. døgn"
    )
    none = {**free, "label": "Har ledige pladser", "excluded": True}
    assert sentence(wish, found(understood=[none])) == "12 steder uden ledige pladser"


def test_a_notice_stands_in_place_of_what_does_not_hold() -> None:
    wish = Search.of_query("q=autisme+i+Odense")
    assert sentence(wish, found(notice="Her er dem, der passer på det meste.")) == (
        "Her er dem, der passer på det meste. 12 steder."
    )
    assert sentence(wish, found(0, notice="Skriv mindst ét bogstav.")) == "Skriv mindst ét bogstav."


def test_what_to_try_instead_has_only_parameters_of_ours() -> None:
    offers = [
        {"text": "Mente du »autisme«?", "query": "q=autisme&rate_max=200000&onclick=x"},
        {"text": "Uden noget", "query": "ukendt=1"},
        {"text": "", "query": "q=x"},
    ]
    assert suggested(found(0, suggestions=offers)) == [
        Chip("Mente du »autisme«?", "/soeg?q=autisme&rate_max_kr=2.000"),
    ]
    assert [each.text for each in widened(Search.of_query("municipality=0851&near=9000&age=17"))] == [
        "Søg i hele landet",
        "Søg uden hensyn til afstand",
        "Søg uden »alder«",
    ]


def test_a_place_that_may_be_several_is_asked_about() -> None:
    wish = Search.of_query("near=Nykøbing&sort=distance")
    places = ("4500 Nykøbing Sj", "4800 Nykøbing F")
    wish.take(Refused("invalid", "", [FieldError("#query/near", "ambiguous-place", "Flere steder.", places)]))
    assert wish.choices == places
    assert [(each.text, each.href) for each in wish.lines()] == [
        ("By eller postnummer: Der er flere steder med det navn. Vælg et af dem under felterne.", "#near")
    ]
    assert wish.having("near", places[0]) == "/soeg?sort=distance&near=4500+Nyk%C3%B8bing+Sj"


def test_places_that_are_alike_are_offered_for_one_that_nobody_knows() -> None:
    wish = Search.of_query("near=Svenborg")
    wish.take(Refused("invalid", "", [FieldError("#query/near", "unknown-place", "…", ("5700 Svendborg",))]))
    assert wish.choices == ("5700 Svendborg",)
    assert wish.errors["near"].startswith("Vi kender ikke stedet. Vælg et, der ligner")
    wish = Search.of_query("near=Oslo")
    wish.take(Refused("invalid", "", [FieldError("#query/near", "unknown-place", "Vi kender ikke stedet. Skriv …")]))
    assert (wish.choices, wish.errors["near"]) == ((), "Vi kender ikke stedet. Skriv …")


def test_errors_are_in_the_words_of_the_page() -> None:
    wish = Search.of_query("age=x&service=x&cursor=x&quality_min=4,5")
    names = ("age", "service", "cursor", "rate_max")
    errors = [FieldError(f"#query/{each}", "wrong-type", "Værdien skal være et helt tal.") for each in names]
    wish.take(Refused("invalid", "", errors))
    assert [(each.text, each.href) for each in wish.lines()] == [
        ("Skriv alderen i hele år, for eksempel 17.", "#age"),
        ("Ydelse: Vælg kun det, der står på listen.", "#service"),
        ("Vi kan ikke finde den side af resultaterne. Begynd forfra.", None),
        ("Skriv et beløb i kroner, fx 1.250 eller 1.250,50.", "#rate_max_kr"),
    ]
    assert wish.wanted() == [("quality_min", "4.5")]


def test_nobody_knows_how_it_will_look() -> None:
    tomorrow = today() + timedelta(days=1)
    assert Search.of_query(f"as_of={tomorrow}").errors == {"as_of": "Vælg en dato, der ikke ligger ude i fremtiden."}
    assert Search.of_query(f"as_of={today()}").errors == {}
    assert Search.of_query("as_of=i+går").errors == {}


def test_only_what_makes_sense_can_be_sorted_by() -> None:
    assert Search.of_query("sort=distance").sort == "name"
    assert Search.of_query("sort=relevance&near=9000").sort == "distance"
    assert [each for each, _ in Search.of_query("q=x&near=9000").sorts] == [
        "relevance",
        "name",
        "vacancies",
        "rate",
        "distance",
    ]


def test_a_saved_search_is_what_publication_reads() -> None:
    wish = Search.of_query("q=ro&rate_max_kr=1.250,50&sort=name&as_of=2024-01-01&visning=kort&age=17,18")
    assert wish.saved_query == "age=17&age=18&q=ro&rate_max=125050"
    assert Search.of_query("visning=kort&sort=name").saved_query == ""


def test_a_card_says_who_where_when_and_for_how_much() -> None:
    card = card_of({**ITEM, "distance_approximate": True})
    assert card.name == "Solsikken, Hus 2"
    assert (card.anchor, card.href) == ("sted-CRV-1-hus-2", "/tilbud/CRV-1#afdeling-hus-2")
    assert (card.ages, card.target_groups) == ("18–65 år", "Autismespektrum, Angst")
    assert (card.place, card.distance) == ("Nørresundby, Aalborg Kommune", "ca. 12 km")
    assert (card.vacancies, card.vacancies_confirmed, card.vacancies_mark) == (
        "2 ledige pladser",
        "12. november",
        "ikke godkendt endnu",
    )
    assert (card.waiting, card.waiting_mark) == ("1 uge", "")
    assert (card.rate, card.rate_basis) == ("2.450 kr. pr. døgn", "2026, belægning 95 %")
    assert (card.housing, card.quality) == ("Egen lejlighed", "4,2 af 5")
    assert card.warnings == ["Skærpet tilsyn siden 1. maj 2024", "Påbud"]
    assert card.reasons == "Autismespektrum"


def test_a_card_never_invents() -> None:
    card = card_of({"tilbud_id": "CRV-1", "name": "Solsikken", "department_id": None, "vacancies": None})
    assert (card.vacancies, card.free, card.vacancies_confirmed) == ("Ledige pladser er ikke oplyst", "Ikke oplyst", "")
    assert [card.ages, card.distance, card.rate, card.rate_basis, card.quality, card.housing, card.waiting] == [""] * 7
    assert card.warnings == []


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"vacancies": 0}, "vacancies", "Ingen ledige pladser"),
        ({"vacancies": 1}, "vacancies", "1 ledig plads"),
        ({"waiting_time_weeks": 0}, "waiting", "Ingen"),
        ({"age_to": 120}, "ages", "fra 18 år"),
        ({"age_to": 18}, "ages", "18 år"),
        ({"distance_km": 0.4}, "distance", "under 1 km"),
        ({"distance_km": 4.26}, "distance", "4,3 km"),
        ({"city": "Aalborg"}, "place", "Aalborg"),
        (
            {"sanction_kinds": [], "intensified_from": "2031-02-01"},
            "warnings",
            ["Varslet: skærpet tilsyn fra 1. februar 2031"],
        ),
    ],
)
def test_numbers_in_words(changes: dict[str, Any], field: str, says: object) -> None:
    assert getattr(card_of({**ITEM, **changes}), field) == says


def test_days_have_a_year_when_it_is_another_one() -> None:
    assert shown_day("2019-11-02") == "2. november 2019"
    assert shown_day(today().replace(month=1, day=1)) == "1. januar"
    assert (shown_day("ikke en dag"), shown_day(None)) == ("ikke en dag", "")


PORTAL = "https://portal.example"


@pytest.mark.parametrize(
    ("referer", "leads_to"),
    [
        (f"{PORTAL}/soeg?q=ro+p%C3%A5&near=&region=1081&cursor=abc&x=1", "/soeg?region=1081&q=ro+p%C3%A5&cursor=abc"),
        (f"{PORTAL}/soeg", "/soeg"),
        (f"{PORTAL}/kontakt?q=ro", "/soeg"),
        ("https://ond.example/soeg?q=ro", "/soeg"),
        ("", "/soeg"),
        ("https://[", "/soeg"),
        (f"{PORTAL}/soeg?{'q=x&' * 300}", "/soeg"),
        (f"{PORTAL}/soeg?q={'x' * 5_000}", "/soeg"),
    ],
)
def test_the_way_back_leads_to_the_search_and_nowhere_else(referer: str, leads_to: str) -> None:
    assert address_before(referer, f"{PORTAL}/") == leads_to


def test_the_map_has_a_circle_for_each_kommune_and_none_lies_on_another() -> None:
    counts = [{"value": each.code, "label": each.name, "count": 3} for each in municipalities()]
    wish = Search.of_query("q=ro&municipality=0851&visning=kort")
    facet = next(each for each in wish.facets({"municipality": counts}) if each.name == "municipality")
    drawn = map_of(ROOT / "node_modules", wish, facet)
    assert len(drawn.circles) == len(municipalities())
    for one, other in combinations(drawn.circles, 2):
        assert hypot(one.x - other.x, one.y - other.y) > 2 * RADIUS - 2, (one.name, other.name)
    for each in drawn.circles:
        assert RADIUS <= each.x <= drawn.width - RADIUS, each.name
        assert RADIUS <= each.y <= drawn.height - RADIUS, each.name
    chosen = [each for each in drawn.circles if each.is_chosen]
    assert [(each.name, each.count) for each in chosen] == [("Aalborg Kommune", 3)]
    assert drawn.circles[0].href == "/soeg?q=ro&visning=kort&municipality=0101"


def test_the_outline_is_that_of_denmark(tmp_path: Path) -> None:
    path = outline(ROOT / "node_modules" / ATLAS)
    assert path.startswith("M")
    assert path.count("M") == path.count("Z") > 10
    (tmp_path / "none.json").write_text("x")
    assert outline(tmp_path / "none.json") == ""
