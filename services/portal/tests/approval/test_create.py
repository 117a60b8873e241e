"""Creating a tilbud, as far as the portal itself refuses what was typed: no service is asked."""

import json
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.ids import uuid7
from contracts.testing.factories import BASIS
from portal.clients import MAY_BE_SAVED, Backends
from portal.settings import PortalSettings
from services.portal.tests.pages import csrf_token, hidden_value

CPR = "010180-0000"
WHOLE = {
    **dict.fromkeys(("name", "street", "city", "leader_name"), "Solsikken"),
    "postcode": "9000",
    "municipality": "0851",
    "cvr": "99000015",
    "operator_kind": "private",
    "leader_cpr": CPR,
    "leader_email": "leder@solsikken.example",
    "leader_phone": "98000000",
    **dict.fromkeys(("primary_legal_basis", "legal_bases"), BASIS),
}


async def test_nothing_is_created_while_something_is_missing(officer: httpx2.AsyncClient) -> None:
    typed = {
        "csrf": await csrf_token(officer, "/opret"),
        "name": "<Solsikken>",
        "leader_cpr": CPR,
        "other_contact": "yes",
    }
    answer = await officer.post("/opret", data=typed)
    assert answer.status_code == 422
    assert '<a href="#street">Vej og husnummer: Feltet skal udfyldes.</a>' in answer.text
    assert '<a href="#contact_name">' in answer.text
    assert '<a href="#name">' not in answer.text
    assert 'value="&lt;Solsikken&gt;"' in answer.text
    assert CPR not in answer.text


@pytest.mark.parametrize(("kind", "asked"), [("municipal", "operator_municipality"), ("regional", "operator_region")])
async def test_a_public_operator_says_which_one_it_is(officer: httpx2.AsyncClient, kind: str, asked: str) -> None:
    typed = {"csrf": await csrf_token(officer, "/opret"), "operator_kind": kind}
    text = (await officer.post("/opret", data=typed)).text
    wanted = {name for name in ("operator_municipality", "operator_region") if f'<a href="#{name}">' in text}
    assert wanted == {asked}


async def test_what_may_have_arrived_is_not_sent_as_something_new(
    officer: httpx2.AsyncClient, app: FastAPI, settings: PortalSettings
) -> None:
    keys: list[str] = []

    def reporting(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["idempotency-key"])
        if len(keys) == 1:
            return httpx2.Response(500)
        kind = "https://tilbudsportalen.dk/problems/idempotency-mismatch"
        return httpx2.Response(422, json={"type": kind, "detail": "Nøglen …", "errors": []})

    app.state.backends = Backends(settings, httpx2.MockTransport(reporting))
    first = await officer.post("/opret", data=WHOLE | {"csrf": await csrf_token(officer, "/opret"), "command": uuid7()})
    assert first.status_code == 503
    again = await officer.get("/fortsaet/" + first.text.partition('href="/fortsaet/')[2].partition('"')[0])
    assert 'value="Solsikken"' in again.text
    sent = WHOLE | {name: hidden_value(again.text, name) for name in ("csrf", "command")}
    refused = await officer.post("/opret", data=sent | {"name": "Solsikken Ny"})
    assert keys[0] == keys[1]
    assert (refused.status_code, MAY_BE_SAVED in refused.text) == (409, True)
    assert hidden_value(refused.text, "command") != keys[0]


async def test_a_type_that_was_not_chosen_is_not_added_and_the_right_authority_is_asked_for(
    officer: httpx2.AsyncClient, app: FastAPI, settings: PortalSettings
) -> None:
    bodies: list[dict[str, Any]] = []

    def reporting(request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(404)
        bodies.append(json.loads(request.content))
        if bodies[-1]["confirmed_authority"]:
            return httpx2.Response(201, json={"id": "CRV-7000"})
        problem = {
            "type": "https://tilbudsportalen.dk/problems/other-authority",
            "detail": "Efter reglerne er det Socialtilsyn Syd.",
            "errors": [],
            "authority": {"id": "socialtilsyn-syd", "name": "Socialtilsyn Syd"},
        }
        return httpx2.Response(409, json=problem)

    app.state.backends = Backends(settings, httpx2.MockTransport(reporting))
    typed = WHOLE | {"legal_bases": "opholdssted", "csrf": await csrf_token(officer, "/opret")}
    asked = await officer.post("/opret", data=typed)
    assert bodies[0]["legal_bases"] == ["opholdssted"]
    assert asked.status_code == 409
    assert '<a href="#confirmed_authority">Myndighed: Efter reglerne er det Socialtilsyn Syd.</a>' in asked.text
    assert 'name="confirmed_authority" value="socialtilsyn-syd"' in asked.text
    created = await officer.post("/opret", data=typed | {"confirmed_authority": "socialtilsyn-syd"})
    assert bodies[1]["confirmed_authority"] == "socialtilsyn-syd"
    # It is another authority's by now: what it is called is said, and nothing can be opened.
    assert created.status_code == 200
    assert "CRV-7000" in created.text
    assert (await officer.get("/opret/kvittering/CRV-7000")).status_code == 404


async def test_a_kommune_that_nobody_knows_comes_back_with_what_may_be_meant(
    officer: httpx2.AsyncClient, app: FastAPI, settings: PortalSettings
) -> None:
    sent: list[dict[str, Any]] = []

    def reporting(request: httpx2.Request) -> httpx2.Response:
        sent.append(json.loads(request.content))
        return httpx2.Response(409, json={"type": "https://tilbudsportalen.dk/problems/conflict", "detail": "Nej."})

    app.state.backends = Backends(settings, httpx2.MockTransport(reporting))
    typed = WHOLE | {"csrf": await csrf_token(officer, "/opret"), "municipality": "Aalbrog"}
    answer = await officer.post("/opret", data=typed)
    assert (answer.status_code, sent) == (422, [])
    assert '<a href="#municipality">Kommune: Kommunen findes ikke. Mente du Aalborg' in answer.text
    assert 'value="Aalbrog"' in answer.text
    await officer.post("/opret", data=typed | {"municipality": "Aalborg Kommune"})
    assert sent[0]["address"]["municipality"] == "0851"
