"""What an officer sees of a budget and an annual report in a case: side by side, and the auditor's statement."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.approval.stand_in import CASE, NO_CHOICE, ApprovalStandIn
from services.portal.tests.economy_answers import economy

OLD, NEW = "01970000-0000-7000-8000-000000000001", "01970000-0000-7000-8000-000000000002"
PDF = b"%PDF-1.7 %%EOF"


class BudgetStandIn(ApprovalStandIn):
    """A case with the budget of a crisis centre; ``is_away`` takes reporting away."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        beside: dict[str, Any] = {"fields": [], "proposed": None, "earlier": None}
        self.steps["budget"] = {"step": "budget", "title": "Budget", **NO_CHOICE, **beside, "etag": '"budget-1"'}
        section = self._section("budget", "Budget")
        audited = {"rate_audited": True, "rate_audited_on": "2026-02-20", "rate_auditor": "Revision Nord"}
        section["old"] = {**section["new"], **audited, "rate_statement": OLD}
        section["new"] = {**section["new"], **audited, "rate_statement": NEW}
        self.sections.append(section)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path.endswith("/economy"):
            return httpx2.Response(503) if self.is_away else httpx2.Response(200, json=economy())
        if path == f"/v1/tilbud/CRV-1/files/{NEW}":
            assert request.headers["authorization"].startswith("Bearer ey")
            return httpx2.Response(200, content=PDF)
        if "/files/" in path:
            kind = "https://tilbudsportalen.dk/problems/not-found"
            return httpx2.Response(404, json={"type": kind, "detail": "Findes ikke.", "errors": []})
        return super().__call__(request)


@pytest.fixture
def approval(app: FastAPI, settings: PortalSettings) -> BudgetStandIn:
    stand_in = BudgetStandIn()
    app.state.backends = Backends(settings, httpx2.MockTransport(stand_in))
    return stand_in


async def test_p7_the_case_shows_the_year_that_it_reports(officer: httpx2.AsyncClient, approval: BudgetStandIn) -> None:
    text = (await officer.get(CASE)).text
    assert "<h3>Budget og årsrapport 2025</h3>" in text
    assert "Budget og årsrapport 2026" not in text
    assert ">-150 %</td>" in text
    assert '<a href="/oekonomi/tilbud/CRV-1">' in text
    approval.is_away = True
    answer = await officer.get(CASE)
    assert answer.status_code == 200
    assert "<h3>Budget og årsrapport" not in answer.text


async def test_l4_the_officer_fetches_the_statement_of_either_round(
    officer: httpx2.AsyncClient, approval: BudgetStandIn
) -> None:
    text = (await officer.get(CASE)).text
    for each in (OLD, NEW):
        assert f'<a href="{CASE}/filer/{each}" download>Vedlagt (PDF)</a>' in text
    answer = await officer.get(f"{CASE}/filer/{NEW}")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert (await officer.get(f"{CASE}/filer/{OLD}")).status_code == 404
    assert approval.seen == []
