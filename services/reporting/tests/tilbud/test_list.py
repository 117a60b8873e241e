"""The list of one's own tilbud."""

import copy
from typing import Any

import pytest

from contracts.testing.nasty_texts import HONEST
from contracts.text import clean
from services.reporting.tests.http_requests import (
    Client,
    edit,
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


async def test_those_with_changes_that_are_not_sent_can_be_listed(officer: Client, reporter: Client) -> None:
    await make(officer, "Solsikken")
    changed = await make(officer, "Valmuen")
    await edit(reporter, changed, "values", values="Nye værdier.")
    shown = (await reporter.get("/v1/tilbud", params={"draft": "exists"})).json()
    assert ([item["id"] for item in shown["items"]], shown["total"]) == ([changed], 1)
    assert (await reporter.get("/v1/tilbud", params={"draft": "none"})).status_code == 422


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


async def test_a_query_with_invisible_signs_finds_what_looks_the_same(officer: Client, reporter: Client) -> None:
    await make(officer, "Elm\u00a0& Ask\u200b")
    for q in ("Elm & Ask", "\u200bElm\u00a0&", "ELM"):
        assert (await reporter.get("/v1/tilbud", params={"q": q})).json()["total"] == 1, ascii(q)
    assert (await reporter.get("/v1/tilbud", params={"q": "\u2800"})).json()["total"] == 1
    assert (await reporter.get("/v1/tilbud", params={"q": "x" * 201})).status_code == 422
    assert (await reporter.get("/v1/tilbud", params={"q": "\x1b"})).status_code == 422


async def test_a_cursor_made_of_any_name_is_taken_back(officer: Client, reporter: Client) -> None:
    names = sorted(each for each in map(clean, HONEST) if each)
    for name in HONEST:
        await make(officer, name)
    found, cursor = [], None
    for _ in names:
        page = (await reporter.get("/v1/tilbud", params={"limit": 1} | ({"cursor": cursor} if cursor else {}))).json()
        found += [item["name"] for item in page["items"]]
        cursor = page["next"]
    assert sorted(found) == names
    assert cursor is None
