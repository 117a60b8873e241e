"""The list of one's own tilbud."""

import copy
from typing import Any

import pytest

from services.reporting.tests.http_requests import (
    Client,
    example,
)

BODY = example("create-tilbud")


async def make(officer: Client, name: str, cvr: str = "99000015") -> str:
    """Create a tilbud with that name."""
    body = copy.deepcopy(BODY) | {"name": name}
    body["operator"]["cvr"] = cvr
    response = await officer.post("/v1/tilbud", json=body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def test_the_list_has_the_own_organisations_tilbud_and_no_other(
    officer: Client, reporter: Client, other_operator: Client
) -> None:
    for name in ("Solsikken", "Valmuen", "Violen"):
        await make(officer, name)
    await make(officer, "Havblik", "99100036")
    shown = (await reporter.get("/v1/tilbud")).json()
    assert [item["name"] for item in shown["items"]] == ["Solsikken", "Valmuen", "Violen"]
    assert (shown["total"], shown["next"]) == (3, None)
    assert [item["name"] for item in (await other_operator.get("/v1/tilbud")).json()["items"]] == ["Havblik"]
    assert (await officer.get("/v1/tilbud")).json()["total"] == 4


async def test_the_list_is_searched_by_name_and_id(officer: Client, reporter: Client) -> None:
    first = await make(officer, "Solsikken")
    await make(officer, "100 % Valmuen")
    for q, names in (
        ("sol", ["Solsikken"]),
        (first.lower(), ["Solsikken"]),
        ("%", ["100 % Valmuen"]),
        ("_", []),
        ("", ["100 % Valmuen", "Solsikken"]),
        ("'; drop table tilbud", []),
    ):
        shown = (await reporter.get("/v1/tilbud", params={"q": q})).json()
        assert [item["name"] for item in shown["items"]] == names, q


async def test_the_list_comes_in_pages(officer: Client, reporter: Client) -> None:
    for number in range(5):
        await make(officer, f"Tilbud {number % 2}")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await reporter.get("/v1/tilbud", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        assert page["total"] == 5
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 5


async def test_an_organisation_without_tilbud_is_told_why_and_whom_to_ask(client_as: Any) -> None:
    for persona in ("no-tilbud", "family-own"):
        response = await (await client_as(persona)).get("/v1/tilbud")
        assert response.status_code == 403
        assert response.json()["type"].endswith("/no-tilbud")
        assert "tilsynsmyndighed" in response.json()["detail"]
    officer = await client_as("officer-aalborg")
    assert (await officer.get("/v1/tilbud")).json()["items"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=%21", "unheard_of=1", "q=" + "x" * 201])
async def test_a_wrong_parameter_is_refused(officer: Client, query: str) -> None:
    response = await officer.get(f"/v1/tilbud?{query}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"].startswith("#query")
