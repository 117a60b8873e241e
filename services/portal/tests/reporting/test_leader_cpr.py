"""The leader's CPR number: shown to who says what for, and who saw it, to everybody of the tilbud."""

from typing import Any

import pytest

from services.portal.tests.pages import submitted_by, text_of
from services.portal.tests.reporting.stand_in import TILBUD, ReportingStandIn

PAGE = "/indberet/tilbud/CRV-1/leders-cpr-nummer"
CPR = "010180-0000"
STATE = {"missing": False, "masked": "010180-****", "unreadable": False, "etag": '"c"'}
SEEN = {
    "act": "shown",
    "at": "2026-11-22T10:00:00Z",
    "by": {"name": "Rasmus Toft", "org_name": "Socialtilsyn Nord"},
    "purpose": "certificates",
    "note": "Sag 2026-17",
}


@pytest.fixture
def vault(reporting: ReportingStandIn) -> ReportingStandIn:
    reporting.tilbud = TILBUD | {"leader_cpr": STATE}
    reporting.accesses = [SEEN, SEEN | {"act": "set", "purpose": None, "note": None}]
    return reporting


async def test_the_officer_says_what_for_and_sees_the_number_once(browser: Any, vault: ReportingStandIn) -> None:
    officer = await browser("officer-nord-a")
    shown = await officer.get(PAGE)
    assert "010180-****" in shown.text
    typed = dict(submitted_by(shown)) | {"purpose": "certificates", "note": "Sag 2026-17"}
    answer = await officer.post(PAGE, data=typed)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert CPR in answer.text
    sent = {"purpose": "certificates", "note": "Sag 2026-17"}
    assert vault.saved == [("/v1/tilbud/CRV-1/leader-cpr/views", sent, None)]
    assert CPR not in (await officer.get(PAGE)).text


async def test_a_view_without_a_purpose_is_refused_at_its_fields(browser: Any, vault: ReportingStandIn) -> None:
    officer = await browser("officer-nord-a")
    errors = [
        {"pointer": "/purpose", "code": "invalid-value", "detail": "Værdien er ikke gyldig."},
        {"pointer": "/note", "code": "missing", "detail": "Feltet skal udfyldes."},
    ]
    vault.refusal = (422, "invalid", errors)
    answer = await officer.post(PAGE, data=dict(submitted_by(await officer.get(PAGE))) | {"note": " "})
    said = text_of(answer.text)
    assert answer.status_code == 422
    assert "Formål: Vælg et formål." in said
    assert "Hvad drejer det sig om?: Feltet skal udfyldes." in said
    assert CPR not in answer.text


async def test_the_tilbud_reads_who_saw_it_and_cannot_ask(browser: Any, vault: ReportingStandIn) -> None:
    page = await (await browser("reporter-solsikken")).get(PAGE)
    said = text_of(page.text)
    assert "Rasmus Toft, Socialtilsyn Nord" in said
    assert "Indhentning af straffeattest eller børneattest: Sag 2026-17" in said
    assert "Registrerede nummeret" in said
    assert "Vis nummeret" not in said
    vault.accesses = []
    vault.tilbud = TILBUD | {"leader_cpr": STATE | {"masked": None, "unreadable": True}}
    page = await (await browser("officer-nord-a")).get(PAGE)
    assert "Nummeret kan ikke læses lige nu" in text_of(page.text)
    assert "Vis nummeret" not in text_of(page.text)
