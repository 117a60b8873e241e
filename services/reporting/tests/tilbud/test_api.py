"""The edges of the API: lists, forms, vacancies, and everything a request can have wrong."""

import asyncio
import copy
from typing import Any

import pytest
from fastapi import FastAPI

from chassis.database import Database
from chassis.testing import api_client
from services.reporting.tests.requests import Client, approve, edit, edit_department, events, example, last_sent, submit

BODY = example("create-tilbud")


async def make(officer: Client, name: str, cvr: str = "99000015") -> str:
    """Create a tilbud with that name."""
    body = copy.deepcopy(BODY) | {"name": name}
    body["operator"]["cvr"] = cvr
    response = await officer.post("/v1/tilbud", json=body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def test_the_list_has_the_own_organisations_tilbud_and_no_other(
    officer: Client, reporter: Client, stranger: Client
) -> None:
    for name in ("Solsikken", "Valmuen", "Violen"):
        await make(officer, name)
    await make(officer, "Havblik", "99100036")
    shown = (await reporter.get("/v1/tilbud")).json()
    assert [item["name"] for item in shown["items"]] == ["Solsikken", "Valmuen", "Violen"]
    assert (shown["total"], shown["next"]) == (3, None)
    assert [item["name"] for item in (await stranger.get("/v1/tilbud")).json()["items"]] == ["Havblik"]
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


async def test_the_form_is_for_everybody_who_is_signed_in(client_as: Any) -> None:
    reader = await client_as("family-own")
    response = await reader.get("/v1/form/botilbud-laengerevarende")
    assert response.status_code == 200
    assert len(response.json()["steps"]) == 16
    tag = response.headers["ETag"]
    again = await reader.get("/v1/form/botilbud-laengerevarende", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = await reader.get("/v1/form/botilbud-laengerevarende?at=2020-01-01&other=opholdssted")
    assert other.json()["at"] == "2020-01-01"
    assert other.headers["ETag"] != tag
    for path in ("nonsense", "plejefamilie-almen", "botilbud-laengerevarende?at=1999-01-01"):
        assert (await reader.get(f"/v1/form/{path}")).status_code == 404
    assert (await reader.get("/v1/form/botilbud-laengerevarende?at=soon")).status_code == 422
    nobody = await client_as(None)
    assert (await nobody.get("/v1/form/botilbud-laengerevarende")).status_code == 401


async def test_vacancies_are_told_at_once(reporter: Client, approved_once: Any, database: Database) -> None:
    url = f"/v1/tilbud/{approved_once.tilbud_id}/vacancies"
    body = {
        "departments": [
            {"department_id": "afd-1", "vacancies": 1, "waiting_time_weeks": 0},
            {"department_id": "afd-2", "vacancies": 0, "waiting_time_weeks": 5},
        ]
    }
    assert (await reporter.put(url, json=body)).status_code == 428
    tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
    answers = await asyncio.gather(*(reporter.put(url, json=body, headers=tag) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    (event,) = await events(database, "vacancies-changed")
    assert (event["version"], event["departments"]) == (1, body["departments"])
    assert (await reporter.get(url)).json()["departments"] == body["departments"]


async def test_vacancies_told_while_the_places_awaited_approval_are_the_newer_ones(
    reporter: Client, approved_once: Any, database: Database
) -> None:
    tilbud_id = approved_once.tilbud_id
    await edit_department(reporter, tilbud_id, "places/afd-1", vacancies_note="Uden elevator.")
    case = await submit(reporter, tilbud_id)
    url = f"/v1/tilbud/{tilbud_id}/vacancies"
    tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
    body = {"departments": [{"department_id": "afd-1", "vacancies": 1}]}
    assert (await reporter.put(url, json=body, headers=tag)).status_code == 200
    await approve(database, case)
    step = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/places")).json()["data"]["departments"]
    assert (step["afd-1"]["vacancies"], step["afd-2"]["vacancies"]) == (1, 0)


async def test_a_later_report_is_prefilled_with_the_vacancies_and_does_not_send_them_alone(
    reporter: Client, approved_once: Any, database: Database
) -> None:
    tilbud_id = approved_once.tilbud_id
    url = f"/v1/tilbud/{tilbud_id}/vacancies"
    tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
    body = {"departments": [{"department_id": "afd-1", "vacancies": 1, "waiting_time_weeks": 3}]}
    assert (await reporter.put(url, json=body, headers=tag)).status_code == 200
    step = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/places")).json()["data"]["departments"]
    assert (step["afd-1"]["vacancies"], step["afd-1"]["waiting_time_weeks"]) == (1, 3)
    assert step["afd-2"] == example("steps/places")["departments"]["afd-2"]
    nothing = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")
    assert nothing.json()["type"].endswith("/nothing-changed")
    await edit_department(reporter, tilbud_id, "places/afd-1", vacancies_note="Uden elevator.")
    sent = await last_sent(database, await submit(reporter, tilbud_id))
    assert [(each.key, each.data["vacancies"]) for each in sent.steps] == [("places/afd-1", 1)]
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["baseline"]["steps"]["places"]
    assert shown["departments"]["afd-1"]["vacancies"] == 2


@pytest.mark.parametrize(
    ("departments", "pointer"),
    [
        ([{"department_id": "afd-9", "vacancies": 1}], "/departments/0/department_id"),
        ([{"department_id": None, "vacancies": 1}], "/departments/0/department_id"),
        ([{"department_id": "afd-1", "vacancies": 11}], "/departments/0/vacancies"),
        ([{"department_id": "afd-1", "vacancies": -1}], "/departments/0/vacancies"),
        ([{"department_id": "afd-1", "vacancies": "1"}], "/departments/0/vacancies"),
        ([{"department_id": "afd-1", "vacancies": 1.5}], "/departments/0/vacancies"),
        ([{"department_id": "afd-1", "vacancies": 1}] * 2, "/departments"),
        ([], "/departments"),
    ],
)
async def test_vacancies_that_do_not_fit_are_refused(
    reporter: Client, approved_once: Any, departments: list[Any], pointer: str
) -> None:
    url = f"/v1/tilbud/{approved_once.tilbud_id}/vacancies"
    tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
    response = await reporter.put(url, json={"departments": departments}, headers=tag)
    assert response.status_code == 422
    assert pointer in [error["pointer"] for error in response.json()["errors"]]


async def test_there_are_no_vacancies_before_there_are_approved_places(reporter: Client, tilbud_id: str) -> None:
    url = f"/v1/tilbud/{tilbud_id}/vacancies"
    tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
    body = {"departments": [{"department_id": None, "vacancies": 1}]}
    assert (await reporter.put(url, json=body, headers=tag)).status_code == 409


async def test_every_command_stands_in_the_action_log(reporter: Client, approved_once: Any) -> None:
    url = f"/v1/tilbud/{approved_once.tilbud_id}/actions"
    page = (await reporter.get(url, params={"limit": 2})).json()
    assert [item["what"] for item in page["items"]] == ["case-approved", "submission-sent"]
    assert page["items"][1]["by"]["name"] == "Dorthe Kragh"
    rest = (await reporter.get(url, params={"cursor": page["next"], "limit": 100})).json()
    assert rest["items"][-1]["what"] == "tilbud-created"
    assert rest["next"] is None


async def test_nobody_without_a_valid_token_gets_in(app: FastAPI, identity: Any, client_as: Any) -> None:
    nobody = await client_as(None)
    assert (await nobody.get("/v1/tilbud")).status_code == 401
    expired = identity.token("officer-nord-a", exp=1)
    foreign = identity.foreign_token("officer-nord-a")
    for token in (expired, foreign, "nonsense"):
        async with api_client(app, token) as client:
            response = await client.get("/v1/tilbud")
            assert response.status_code == 401
            assert response.json()["type"].endswith("/unauthenticated")


BAD_BODIES: list[tuple[bytes, int]] = [
    (b"", 422),
    (b"null", 422),
    (b"[]", 422),
    (b'"text"', 422),
    (b"{", 400),
    (b'{"name": "\xff"}', 400),
    (b'{"name": "a\\u0000b"}', 400),
    (b'{"name": "\\ud800"}', 400),
    (b'{"a":' * 1_000 + b"1" + b"}" * 1_000, 400),
    (b'{"name": "' + b"x" * 10_000_000 + b'"}', 413),
]


@pytest.mark.parametrize(("body", "status"), BAD_BODIES, ids=[str(number) for number in range(len(BAD_BODIES))])
async def test_a_body_that_is_no_body_is_refused_everywhere(
    officer: Client, reporter: Client, tilbud_id: str, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json", "If-Match": '"x"'}
    url = f"/v1/tilbud/{tilbud_id}"
    for client, method, path in (
        (officer, "POST", "/v1/tilbud"),
        (reporter, "POST", f"{url}/draft"),
        (reporter, "PUT", f"{url}/draft/steps/values"),
        (reporter, "PUT", f"{url}/vacancies"),
        (officer, "PUT", f"{url}/leader-cpr"),
    ):
        response = await client.request(method, path, content=body, headers=headers)
        assert response.status_code == status, (path, response.text)
        assert response.headers["content-type"] == "application/problem+json"


async def test_odd_numbers_in_a_step_are_no_fault_of_ours(reporter: Client, tilbud_id: str) -> None:
    url = f"/v1/tilbud/{tilbud_id}/draft/steps/budget"
    headers = {"Content-Type": "application/json"}
    for number in (b"1e400", b"NaN", b"Infinity", b"-0", b"9" * 4_000, b"1e-400", b"123456789012345678901234567890"):
        headers["If-Match"] = (await reporter.get(url)).headers["ETag"]
        response = await reporter.put(url, content=b'{"year": ' + number + b"}", headers=headers)
        assert response.status_code in {200, 400, 422}, (number, response.text)


@pytest.mark.parametrize("odd", ["%00", "..%2fx", "CRV-%F0%9F%8C%BB", "a" * 300, "CRV-6325%20", "%ff"])
async def test_an_odd_id_is_not_found(officer: Client, odd: str) -> None:
    for path in (f"/v1/tilbud/{odd}", f"/v1/tilbud/{odd}/draft", f"/v1/form/{odd}"):
        assert (await officer.get(path)).status_code in {400, 404, 422}


async def test_the_document_describes_every_route(app: FastAPI) -> None:
    document = app.openapi()
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert "401" in answers, (method, path)
            assert "application/problem+json" in answers["422"]["content"], (method, path)
            assert "application/json" not in answers["422"]["content"], (method, path)
            assert operation["summary"]
    assert "/v1/tilbud/{tilbud_id}/submissions/{submission_id}/closure" in document["paths"]


async def test_a_report_that_is_too_large_for_one_message_is_refused(
    reporter: Client, approved_once: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.outbox.MAX_EVENT_BYTES", 500)
    await edit(reporter, approved_once.tilbud_id, "values", values="Nye værdier.")
    response = await reporter.post(f"/v1/tilbud/{approved_once.tilbud_id}/submissions")
    assert response.status_code == 413
    assert (await reporter.get(f"/v1/tilbud/{approved_once.tilbud_id}")).json()["locks"] == []
