"""The overview of a tilbud, and the list, for those who report."""

from typing import Any

import pytest

from services.portal.tests.reporting.stand_in import TILBUD, ReportingStandIn


@pytest.mark.parametrize(("status", "offered"), [("approved", True), ("ceased", False)])
async def test_no_report_is_offered_for_a_tilbud_that_has_ceased(
    browser: Any, reporting: ReportingStandIn, status: str, *, offered: bool
) -> None:
    reporting.tilbud = TILBUD | {
        "status": status,
        "operator": {"kind": "private", "cvr": "99000015", "name": "Blomsterengen ApS"},
        "primary_legal_basis": "botilbud-laengerevarende",
        "leader_cpr": {"missing": False},
        "submissions": [],
    }
    client = await browser("reporter-solsikken")
    step = await client.get("/indberet/tilbud/CRV-1/trin/values")
    assert step.status_code == (200 if offered else 409)
    assert ("der er ophørt" in step.text) is not offered
    text = (await client.get("/indberet/tilbud/CRV-1")).text
    assert ("/indberet/tilbud/CRV-1/start" in text) is offered
    assert ("der kan ikke indberettes" in text) is not offered
    assert "Hvorfor er tilbuddet ikke offentligt?" in text
    assert "<strong>Mangler:</strong> Der er endnu ikke registreret et tilsyn." in text


async def test_who_has_no_tilbud_reads_why_and_whom_to_ask(browser: Any) -> None:
    answer = await (await browser("no-tilbud")).get("/indberet")
    assert answer.status_code == 403
    assert "ikke oprettet et tilbud for din organisation" in answer.text
    assert "Kontakt dit socialtilsyn eller din kommune" in answer.text
