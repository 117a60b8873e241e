"""The cases of one tilbud, as its authority sees them."""

import re
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import text_of


class Cases(EveryService):
    """The services, with three cases in each state whose dates are in no order."""

    def __init__(self) -> None:
        super().__init__("Solsikken")
        self.own: dict[str, Any] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path != "/v1/cases":
            return super().__call__(request)
        dates = [f"2026-11-0{day}T10:00:00Z" for day in (2, 3, 1)]
        cases = [self.case() | dict.fromkeys(("submitted_at", "decided_at", "closed_at"), day) for day in dates]
        return httpx2.Response(200, json={"items": [case | self.own for case in cases], "next": None})


@pytest.fixture
def cases(app: FastAPI, settings: PortalSettings) -> Cases:
    """The services behind the portal."""
    services = Cases()
    app.state.backends = Backends(settings, httpx2.MockTransport(services))
    return services


def dates_of(page: str, section: str) -> list[str]:
    """Return the days that the first column of a list shows."""
    part = page.partition(f'<section aria-labelledby="{section}">')[2].partition("</section>")[0]
    return re.findall(r"<td[^>]*>(\d\d)\.11\.2026", part)


@pytest.mark.usefixtures("cases")
async def test_each_list_stands_in_the_order_of_the_date_that_it_shows(officer: httpx2.AsyncClient) -> None:
    shown = (await officer.get("/godkend/tilbud/CRV-1")).text
    assert dates_of(shown, "afventer") == ["01", "02", "03"]
    assert dates_of(shown, "rettelser") == dates_of(shown, "afsluttede") == ["03", "02", "01"]


async def test_a_case_that_others_decide_says_who_and_why(officer: httpx2.AsyncClient, cases: Cases) -> None:
    cases.own = {"can_open": False, "authority_name": "Socialtilsyn Syd", "explanation": "Tilbuddet flytter."}
    shown = (await officer.get("/godkend/tilbud/CRV-1")).text
    assert "Afgøres af Socialtilsyn Syd. Tilbuddet flytter." in text_of(shown)
    assert "Gå til sag" not in shown
