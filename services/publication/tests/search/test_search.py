"""What the search finds, and how it counts."""

import base64
from typing import Any

import httpx2
import pytest

from contracts.testing.factories import example_steps, tilsyn_published, without_departments
from publication.search.schemas import SearchPage
from services.publication.tests.factories import approved_case

CRISIS = "kvindekrisecenter"
# Places that nobody was given: half a pair, a truth, too few parts, a number, a NUL.
BROKEN = [
    r'[0.0,"\ud800","a","b"]',
    '[true,"a","a","b"]',
    '[0.0,"a","b"]',
    '[0.0,"a",1,"b"]',
    r'[0.0,"a\u0000","a","b"]',
    '[NaN,"a","a","b"]',
]


async def publish(deliver_facts: Any, tilbud_id: str, content: dict[str, dict[str, Any]], **fields: Any) -> None:
    await deliver_facts(approved_case(tilbud_id, content=content), tilsyn_published(tilbud_id, **fields))


async def search(client: httpx2.AsyncClient, **params: Any) -> dict[str, Any]:
    answer = await client.get("/v1/search", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    # The items are passed on as the database keeps them: the shape that is promised is looked at here.
    assert SearchPage.model_validate(found).model_dump(mode="json") == found
    return found


def names(found: dict[str, Any]) -> list[str]:
    return [f"{item['name']} {item['department_id'] or ''}".strip() for item in found["items"]]


@pytest.fixture
async def published_tilbud(deliver_facts: Any) -> None:
    """Solsikken (two departments), Ærøhus (drug treatment, none), Aahjem and Åhuset (children, none)."""
    await publish(deliver_facts, "CRV-6324", example_steps("Solsikken"))
    drugs = example_steps("Ærøhus")
    drugs["company"] |= {"legal_bases": ["stofmisbrugsbehandling"], "primary_legal_basis": "stofmisbrugsbehandling"}
    drugs["target-groups/afd-1"]["packages"][0] |= {"target_groups": ["drug-abuse"], "age_from": 18, "age_to": 99}
    drugs["interventions/afd-1"]["interventions"][0] |= {"services": ["drug-treatment"], "rate_oere": 150000}
    drugs["contact"]["address"] = {
        "street": "Havnen 1",
        "postcode": "5970",
        "city": "Ærøskøbing",
        "municipality": "0492",
    }
    await publish(deliver_facts, "CRV-7001", without_departments(drugs))
    for number, name in ((7002, "Zonen"), (7003, "Aahjem")):
        young = example_steps(name)
        young["company"] |= {"legal_bases": ["opholdssted"], "primary_legal_basis": "opholdssted"}
        young["target-groups/afd-1"]["packages"][0] |= {"target_groups": ["neglect"], "age_from": 6, "age_to": 17}
        young["places/afd-1"]["vacancies"] = 0
        await publish(deliver_facts, f"CRV-{number}", without_departments(young))


@pytest.mark.usefixtures("published_tilbud")
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("solsikken", {"Solsikken afd-1", "Solsikken afd-2"}),
        ("SOLSIKKEN", {"Solsikken afd-1", "Solsikken afd-2"}),
        ("Solsiken", {"Solsikken afd-1", "Solsikken afd-2"}),
        ("CRV-7001", {"Ærøhus"}),
        ("crv-7001", {"Ærøhus"}),
        ("7001", {"Ærøhus"}),
        ("misbrug", {"Ærøhus"}),
        ("behandling af misbrug", {"Ærøhus"}),
        ("narkotika", {"Ærøhus"}),
        ("ærø", {"Ærøhus"}),
        ("barn", {"Zonen", "Aahjem"}),
        ("børn", {"Zonen", "Aahjem"}),
        ("autist", {"Solsikken afd-1"}),
        ("bofællesskab", {"Solsikken afd-1", "Solsikken afd-2", "Zonen", "Aahjem"}),
        ("solsikken børn", {"Solsikken afd-1", "Solsikken afd-2", "Zonen", "Aahjem"}),
        ("100%", set()),
        ("' OR 1=1 --", set()),
        ("CRV7001", {"Ærøhus"}),
        ("crv 7001", {"Ærøhus"}),
        ("aeroe", {"Ærøhus"}),
        ("aeroehus", {"Ærøhus"}),
        ("Koebenhavn", set()),
        ("boern", {"Zonen", "Aahjem"}),
        ("Åhjem", {"Aahjem"}),
        ("Sol\u00adsikken", {"Solsikken afd-1", "Solsikken afd-2"}),
        ("\u200b", {"Solsikken afd-1", "Solsikken afd-2", "Zonen", "Aahjem", "Ærøhus"}),
    ],
)
async def test_free_text(client: httpx2.AsyncClient, q: str, expected: set[str]) -> None:
    assert set(names(await search(client, q=q))) == expected


@pytest.mark.usefixtures("published_tilbud")
@pytest.mark.parametrize("q", ["%", "_", "!!!", "🙂", "§", "-", "' \" ;"])
async def test_signs_alone_find_nothing_and_say_so(client: httpx2.AsyncClient, q: str) -> None:
    found = await search(client, q=q)
    assert (found["items"], found["total"], found["next"]) == ([], 0, None)
    assert "bogstav" in found["notice"]
    assert (await search(client, q="ærø"))["notice"] is None


NAMES = [
    "Café Rosé",
    "Ege\u200bly",
    "Elm\u00a0&\u00a0Ask",
    "Kær_Huset\u2028A",
    "Ўд 🙂👩\u200d👧",
    "\u202eRevaskov",
    "a\u0345\u0334b",
    "Ångström",
    "👩" * 200,
]


async def test_whatever_a_name_holds_it_is_found_and_its_cursor_is_taken_back(
    client: httpx2.AsyncClient, deliver_facts: Any
) -> None:
    for number, name in enumerate(NAMES, 1):
        await publish(deliver_facts, f"CRV-{number}", without_departments(example_steps(name)))
    for params in ({"sort": "name"}, {"sort": "relevance", "q": "autisme"}, {"sort": "distance", "near": "9000"}):
        seen: list[str] = []
        cursor: dict[str, Any] = {}
        while True:
            page = await search(client, limit=1, **params, **cursor)
            seen += [item["tilbud_id"] for item in page["items"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert sorted(seen) == sorted(f"CRV-{number}" for number in range(1, len(NAMES) + 1))
    for q, number in (("cafe rose", 1), ("Egely", 2), ("elm & ask", 3), ("revaskov", 6), ("aangstroem", 8)):
        assert [item["tilbud_id"] for item in (await search(client, q=q))["items"]] == [f"CRV-{number}"]


@pytest.mark.usefixtures("published_tilbud")
async def test_the_best_fit_comes_first_and_says_why(client: httpx2.AsyncClient) -> None:
    (item,) = (await search(client, q="misbrug"))["items"]
    assert {"field": "target_group", "value": "drug-abuse", "label": "Stofmisbrug"} in item["matched"]
    found = await search(client, q="afdeling nord")
    assert [item["score"] for item in found["items"]] == sorted((i["score"] for i in found["items"]), reverse=True)
    assert names(found)[0] == "Solsikken afd-1"
    assert found["items"][0]["matched"][0] == {"field": "department", "value": "Afdeling Nord", "label": None}


@pytest.mark.usefixtures("published_tilbud")
@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"audience": "children"}, {"Zonen", "Aahjem"}),
        ({"audience": ["children", "adults"]}, {"Zonen", "Aahjem", "Ærøhus", "Solsikken afd-1", "Solsikken afd-2"}),
        ({"legal_basis": ["opholdssted", "stofmisbrugsbehandling"]}, {"Zonen", "Aahjem", "Ærøhus"}),
        ({"legal_basis": "opholdssted", "target_group": "drug-abuse"}, set()),
        ({"target_group": "autism"}, {"Solsikken afd-1"}),
        ({"target_group": "disability"}, {"Solsikken afd-1", "Solsikken afd-2"}),
        ({"service": "treatment"}, {"Ærøhus"}),
        ({"age": 10}, {"Zonen", "Aahjem"}),
        ({"age": [10, 90]}, {"Zonen", "Aahjem", "Ærøhus"}),
        ({"municipality": "0492"}, {"Ærøhus"}),
        ({"region": "1083"}, {"Ærøhus"}),
        ({"region": ["1083", "1081"], "audience": "adults"}, {"Ærøhus", "Solsikken afd-1", "Solsikken afd-2"}),
        ({"vacancies": 1}, {"Ærøhus", "Solsikken afd-1"}),
        ({"rate_max": 300000}, {"Ærøhus", "Solsikken afd-2"}),
        ({"accessible": 1, "municipality": "0851", "audience": "adults"}, {"Solsikken afd-1"}),
        ({"operator_kind": "municipal"}, set()),
        ({"quality_min": 4.3}, set()),
        ({"quality_min": 4.2, "audience": "children"}, {"Zonen", "Aahjem"}),
    ],
)
async def test_filters(client: httpx2.AsyncClient, params: dict[str, Any], expected: set[str]) -> None:
    found = await search(client, **params)
    assert set(names(found)) == expected
    assert found["total"] == len(expected)


@pytest.mark.usefixtures("published_tilbud")
async def test_facets_count_under_all_other_choices(client: httpx2.AsyncClient) -> None:
    found = await search(client, legal_basis="opholdssted", vacancies=1)
    assert found["total"] == 0
    counts = {each["value"]: each["count"] for each in found["facets"]["legal_basis"]}
    assert counts == {"botilbud-laengerevarende": 1, "stofmisbrugsbehandling": 1}
    assert found["facets"]["vacancies"] == []

    found = await search(client, legal_basis="opholdssted")
    assert found["facets"]["audience"] == [{"value": "children", "label": "Børn og unge", "count": 2}]
    assert {each["value"]: each["count"] for each in found["facets"]["legal_basis"]}["opholdssted"] == found["total"]


@pytest.mark.usefixtures("published_tilbud")
async def test_names_sort_in_danish_order(client: httpx2.AsyncClient) -> None:
    assert names(await search(client, sort="name")) == [
        *("Solsikken afd-1", "Solsikken afd-2", "Zonen", "Ærøhus", "Aahjem")
    ]


@pytest.mark.usefixtures("published_tilbud")
async def test_other_orders(client: httpx2.AsyncClient) -> None:
    assert names(await search(client, sort="rate"))[0] == "Ærøhus"
    assert set(names(await search(client, sort="vacancies"))[-3:]) == {"Solsikken afd-2", "Zonen", "Aahjem"}
    near = await search(client, near="5700", sort="distance")
    assert names(near)[0] == "Ærøhus"
    assert near["items"][0]["distance_km"] < 60 < near["items"][1]["distance_km"]


@pytest.mark.usefixtures("published_tilbud")
async def test_near_takes_a_town_and_says_which_it_understood(client: httpx2.AsyncClient) -> None:
    for typed in ("9000", "9000 Aalborg", "ÅLBORG", "aalborg"):
        found = await search(client, near=typed)
        assert found["near"] == {"label": "9000 Aalborg", "approximate": False}
    assert (await search(client))["near"] is None
    (item, *_) = (await search(client, near="9280", q="ærøhus"))["items"]
    assert not item["distance_approximate"]


@pytest.mark.usefixtures("published_tilbud")
@pytest.mark.parametrize("near", ["0555", "3900", "100", "koebenhavn"])
async def test_a_distance_that_only_a_kommune_tells_says_so(client: httpx2.AsyncClient, near: str) -> None:
    for moment in ({}, {"as_of": "2126-01-01"}):
        found = await search(client, near=near, q="ærøhus", **moment)
        assert found["near"]["approximate"]
        assert [item["distance_approximate"] for item in found["items"]] == [True]
        assert found["items"][0]["distance_km"] > 0


async def test_a_tilbud_whose_postcode_has_no_point_says_so(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    post_office = example_steps("Pakkehuset")
    post_office["contact"]["address"] = {
        "street": "Pakkevej 1",
        "postcode": "0555",
        "city": "Scanning",
        "municipality": "0101",
    }
    await publish(deliver_facts, "CRV-1", without_departments(post_office))
    for moment in ({}, {"as_of": "2126-01-01"}):
        (item,) = (await search(client, near="9000", **moment))["items"]
        assert item["place_approximate"]
        assert item["distance_approximate"]
        (item,) = (await search(client, **moment))["items"]
        assert not item["distance_approximate"]


@pytest.mark.parametrize(
    ("near", "code", "allowed"),
    [
        ("Nykøbing", "ambiguous-place", ["4500 Nykøbing Sj", "4800 Nykøbing F", "7900 Nykøbing M"]),
        ("9999", "unknown-postcode", None),
        ("Atlantis", "unknown-place", None),
        ("9000 Aarhus", "mismatch", ["9000 Aalborg"]),
        ("", "missing", None),
        ("x" * 61, "too-long", None),
    ],
)
async def test_a_place_that_cannot_be_used(client: httpx2.AsyncClient, near: str, code: str, allowed: Any) -> None:
    answer = await client.get("/v1/search", params={"near": near})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["code"], error.get("allowed")) == ("near", code, allowed)


@pytest.mark.usefixtures("published_tilbud")
@pytest.mark.parametrize("sort", ["name", "rate", "vacancies", "relevance", "distance"])
async def test_pages_give_every_result_once(client: httpx2.AsyncClient, sort: str) -> None:
    whole = names(await search(client, sort=sort, q="o", near="9000"))
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = await search(client, sort=sort, q="o", near="9000", limit=2, **cursor)
        assert page["total"] == len(whole)
        seen += names(page)
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == whole


async def test_without_departments_there_is_one_item(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await publish(deliver_facts, "CRV-1", without_departments(example_steps("Ene")))
    (item,) = (await search(client))["items"]
    assert item["department_id"] is None
    assert (item["vacancies"], item["rate_oere"], item["rate_unit"]) == (2, 412500, "day-and-night")


async def test_a_crisis_centre_hides_its_address_everywhere(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    centre = example_steps("Læ")
    centre["company"] |= {"legal_bases": [CRISIS], "primary_legal_basis": CRISIS}
    centre["budget"] |= {"rate_audited": True}
    await publish(deliver_facts, "CRV-9", centre)

    answers = [
        await client.get("/v1/tilbud/CRV-9"),
        await client.get("/v1/search", params={"near": "8000"}),
        await client.get("/v1/feed"),
        await client.get("/v1/dump"),
        await client.get("/v1/tilbud/CRV-9", params={"as_of": "2126-01-01"}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        for secret in ("Kornblomstvej", "Engvej", "9000", "9220", "1099000015"):
            assert secret not in answer.text
    assert answers[0].json()["steps"]["contact"]["address"] == {"municipality": "0851"}
    assert {item["distance_km"] for item in answers[1].json()["items"]} == {None}
    for q in ("Kornblomstvej", "Engvej"):
        assert (await search(client, q=q))["total"] == 0
    # A postcode stands for its kommune, which is no secret: its own finds the centre no better than another one.
    assert [(await search(client, q=q))["total"] for q in ("9220", "9000", "aalborg kommune")] == [2, 2, 2]


async def test_an_address_that_becomes_secret_is_secret_at_every_date(
    client: httpx2.AsyncClient, deliver_facts: Any
) -> None:
    await publish(deliver_facts, "CRV-9", example_steps("Læ"))
    before = (await client.get("/v1/feed")).json()[-1]["time"]
    moved = example_steps("Læ")["contact"]
    moved["address"] = moved["address"] | {"street": "Hemmelig 4"}
    company = example_steps()["company"] | {"legal_bases": [CRISIS, "botilbud-laengerevarende"]}
    await deliver_facts(approved_case("CRV-9", 2, {"company": company, "contact": moved}))

    for answer in (
        await client.get("/v1/tilbud/CRV-9", params={"as_of": before}),
        await client.get("/v1/search", params={"as_of": before, "near": "9000"}),
        await client.get("/v1/feed"),
        await client.get("/v1/tilbud/CRV-9/changes"),
    ):
        assert answer.status_code == 200
        assert "Kornblomstvej" not in answer.text
        assert "Hemmelig" not in answer.text
    assert (await search(client, as_of=before))["total"] == 2
    assert (await search(client, as_of=before, q="Kornblomstvej"))["total"] == 0


@pytest.mark.parametrize(
    "params",
    [
        {"legal_basis": "findes-ikke"},
        {"audience": "foster-families"},
        {"target_group": "x"},
        {"age": "ti"},
        {"age": 999},
        {"near": "99999"},
        {"near": "0000"},
        {"near": "000"},
        {"near": "10"},
        {"sort": "distance"},
        {"sort": "pris"},
        {"limit": 101},
        {"limit": 0},
        {"cursor": "vrøvl"},
        {"cursor": "WzAuMCwiXHUwMDAwIiwiYSIsImIiXQ"},
        *({"cursor": base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")} for place in BROKEN),
        {"as_of": "i går"},
        {"as_of": "2026-11-22T10:00:00"},
        {"as_of": "2026-13-45"},
        {"rate_max": -1},
        {"quality_min": 9},
        {"legal_bases": "opholdssted"},
        {"q": "x" * 201},
    ],
)
async def test_wrong_parameters_are_refused(client: httpx2.AsyncClient, params: dict[str, Any]) -> None:
    answer = await client.get("/v1/search", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"].startswith("#query")


async def test_an_unchanged_answer_is_not_sent_again(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await publish(deliver_facts, "CRV-1", example_steps())
    first = await client.get("/v1/search")
    same = await client.get("/v1/search", headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    other = await client.get("/v1/search", params={"q": "x"}, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    await deliver_facts(approved_case("CRV-1", 2, {"contact": example_steps("Nyt")["contact"]}))
    assert (await client.get("/v1/search", headers={"If-None-Match": first.headers["etag"]})).status_code == 200


async def test_comparing(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    for number in (1, 2):
        await publish(deliver_facts, f"CRV-{number}", example_steps(f"Tilbud {number}"))
    found = (await client.get("/v1/compare", params={"id": ["CRV-2", "CRV-1", "CRV-5"]})).json()
    assert [item["id"] for item in found["items"]] == ["CRV-2", "CRV-1"]
    assert found["missing"] == ["CRV-5"]
    for ids in (["CRV-1"], ["CRV-1", "CRV-1"], [f"CRV-{number}" for number in range(6)], []):
        assert (await client.get("/v1/compare", params={"id": ids})).status_code == 422
