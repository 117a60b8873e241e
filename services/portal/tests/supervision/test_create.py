"""Making a tilsyn, as far as the portal itself refuses what was typed: no service is asked."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.database import Database
from contracts.testing.factories import authority_assigned, tilbud_created
from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.overview.overview_rows import NORD, consume
from services.portal.tests.pages import csrf_token

OWN, FOREIGN, UNKNOWN = (f"/tilsyn/opret/CRV-{number}" for number in (1, 2, 3))


@pytest.fixture
async def officer(browser: Any, database: Database) -> httpx2.AsyncClient:
    """An officer of a kommune that supervises one tilbud and not the other."""
    await consume(database, tilbud_created("CRV-1"), authority_assigned("CRV-1", authority="kommune-0851"))
    await consume(database, tilbud_created("CRV-2"), authority_assigned("CRV-2", authority=NORD))
    client: httpx2.AsyncClient = await browser("officer-aalborg")
    return client


async def test_a_tilsyn_needs_its_answer_and_numbers_for_scores(officer: httpx2.AsyncClient) -> None:
    typed = {"csrf": await csrf_token(officer, OWN), "score-economy": "fire", "conclusion": " Godt. "}
    answer = await officer.post(OWN, data=typed)
    assert answer.status_code == 422
    assert '<a href="#decision">' in answer.text
    assert '<a href="#score-economy">Skriv karakteren som et tal fra 1 til 5.</a>' in answer.text
    assert " Godt. </textarea>" in answer.text


@pytest.mark.parametrize("path", [FOREIGN, UNKNOWN])
async def test_nothing_is_told_of_what_others_supervise(officer: httpx2.AsyncClient, path: str) -> None:
    for answer in (
        await officer.get(path),
        await officer.post(path, data={"csrf": await csrf_token(officer, "/kontakt")}),
    ):
        assert answer.status_code == 404
        assert "Solsikken" not in answer.text


async def test_what_approval_refuses_stands_at_its_field(
    officer: httpx2.AsyncClient, app: FastAPI, settings: PortalSettings
) -> None:
    pointers = ("/themes/0/score", "/themes/1/conclusion", "/conclusion", "/visited_on")
    errors = [{"pointer": each, "code": "x", "detail": f"Fejl {number}."} for number, each in enumerate(pointers)]
    document = {"type": "https://tilbudsportalen.dk/problems/invalid", "detail": "Ugyldigt.", "errors": errors}
    app.state.backends = Backends(settings, httpx2.MockTransport(lambda _: httpx2.Response(422, json=document)))
    typed = {
        "decision": "yes",
        "theme-economy": " <i>Godt\x0b",
        "score-competences": "9",
        "visited_on": "i går",
    }
    answer = await officer.post(OWN, data={**typed, "csrf": await csrf_token(officer, OWN)})
    assert answer.status_code == 422
    for field in ("score-competences", "theme-economy", "conclusion", "visited_on"):
        assert f'<a href="#{field}">' in answer.text
        assert f'id="{field}-fejl"' in answer.text
    assert " &lt;i&gt;Godt\x0b</textarea>" in answer.text
    assert 'type="text" id="visited_on" name="visited_on" value="i går"' in answer.text
