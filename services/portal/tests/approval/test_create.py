"""Creating a tilbud, as far as the portal itself refuses what was typed: no service is asked."""

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
