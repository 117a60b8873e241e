"""Approving a transferred application."""

import json
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import hidden_value

PAGE = "/opret/ansoegninger/CRV-1"
CPR = "010180-0000"


class Reporting(EveryService):
    """The services, which note what was sent to reporting."""

    def __init__(self) -> None:
        super().__init__("Almindelig tekst")
        self.sent: list[tuple[str, Any, str | None]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "PUT":
            self.sent.append((request.url.path, json.loads(request.content), request.headers.get("if-match")))
        return super().__call__(request)


@pytest.fixture
def reporting(app: FastAPI, settings: PortalSettings) -> Reporting:
    """What was sent."""
    services = Reporting()
    app.state.backends = Backends(settings, httpx2.MockTransport(services))
    return services


async def test_the_officer_sees_what_was_transferred_and_adds_the_number(
    officer: httpx2.AsyncClient, reporting: Reporting
) -> None:
    shown = await officer.get(PAGE)
    assert "overført af Socialtilsyn Nord" in shown.text
    fields = {"csrf": hidden_value(shown.text, "csrf"), "etag": hidden_value(shown.text, "etag"), "leader_cpr": CPR}
    answer = await officer.post(PAGE, data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert reporting.sent == [("/v1/tilbud/CRV-1/leader-cpr", {"cpr": CPR}, '"c"')]


@pytest.mark.parametrize("refusal", [422, 412])
async def test_a_number_that_is_refused_never_comes_back(
    officer: httpx2.AsyncClient, reporting: Reporting, refusal: int
) -> None:
    csrf = hidden_value((await officer.get(PAGE)).text, "csrf")
    reporting.refusal = refusal
    answer = await officer.post(PAGE, data={"csrf": csrf, "etag": '"c"', "leader_cpr": CPR})
    assert answer.status_code == refusal
    assert CPR not in answer.text
    assert CPR.replace("-", "") not in answer.text


@pytest.mark.usefixtures("reporting")
async def test_who_may_neither_create_nor_report_is_told(browser: Any) -> None:
    answer = await (await browser("officer-nord-basic")).get(PAGE)
    assert answer.status_code == 403
