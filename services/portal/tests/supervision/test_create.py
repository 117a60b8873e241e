"""Making and correcting a tilsyn: what was typed comes back, every fault is named, and "Nej" is asked about first."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.clock import today
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


class ApprovalStandIn:
    """Approval as far as the form needs it: it refuses what has no decision, and a score above five."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(200, json=OWN_TILSYN)
        body = json.loads(request.content)
        wrong = ["/decision"] if body["decision"] is None else []
        wrong += [f"/themes/{at}/score" for at, each in enumerate(body["themes"]) if (each["score"] or 0) > 5]
        if wrong:
            return refusal(*wrong)
        self.published.append(body)
        return httpx2.Response(201, json={})


def refusal(*pointers: str) -> httpx2.Response:
    errors = [{"pointer": each, "code": "x", "detail": f"Fejl {number}."} for number, each in enumerate(pointers)]
    document = {"type": "https://tilbudsportalen.dk/problems/invalid", "detail": "Ugyldigt.", "errors": errors}
    return httpx2.Response(422, json=document)


OWN_TILSYN = {
    "id": "0193b7a0-0000-7000-8000-000000000001",
    "tilbud_id": "CRV-1",
    "authority": "kommune-0851",
    "authority_name": "Aalborg Kommune",
    "external": False,
    "version": 1,
    "kind": "unannounced",
    "decided_on": "2026-01-10",
    "visited_on": None,
    "decision": "approved",
    "conclusion": "Et <godt> sted.",
    "themes": [{"theme": "competences", "conclusion": None, "score": 3.5}],
    "orders": [],
    "conditions": [],
    "intensified": None,
}
CORRECT = f"/tilsyn/ret/CRV-1/{OWN_TILSYN['id']}"


@pytest.fixture
def behind(app: FastAPI, settings: PortalSettings) -> Callable[[Any], None]:
    """Put something in the place of the services."""

    def put(service: Any) -> None:
        app.state.backends = Backends(settings, httpx2.MockTransport(service))

    return put


@pytest.fixture
def approval(behind: Any) -> ApprovalStandIn:
    """The stand-in, which tells what was published."""
    stand_in = ApprovalStandIn()
    behind(stand_in)
    return stand_in


async def test_every_fault_is_named_at_once_and_at_its_field(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    typed = {
        "csrf": await csrf_token(officer, OWN),
        "score-economy": "fire",
        "score-competences": "9",
        "conclusion": " Godt. ",
    }
    answer = await officer.post(OWN, data=typed)
    assert answer.status_code == 422
    assert '<a href="#decision">' in answer.text
    assert '<a href="#score-economy">Skriv bedømmelsen som et tal fra 1 til 5.</a>' in answer.text
    assert '<a href="#score-competences">Kompetencer, bedømmelse: Fejl 1.</a>' in answer.text
    assert "Der er 3 fejl" in answer.text
    assert " Godt. </textarea>" in answer.text
    assert approval.published == []


async def test_no_is_asked_about_before_anything_happens(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    typed = {"csrf": await csrf_token(officer, OWN), "decision": "no", "conclusion": "Lukket & slut.\nFarvel."}
    asked = await officer.post(OWN, data=typed)
    assert asked.status_code == 200
    assert "fjernes fra den offentlige søgning?" in asked.text
    assert 'name="conclusion" value="Lukket &amp; slut.\nFarvel."' in asked.text
    assert approval.published == []
    back = await officer.post(OWN, data={**typed, "do": "edit"})
    assert "Lukket &amp; slut.\nFarvel.</textarea>" in back.text
    assert (await officer.post(OWN, data={**typed, "do": "confirmed"})).status_code == 303
    [published] = approval.published
    assert (published["decision"], published["conclusion"]) == ("not-approved", "Lukket & slut.\nFarvel.")


async def test_no_is_not_asked_about_as_long_as_something_is_wrong(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    typed = {"csrf": await csrf_token(officer, OWN), "decision": "no", "score-competences": "9"}
    answer = await officer.post(OWN, data=typed)
    assert answer.status_code == 422
    assert "Der er en fejl" in answer.text
    assert 'id="decision-no" name="decision" value="no" checked' in answer.text
    assert approval.published == []


async def test_yes_is_published_as_it_is(officer: httpx2.AsyncClient, approval: ApprovalStandIn) -> None:
    page = (await officer.get(OWN)).text
    assert f'name="decided_on" value="{today()}"' in page
    assert "8. Tilbuddet har en faglig kompetent ledelse" in page
    typed = {"csrf": await csrf_token(officer, OWN), "decision": "yes", "decided_on": "2026-01-12"}
    answer = await officer.post(OWN, data=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tilsyn/tilbud/CRV-1")
    [published] = approval.published
    assert (published["decision"], published["decided_on"], "version" in published) == ("approved", "2026-01-12", False)


async def test_an_own_tilsyn_is_corrected_in_the_form_that_made_it(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    assert CORRECT in (await officer.get(f"/tilsyn/{OWN_TILSYN['id']}")).text
    page = (await officer.get(CORRECT)).text
    assert "Ret tilsyn med" in page
    assert "Et &lt;godt&gt; sted.</textarea>" in page
    assert 'value="3,5"' in page
    typed = {"csrf": await csrf_token(officer, CORRECT), "decision": "yes", "version": "2"}
    assert (await officer.post(CORRECT, data=typed)).status_code == 303
    [published] = approval.published
    assert (published["tilsyn_id"], published["version"]) == (OWN_TILSYN["id"], 2)


async def test_what_was_transferred_is_not_corrected_here(officer: httpx2.AsyncClient, behind: Any) -> None:
    behind(lambda _: httpx2.Response(200, json=OWN_TILSYN | {"external": True}))
    assert "/tilsyn/ret/" not in (await officer.get(f"/tilsyn/{OWN_TILSYN['id']}")).text
    assert (await officer.get(CORRECT)).status_code == 404


@pytest.mark.parametrize("path", [FOREIGN, UNKNOWN])
async def test_nothing_is_told_of_what_others_supervise(officer: httpx2.AsyncClient, path: str) -> None:
    for answer in (
        await officer.get(path),
        await officer.post(path, data={"csrf": await csrf_token(officer, "/kontakt")}),
    ):
        assert answer.status_code == 404
        assert "Solsikken" not in answer.text


async def test_what_approval_refuses_stands_at_its_field(officer: httpx2.AsyncClient, behind: Any) -> None:
    pointers = ("/themes/0/score", "/themes/1/conclusion", "/conclusion", "/visited_on", "/decided_on")
    behind(lambda _: refusal(*pointers))
    typed = {
        "decision": "yes",
        "theme-economy": " <i>Godt\x0b",
        "score-competences": "9",
        "visited_on": "i går",
    }
    answer = await officer.post(OWN, data={**typed, "csrf": await csrf_token(officer, OWN)})
    assert answer.status_code == 422
    for field in ("score-competences", "theme-economy", "conclusion", "visited_on", "decided_on"):
        assert f'<a href="#{field}">' in answer.text
        assert f'id="{field}-fejl"' in answer.text
    assert " &lt;i&gt;Godt\x0b</textarea>" in answer.text
    assert 'type="text" id="visited_on" name="visited_on" value="i går"' in answer.text
