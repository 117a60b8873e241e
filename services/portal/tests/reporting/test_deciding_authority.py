"""The last page before a report is sent says who will decide it and why, and whose approval ends by that."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import text_of

PAGE = "/indberet/tilbud/CRV-1/opsummering"
NORD, AALBORG = "socialtilsyn-nord", "kommune-0851"
BEFORE = {"legal_bases": ["botilbud-laengerevarende"], "primary_legal_basis": "botilbud-laengerevarende"}
AFTER = {"legal_bases": ["beskyttet-beskaeftigelse"], "primary_legal_basis": "beskyttet-beskaeftigelse"}
PLACE = {"address": {"municipality": "0851"}}


class Services(EveryService):
    """A report that changes the type; ``answer`` is what jurisdiction says, ``asked`` what it was asked."""

    def __init__(self) -> None:
        super().__init__("Tekst")
        self.asked: list[dict[str, Any]] = []
        self.answer: httpx2.Response = httpx2.Response(
            200, json={"authority": AALBORG, "explanation": "Typen hører under kommunen."}
        )
        self.sent, self.initial, self.givers = True, False, list[str]()
        self.agreements: list[dict[str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/v1/authority":
            self.asked.append(json.loads(request.content))
            return self.answer
        if request.url.path.endswith("/agreements"):
            return httpx2.Response(200, json={"items": self.agreements})
        return super().__call__(request)

    def _authority(self) -> dict[str, Any]:
        return super()._authority() | {"name": "Socialtilsyn Nord", "because": "Overdraget.", "givers": self.givers}

    def _summary(self) -> dict[str, Any]:
        summary = super()._summary()
        data = {"company": (BEFORE, AFTER, self.sent), "contact": (PLACE, {"address": {"municipality": "0101"}}, False)}
        for state in summary["steps"]:
            for key in state["keys"]:
                if key["step"] in data:
                    key["old"], key["new"], key["sent"] = data[key["step"]]
        sends = ["company"] if self.sent else ["values"]
        return summary | {"initial": self.initial, "obstacles": [], "sends": sends, "returned": []}


@pytest.fixture
def services(app: FastAPI, settings: PortalSettings) -> Services:
    stand_in = Services()
    app.state.backends = Backends(settings, httpx2.MockTransport(stand_in))
    return stand_in


@pytest.fixture
async def reporter(browser: Callable[..., Any]) -> httpx2.AsyncClient:
    client: httpx2.AsyncClient = await browser("reporter-solsikken")
    return client


async def page_text(client: httpx2.AsyncClient) -> str:
    answer = await client.get(PAGE)
    assert answer.status_code == 200
    return " ".join(text_of(answer.text).split())


@pytest.mark.usefixtures("services")
async def test_a_change_to_another_kind_of_authority_says_that_the_approval_ends(
    reporter: httpx2.AsyncClient,
) -> None:
    shown = await page_text(reporter)
    assert "Godkendelsen fra Socialtilsyn Nord ophører" in shown
    assert "Typen hører under kommunen." in shown
    assert "send dem til godkendelse hos Aalborg Kommune." in shown
    assert "ikke offentligt, før Aalborg Kommune selv har godkendt det ved et tilsyn" in shown


async def test_it_is_asked_with_what_is_sent_and_for_the_rest_with_what_is_approved(
    reporter: httpx2.AsyncClient, services: Services
) -> None:
    await page_text(reporter)
    services.sent = False
    await page_text(reporter)
    asked = [(each["legal_bases"], each["municipality"]) for each in services.asked]
    assert asked == [(AFTER["legal_bases"], "0851"), (BEFORE["legal_bases"], "0851")]


async def test_a_first_report_ends_no_approval(reporter: httpx2.AsyncClient, services: Services) -> None:
    services.initial = True
    shown = await page_text(reporter)
    assert "ophører" not in shown
    assert "Aalborg Kommune afgør indberetningen. Typen hører under kommunen." in shown


async def test_another_authority_of_the_same_kind_keeps_the_approval(
    reporter: httpx2.AsyncClient, services: Services
) -> None:
    services.answer = httpx2.Response(200, json={"authority": "socialtilsyn-syd", "explanation": "Flyttet."})
    shown = await page_text(reporter)
    assert "ophører" not in shown
    assert "Socialtilsyn Syd afgør indberetningen. Flyttet." in shown


async def test_what_was_handed_over_stays_with_who_has_it(reporter: httpx2.AsyncClient, services: Services) -> None:
    services.givers = [AALBORG]
    shown = await page_text(reporter)
    assert "ophører" not in shown
    assert "Socialtilsyn Nord afgør indberetningen. Overdraget." in shown


async def test_agreements_of_today_are_told(reporter: httpx2.AsyncClient, services: Services) -> None:
    period = {"valid_from": "2020-01-01", "valid_to": None}
    services.agreements = [
        {"type": "delegation", "authority": "socialtilsyn-syd", **period},
        {"type": "all-places", "authority": "kommune-0101", **period | {"valid_to": "2020-12-31"}},
    ]
    await page_text(reporter)
    assert services.asked[0]["delegated_to"] == "socialtilsyn-syd"
    assert "all_places_municipality" not in services.asked[0]


async def test_where_nobody_can_be_named_the_reason_is_told(reporter: httpx2.AsyncClient, services: Services) -> None:
    kind = "https://tilbudsportalen.dk/problems/no-authority-found"
    error = {"pointer": "/municipality", "code": "outside-division", "detail": "Der fører ingen tilsyn."}
    services.answer = httpx2.Response(422, json={"type": kind, "detail": "x", "errors": [error]})
    shown = await page_text(reporter)
    assert "Det kræver afgørelse, hvilken myndighed der skal behandle indberetningen" in shown
    assert "Der fører ingen tilsyn." in shown


@pytest.mark.parametrize("status", [422, 503])
async def test_the_page_stands_when_nobody_answers(
    reporter: httpx2.AsyncClient, services: Services, status: int
) -> None:
    services.answer = httpx2.Response(status, json={"type": "https://tilbudsportalen.dk/problems/invalid"})
    shown = await page_text(reporter)
    assert "send dem til godkendelse hos" in shown
    assert "ophører" not in shown
