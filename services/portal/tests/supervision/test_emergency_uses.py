"""Uses on pages: emergency uses, changed by the kommune that registered them, and approvals without use."""

import json
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import csrf_token

LIST = "/tilsyn/akut-brug"
USE = "0193b7a0-0000-7000-8000-000000000001"


class ApprovalStandIn(EveryService):
    """Answers as every service does, keeps what is posted, and refuses a reason that is empty."""

    def __init__(self) -> None:
        super().__init__("Gården")
        self.posted: list[tuple[str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return super().__call__(request)
        body = json.loads(request.content)
        if body.get("reason") == "":
            errors = [{"pointer": "/reason", "code": "missing", "detail": "Feltet skal udfyldes."}]
            kind = "https://tilbudsportalen.dk/problems/invalid"
            return httpx2.Response(422, json={"type": kind, "detail": "", "errors": errors})
        self.posted.append((request.url.path, body))
        return httpx2.Response(200, json={})


@pytest.fixture
def approval(app: FastAPI, settings: PortalSettings) -> ApprovalStandIn:
    """The stand-in behind the portal."""
    stand_in = ApprovalStandIn()
    app.state.backends = Backends(settings, httpx2.MockTransport(stand_in))
    return stand_in


async def test_a_case_worker_registers_extends_and_ends_a_use(browser: Any, approval: ApprovalStandIn) -> None:
    client = await browser("caseworker-aalborg")
    page = (await client.get(LIST)).text
    assert "I gang: 1" in page
    assert "Registrér akut brug" in page
    typed = {"csrf": await csrf_token(client, f"{LIST}/ny"), "name": " Gården ", "started_on": "2026-11-29"}
    assert (await client.post(f"{LIST}/ny", data={**typed, "persons": "2", "reason": "Brand."})).status_code == 303
    assert (await client.post(f"{LIST}/{USE}/forlaeng", data={**typed, "reason": "Ingen plads."})).status_code == 303
    assert (await client.post(f"{LIST}/{USE}/afslut", data={**typed, "ended_on": "2026-11-30"})).status_code == 303
    begun = {"tilbud_id": None, "name": "Gården", "started_on": "2026-11-29", "persons": 2, "reason": "Brand."}
    assert approval.posted == [
        ("/v1/emergency-uses", begun),
        (f"/v1/emergency-uses/{USE}/extension", {"reason": "Ingen plads."}),
        (f"/v1/emergency-uses/{USE}/end", {"ended_on": "2026-11-30"}),
    ]


async def test_what_is_refused_stands_at_its_field(browser: Any, approval: ApprovalStandIn) -> None:
    client = await browser("officer-aalborg")
    token = await csrf_token(client, LIST)
    refused = await client.post(f"{LIST}/{USE}/forlaeng", data={"csrf": token, "reason": " "})
    assert refused.status_code == 422
    assert f'<a href="#reason-{USE}">Begrundelse: Feltet skal udfyldes.</a>' in refused.text
    again = await client.post(f"{LIST}/ny", data={"csrf": token, "name": "Gården", "persons": "to", "reason": ""})
    assert '<a href="#reason">' in again.text
    assert 'value="to"' in again.text
    assert approval.posted == []


@pytest.mark.usefixtures("approval")
async def test_who_supervises_sees_and_changes_nothing(browser: Any) -> None:
    client = await browser("officer-nord-a")
    page = (await client.get(LIST)).text
    assert "I gang: 1" in page
    assert "forlaeng" not in page
    assert (await client.get(f"{LIST}/ny")).status_code == 403
    assert (await (await browser("reporter-solsikken")).get(LIST)).status_code == 403


@pytest.mark.usefixtures("approval")
async def test_officers_see_which_approvals_are_not_used(browser: Any) -> None:
    page = (await (await browser("officer-nord-a")).get("/tilsyn/ubrugte-godkendelser")).text
    assert "01.11.2027" in page
    assert "Ikke varslet endnu" in page
    other = await (await browser("caseworker-aalborg")).get("/tilsyn/ubrugte-godkendelser")
    assert other.status_code == 403
