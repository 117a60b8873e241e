"""What a row says to a need, and which row comes first."""

import json
from typing import Any

import pytest

from publication.match.answering import match_page
from publication.match.rules import Need
from publication.places.finding import find_place
from publication.search.index import IndexedRow, SearchIndex
from services.publication.tests.match.rows import index_of, row
from web.pagination import decode_cursor

TWO_PACKAGES = (("autism", 18, 25), ("dementia", 60, 90))


def matched(index: SearchIndex, need: Need, limit: int = 20, place: list[Any] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(match_page(index, need, limit, place))
    return found


def said(one: IndexedRow, need: Need) -> dict[str, list[str]]:
    """Return what ``one`` says, in each of the three lists."""
    (item,) = matched(index_of(one), need)["items"]
    parts = ("fits", "unknown", "does_not_fit")
    return {part: [f"{each['label']}: {each['text']}" for each in item[part]] for part in parts}


def order(index: SearchIndex, need: Need) -> list[str]:
    return [each["tilbud_id"] for each in matched(index, need)["items"]]


ASKED = Need(age=70, municipality="0851")


@pytest.mark.parametrize(
    ("one", "need", "part", "text"),
    [
        (row(1, packages=TWO_PACKAGES), ASKED, "fits", "Alder: 18–25 og 60–90 år"),
        (row(1, packages=[("autism", 18, 18)]), ASKED, "does_not_fit", "Alder: 18 år"),
        (row(1), ASKED, "unknown", "Alder: Alderen er ikke oplyst"),
        (row(1), Need(municipality="0851"), "fits", "Kommune: Aalborg Kommune"),
        (
            row(1, municipality="0840", vacancies=1),
            Need(municipality="0851", vacancies=1),
            "does_not_fit",
            "Kommune: Rebild Kommune",
        ),
        (row(1, vacancies=2), Need(vacancies=2), "fits", "Ledige pladser: 2 ledige pladser"),
        (row(1, vacancies=1), Need(vacancies=1), "fits", "Ledige pladser: 1 ledig plads"),
        (
            row(1, vacancies=0),
            Need(vacancies=1, municipality="0851"),
            "does_not_fit",
            "Ledige pladser: Ingen ledige pladser",
        ),
        (
            row(1),
            Need(vacancies=1, municipality="0851"),
            "unknown",
            "Ledige pladser: Ledige pladser er ikke oplyst",
        ),
        (
            row(1, rates={"day-and-night": 250_050}),
            Need(rate_max_oere=300_000),
            "fits",
            "Takst: 2.500,50 kr. pr. døgn",
        ),
        (
            row(1, rates={"day-and-night": 390_000}),
            Need(rate_max_oere=300_000, municipality="0851"),
            "does_not_fit",
            "Takst: 3.900 kr. pr. døgn",
        ),
        (
            row(1, rates={"hour": 45_000, "day": 90_000}),
            Need(rate_max_oere=300_000, municipality="0851"),
            "unknown",
            "Takst: Taksten er kun oplyst pr. dag og pr. time",
        ),
        (
            row(1, rates={"hour": 45_000}),
            Need(rate_max_oere=50_000, rate_unit="hour"),
            "fits",
            "Takst: 450 kr. pr. time",
        ),
        (
            row(1),
            Need(rate_max_oere=300_000, municipality="0851"),
            "unknown",
            "Takst: Taksten er ikke oplyst",
        ),
        (row(1, night_staff="awake"), Need(night_staff="awake"), "fits", "Nattevagt: Vågen nattevagt"),
        (
            row(1, night_staff="awake-and-sleeping"),
            Need(night_staff="awake"),
            "fits",
            "Nattevagt: Både vågen og sovende nattevagt",
        ),
        (
            row(1, night_staff="sleeping"),
            Need(night_staff="awake", municipality="0851"),
            "does_not_fit",
            "Nattevagt: Sovende nattevagt",
        ),
        (row(1, accessibility=["wheelchair"]), Need(accessible=True), "fits", "Kørestol: Egnet til kørestol"),
        (
            row(1, accessibility=["lift"]),
            Need(accessible=True, municipality="0851"),
            "does_not_fit",
            "Kørestol: Ikke egnet til kørestol",
        ),
        (
            row(1),
            Need(accessible=True, municipality="0851"),
            "unknown",
            "Kørestol: Tilgængeligheden er ikke oplyst",
        ),
        (
            row(1, services=["drug-treatment"]),
            Need(services=["long-term-stay"], municipality="0851"),
            "does_not_fit",
            "Ydelse: Længerevarende ophold er ikke blandt ydelserne",
        ),
        (
            row(1),
            Need(services=["long-term-stay"], municipality="0851"),
            "unknown",
            "Ydelse: Ydelserne er ikke oplyst",
        ),
    ],
)
def test_a_row_says_yes_no_or_nothing(one: IndexedRow, need: Need, part: str, text: str) -> None:
    answers = said(one, need)
    assert text in answers[part]
    assert [text in answers[other] for other in answers if other != part] == [False, False]


def test_age_and_target_group_belong_to_one_package() -> None:
    one = row(1, packages=TWO_PACKAGES)
    old = said(one, Need(age=70, target_groups=["autism"]))
    assert old == {
        "fits": ["Målgruppe: Autismespektrum"],
        "unknown": [],
        "does_not_fit": ["Alder: 18–25 år (Autismespektrum)"],
    }
    young = said(one, Need(age=20, target_groups=["autism"]))
    assert young == {
        "fits": ["Alder: 18–25 år (Autismespektrum)", "Målgruppe: Autismespektrum"],
        "unknown": [],
        "does_not_fit": [],
    }
    other = said(one, Need(age=70, target_groups=["drug-abuse"]))
    assert other["fits"] == ["Alder: 18–25 og 60–90 år"]


def test_groups_that_nobody_told_are_said_once() -> None:
    answers = said(row(1), Need(target_groups=["autism", "dementia"], municipality="0851"))
    assert answers["unknown"] == ["Målgruppe: Målgrupperne er ikke oplyst"]


def test_the_order_is_fits_then_misfits_then_distance_then_freshness() -> None:
    need = Need(age=20, vacancies=1, accessible=True, near=find_place("9000"))
    autism = [("autism", 18, 25)]
    fits_most = row(9, packages=autism, vacancies=1, postcode="2100")
    one_unknown = row(8, packages=autism, postcode="2100")
    near = row(7, packages=autism, vacancies=0, postcode="9000")
    fresh = row(6, packages=autism, vacancies=0, postcode="9280", confirmed="2026-11-21T10:00:00Z")
    stale = row(5, packages=autism, vacancies=0, postcode="9280", confirmed="2026-11-01T10:00:00Z")
    hidden = row(4, packages=autism, vacancies=0, postcode=None)
    nothing = row(3, vacancies=0)
    index = index_of(nothing, hidden, stale, fresh, near, one_unknown, fits_most)
    assert order(index, need) == ["CRV-9", "CRV-8", "CRV-7", "CRV-6", "CRV-5", "CRV-4"]
    page = matched(index, need)
    assert page["total"] == 6
    assert [each["score"] for each in page["items"]] == [0.67, 0.33, 0.33, 0.33, 0.33, 0.33]
    assert page["items"][-1]["distance_km"] is None
    assert page["near"] == {"label": "9000 Aalborg", "approximate": False}


def test_nearness_alone_is_enough_to_ask_for() -> None:
    index = index_of(row(1, postcode="2100"), row(2, postcode="9280"))
    page = matched(index, Need(near=find_place("Jammerbugt Kommune")))
    assert [each["tilbud_id"] for each in page["items"]] == ["CRV-2", "CRV-1"]
    assert all(each["distance_approximate"] and each["score"] == 1 for each in page["items"])


def test_pages_give_every_row_once_also_while_rows_change() -> None:
    index = index_of(*(row(number, packages=[("autism", 18, 25)], vacancies=number % 3) for number in range(1, 40)))
    need = Need(age=20, vacancies=1)
    whole = order(index, need) + [each["tilbud_id"] for each in matched(index, need, 100)["items"][20:]]
    seen: list[str] = []
    place: list[Any] | None = None
    while True:
        page = matched(index, need, 4, place)
        seen += [each["tilbud_id"] for each in page["items"]]
        if page["next"] is None:
            break
        _, *place = decode_cursor(page["next"], int, int, str, str, str)
        # A row that stood on an earlier page goes: no other is left out or comes again.
        index.replace(seen[-1], [])
    assert seen == whole
    assert len(seen) == len(set(seen)) == 39


def test_rows_that_are_gone_are_not_suggested() -> None:
    index = index_of(row(1, vacancies=1), row(2, vacancies=1))
    index.replace("CRV-1", [])
    assert order(index, Need(vacancies=1)) == ["CRV-2"]
    assert order(index, Need(near=find_place("9000"))) == ["CRV-2"]
    assert order(index_of(), Need(age=1, near=find_place("9000"))) == []


def test_a_row_of_an_older_version_is_the_least_fresh() -> None:
    old = json.loads(row(1, vacancies=1).item)
    for name in ("vacancies_confirmed_at", "confirmed_at", "place_approximate"):
        del old[name]
    index = index_of(row(1, vacancies=1)._replace(item=json.dumps(old)), row(2, vacancies=1))
    assert order(index, Need(vacancies=1)) == ["CRV-2", "CRV-1"]
