"""An authority creates a tilbud (R101): what is mandatory, what is refused, and where the CPR number goes."""

import copy
from typing import Any

import pytest

from chassis.database import Database
from services.reporting.tests.http_requests import (
    Client,
    count_rows,
    events,
    example,
    with_value,
)


def without(path: str) -> dict[str, Any]:
    """Return the example body without one field."""
    body = copy.deepcopy(example("create-tilbud"))
    *parents, last = path.split(".")
    place = body
    for parent in parents:
        place = place[parent]
    del place[last]
    return body


async def test_a_tilbud_is_created_and_its_operator_can_report_at_once(
    officer: Client, reporter: Client, database: Database
) -> None:
    response = await officer.post("/v1/tilbud", json=example("create-tilbud"))
    assert response.status_code == 201
    assert response.json() == {"id": "CRV-6325"}
    assert response.headers["Location"] == "/v1/tilbud/CRV-6325"
    shown = (await reporter.get("/v1/tilbud")).json()
    assert [item["id"] for item in shown["items"]] == ["CRV-6325"]
    assert shown["items"][0]["operator_name"] == "Blomsterengen ApS"
    (event,) = await events(database, "tilbud-created")
    assert event["created_by_authority"] == "socialtilsyn-nord"
    assert event["tilbud"]["operator"]["name"] == "Blomsterengen ApS"
    assert event["leader_cpr_missing"] is False


async def test_the_first_answers_are_what_the_authority_typed(reporter: Client, tilbud_id: str) -> None:
    contact = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/contact")).json()
    assert contact["data"]["name"] == "Kornblomsten"
    assert contact["data"]["leader"] == {
        "name": "Karen Eksempel",
        "email": "karen@blomsterengen.example",
        "phone": "98000001",
    }
    company = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/company")).json()["data"]
    assert company["company_name"] == "Blomsterengen ApS"
    assert company["company_form"] == "Anpartsselskab"
    assert company["tilbud_id"] == tilbud_id
    assert company["primary_legal_basis"] == "botilbud-laengerevarende"


@pytest.mark.parametrize(
    "path",
    [
        "name",
        "address",
        "address.street",
        "address.municipality",
        "operator.cvr",
        "operator.kind",
        "leader",
        "leader.cpr",
        "leader.email",
        "leader.phone",
        "contact",
        "primary_legal_basis",
        "legal_bases",
    ],
)
async def test_everything_is_mandatory_and_nothing_is_created_otherwise(
    officer: Client, database: Database, path: str
) -> None:
    response = await officer.post("/v1/tilbud", json=without(path))
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in response.json()["errors"]] == ["/" + path.replace(".", "/")]
    assert await events(database, "tilbud-created") == []
    assert await count_rows(database, "tilbud") == 0


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("operator.cvr", "12345678", "/operator/cvr"),
        ("operator.cvr", "1234567", "/operator/cvr"),
        ("operator.kind", "state", "/operator/kind"),
        ("operator.kind", "municipal", "/operator/municipality"),
        ("operator.kind", "regional", "/operator/region"),
        ("operator.municipality", "0851", "/operator/municipality"),
        ("leader.cpr", "310299-0000", "/leader/cpr"),
        ("leader.cpr", "abcdefghij", "/leader/cpr"),
        ("leader.cpr", "0101", "/leader/cpr"),
        ("leader.email", "karen", "/leader/email"),
        ("leader.phone", "123", "/leader/phone"),
        ("leader.phone", "0101800000", "/leader/phone"),
        ("leader.name", "Karen 010180-0000", "/leader/name"),
        ("name", "", "/name"),
        ("name", "   ", "/name"),
        ("name", "x" * 201, "/name"),
        ("name", "Lys\x1bet", "/name"),
        ("name", 7, "/name"),
        ("address.municipality", "9999", "/address/municipality"),
        ("address.municipality", "0411a", "/address/municipality"),
        ("address.postcode", "90000", "/address/postcode"),
        ("address.postcode", "0001", "/address/postcode"),
        ("address.city", "Odense", "/address/city"),
        ("leader.name", "x" * 400, "/leader/name"),
        ("legal_bases", [], "/legal_bases"),
        ("legal_bases", ["nonsense"], "/legal_bases/0"),
        ("legal_bases", ["plejefamilie-almen"], "/legal_bases/0"),
        ("legal_bases", ["botilbud-laengerevarende"] * 2, "/legal_bases"),
        ("primary_legal_basis", "opholdssted", "/primary_legal_basis"),
        ("unheard_of", 1, "/unheard_of"),
        ("leader.title", "chef", "/leader/title"),
    ],
)
async def test_a_wrong_value_is_refused_at_its_place(officer: Client, path: str, value: Any, pointer: str) -> None:
    response = await officer.post("/v1/tilbud", json=with_value(path, value))
    assert response.status_code == 422, response.text
    body = response.json()
    assert body["type"] == "https://tilbudsportalen.dk/problems/invalid"
    found = {error["pointer"]: error["detail"] for error in body["errors"]}
    assert pointer in found
    assert found[pointer] != "Værdien er ikke gyldig."


async def test_the_same_command_twice_has_one_effect(officer: Client, database: Database) -> None:
    headers = {"Idempotency-Key": "create-once"}
    first = await officer.post("/v1/tilbud", json=example("create-tilbud"), headers=headers)
    second = await officer.post("/v1/tilbud", json=example("create-tilbud"), headers=headers)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert await count_rows(database, "tilbud") == 1
    other = await officer.post("/v1/tilbud", json=with_value("name", "Anden"), headers=headers)
    assert other.status_code == 422
    assert other.json()["type"].endswith("/idempotency-mismatch")


async def test_only_officers_with_the_right_create(client_as: Any) -> None:
    for persona, status in (("reporter-solsikken", 403), ("officer-nord-basic", 403), (None, 401)):
        client = await client_as(persona)
        assert (await client.post("/v1/tilbud", json=example("create-tilbud"))).status_code == status


async def test_a_tilbud_stands_under_the_authority_of_the_right(client_as: Any, officer: Client) -> None:
    syd = await client_as("officer-syd")
    tilbud_id = (await syd.post("/v1/tilbud", json=example("create-tilbud"))).json()["id"]
    assert (await syd.get(f"/v1/tilbud/{tilbud_id}")).json()["created_by_authority"] == "socialtilsyn-syd"
    assert (await officer.get(f"/v1/tilbud/{tilbud_id}")).status_code == 404


async def test_a_refused_cpr_number_is_not_echoed(officer: Client) -> None:
    response = await officer.post("/v1/tilbud", json=with_value("leader.cpr", "320199-1234"))
    assert response.status_code == 422
    assert "320199" not in response.text


@pytest.mark.parametrize(("postcode", "city"), [("100", "Tórshavn"), ("3900", "Nuuk")])
async def test_an_address_in_the_faroes_or_greenland_can_be_written(officer: Client, postcode: str, city: str) -> None:
    body = example("create-tilbud")
    body["address"] = {"street": "Áarvegur 1", "postcode": postcode, "city": city, "municipality": "0955"}
    created = await officer.post("/v1/tilbud", json=body)
    assert created.status_code == 201, created.text
    shown = (await officer.get(created.headers["Location"])).json()
    assert shown["address"] == body["address"]


async def test_a_postcode_in_another_kommune_is_refused_with_the_right_one(officer: Client) -> None:
    refused = await officer.post("/v1/tilbud", json=with_value("address.municipality", "0101"))
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/address/municipality", "mismatch")
    assert "Aalborg (0851)" in error["detail"]


async def test_what_cannot_be_shown_is_named_with_its_place(officer: Client) -> None:
    refused = await officer.post("/v1/tilbud", json=with_value("name", "Lys\x1bet"))
    [error] = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/name", "control-character")
    assert error["detail"] == "Tegn nummer 4 kan ikke vises: ESCAPE (U+001B). Slet det."


async def test_an_unknown_legal_basis_is_answered_with_those_that_there_are(officer: Client) -> None:
    refused = await officer.post("/v1/tilbud", json=with_value("legal_bases", ["botilbud-laengerevarende", "108"]))
    [error] = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/legal_bases/1", "unknown-value")
    assert "opholdssted" in error["allowed"]
    assert "plejefamilie-almen" not in error["allowed"]
