"""The suggestions for a need, over HTTP."""

from typing import Any

import httpx2
import pytest

from contracts.testing.factories import example_steps, tilsyn_published, without_departments
from publication.match.schemas import MatchPage
from services.publication.tests.factories import approved_case

NEED: dict[str, Any] = {
    "age": 30,
    "target_groups": ["autism"],
    "services": ["long-term-stay"],
    "near": "9000 Aalborg",
    "rate_max_oere": 1_000_000,
    "rate_unit": "day-and-night",
    "accessible": True,
    "night_staff": "awake",
    "vacancies": 1,
}


@pytest.fixture
async def published_tilbud(deliver_facts: Any) -> None:
    """Solsikken with two departments, Tavs of which much is not told, and a crisis centre with a secret address."""
    silent = without_departments(example_steps("Tavs"))
    silent["supplementary"].pop("accessibility", None)
    silent["staffing"].pop("night_staff", None)
    centre = without_departments(example_steps("Læ"))
    centre["company"] |= {"legal_bases": ["kvindekrisecenter"], "primary_legal_basis": "kvindekrisecenter"}
    centre["budget"] |= {"rate_audited": True}
    contents = {"CRV-1": example_steps("Solsikken"), "CRV-2": silent, "CRV-3": centre}
    for tilbud_id, content in contents.items():
        await deliver_facts(approved_case(tilbud_id, content=content), tilsyn_published(tilbud_id))


async def match(client: httpx2.AsyncClient, need: dict[str, Any], **params: Any) -> dict[str, Any]:
    answer = await client.post("/v1/match", json=need, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    assert MatchPage.model_validate(found).model_dump(mode="json") == found
    return found


@pytest.mark.usefixtures("published_tilbud")
async def test_each_suggestion_has_what_the_search_shows_and_its_reasons(client: httpx2.AsyncClient) -> None:
    page = await match(client, NEED)
    assert page["total"] == 4
    assert page["near"] == {"label": "9000 Aalborg", "approximate": False}
    searched = (await client.get("/v1/search")).json()["items"]
    shown = {(each["tilbud_id"], each["department_id"]): each for each in searched}
    for item in page["items"]:
        told = [reason["what"] for part in ("fits", "unknown", "does_not_fit") for reason in item[part]]
        assert sorted(told) == sorted(
            ["age", "target_group", "service", "vacancies", "rate", "night_staff", "accessible"]
        )
        same = shown[item["tilbud_id"], item["department_id"]]
        assert {name: item[name] for name in same if name in item and name not in {"score", "distance_km"}} == {
            name: same[name] for name in same if name in item and name not in {"score", "distance_km"}
        }
    silent = next(each for each in page["items"] if each["tilbud_id"] == "CRV-2")
    assert {"night_staff", "accessible"} <= {each["what"] for each in silent["unknown"]}
    assert next(each for each in page["items"] if each["tilbud_id"] == "CRV-3")["distance_km"] is None


@pytest.mark.usefixtures("published_tilbud")
async def test_pages_go_on_where_the_last_one_ended(client: httpx2.AsyncClient) -> None:
    whole = [(each["tilbud_id"], each["department_id"]) for each in (await match(client, NEED))["items"]]
    seen, params = [], {"limit": 1}
    while True:
        page = await match(client, NEED, **params)
        seen += [(each["tilbud_id"], each["department_id"]) for each in page["items"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert seen == whole


@pytest.mark.parametrize(
    ("need", "pointer", "code"),
    [
        ({}, "", "missing"),
        ({"rate_unit": "hour", "accessible": False, "vacancies": 0, "services": []}, "", "missing"),
        ({"near": "Nykøbing"}, "/near", "ambiguous-place"),
        ({"near": "Jens Hansen 010190-1234"}, "/near", "unknown-postcode"),
        ({"near": "Jens Hansen"}, "/near", "unknown-place"),
        ({"near": "x" * 61}, "/near", "too-long"),
        ({"near": "9000", "municipality": "0851"}, "/near", "not-applicable"),
        ({"target_groups": ["autism", "nobody"]}, "/target_groups/1", "unknown-value"),
        ({"services": ["x"]}, "/services/0", "unknown-value"),
        ({"municipality": "9999"}, "/municipality", "unknown-value"),
        ({"night_staff": "x"}, "/night_staff", "unknown-value"),
        ({"age": 121}, "/age", "out-of-range"),
        ({"age": True}, "/age", "wrong-type"),
        ({"vacancies": "1"}, "/vacancies", "wrong-type"),
        ({"accessible": "true"}, "/accessible", "wrong-type"),
        ({"rate_max_oere": -1}, "/rate_max_oere", "out-of-range"),
        ({"age": 17, "name": "Jens Hansen"}, "/name", "unknown-field"),
    ],
)
async def test_what_cannot_be_asked_is_told_at_its_field(
    client: httpx2.AsyncClient, need: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await client.post("/v1/match", json=need)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert "Hansen" not in answer.text


@pytest.mark.parametrize("cursor", ["x", "WzEsImEiLCJiIl0", "Wy0xLCJhIiwiYiIsImMiXQ", "WzFlOTksImEiLCJiIiwiYyJd"])
async def test_a_cursor_of_somebody_else_is_refused(client: httpx2.AsyncClient, cursor: str) -> None:
    answer = await client.post("/v1/match", json={"age": 17}, params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "cursor"


@pytest.mark.usefixtures("published_tilbud")
async def test_nothing_of_the_need_is_logged(client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await match(client, {"near": "Storvorde", "services": ["long-term-stay"]})
    await client.post("/v1/match", json={"near": "Langtbortistan"})
    logged = " ".join(str(record.__dict__) for record in caplog.records).lower()
    for secret in ("storvorde", "9280", "long-term-stay", "langtbortistan"):
        assert secret not in logged


@pytest.mark.usefixtures("published_tilbud")
async def test_a_cursor_goes_on_in_the_list_of_its_own_need(client: httpx2.AsyncClient) -> None:
    first = await match(client, NEED, limit=1)
    second = await match(client, NEED, limit=1, cursor=first["next"])
    assert second["items"][0] != first["items"][0]
    for change in ({"age": 31}, {"near": "5000 Odense C"}, {"vacancies": 0}, {"rate_unit": "month"}):
        refused = await client.post("/v1/match", json=NEED | change, params={"cursor": first["next"]})
        assert refused.status_code == 422, change
        assert [each["parameter"] for each in refused.json()["errors"]] == ["cursor"]
    again = await client.post("/v1/match", json={"age": 30}, params={"cursor": "WzEsICJ4Il0"})
    assert again.status_code == 422


async def test_a_page_of_another_site_may_ask(client: httpx2.AsyncClient) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    asked = await client.options("/v1/match", headers=origin | {"Access-Control-Request-Method": "POST"})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert asked.headers["access-control-allow-methods"] == "POST"
    answer = await client.post("/v1/match", json={"age": 30}, headers=origin)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    saved = await client.options("/v1/saved-searches", headers=origin | {"Access-Control-Request-Method": "POST"})
    assert "access-control-allow-origin" not in saved.headers
