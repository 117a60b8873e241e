"""Change of authority on the pages: options with reasons, what is typed stays, what came of it, taking it back."""

import json
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.database import Database
from contracts.testing.factories import (
    authority_assigned,
    case_opened,
    case_returned,
    handover_settled,
    submission_sent,
    tilbud_created,
)
from portal.clients import Backends
from portal.models import Case
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.overview.overview_rows import NORD, SYD, consume
from services.portal.tests.pages import csrf_token, text_of

PAGE = "/godkend/tilbud/CRV-1/myndighed"
SUBJECT = "/godkend/tilbud/CRV-1"


class Jurisdiction(EveryService):
    """Answers about handovers; ``posted`` is what was asked for, ``problem`` the slug of what is refused."""

    def __init__(self) -> None:
        super().__init__("Almindelig tekst")
        self.posted: list[tuple[str, Any]] = []
        self.problem = ""
        self.givers: list[str] = []
        self.options = [{"authority": SYD, "name": "Socialtilsyn Syd", "because": "Hvis koncernen ligger der."}]
        self.state = "applied"

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method != "GET":
            if self.problem:
                kind = f"https://tilbudsportalen.dk/problems/{self.problem}"
                return httpx2.Response(409, json={"type": kind, "detail": "Det er for sent.", "errors": []})
            self.posted.append((request.url.path, json.loads(request.content)))
            return httpx2.Response(202, json={"id": "h1", "state": "pending"})
        return super().__call__(request)

    def _authority(self) -> dict[str, Any]:
        return super()._authority() | {"name": "Socialtilsyn Nord", "givers": self.givers}

    def _handover_options(self) -> dict[str, Any]:
        return {"items": self.options}

    def _handover(self) -> dict[str, Any]:
        return super()._handover() | {"state": self.state}


@pytest.fixture
def services(app: FastAPI, settings: PortalSettings) -> Jurisdiction:
    stand_in = Jurisdiction()
    app.state.backends = Backends(settings, httpx2.MockTransport(stand_in))
    return stand_in


async def test_the_options_have_their_reasons_and_one_is_chosen(
    officer: httpx2.AsyncClient, services: Jurisdiction
) -> None:
    shown = await officer.get(PAGE)
    assert "Socialtilsyn Syd" in shown.text
    assert "Hvis koncernen ligger der." in shown.text
    typed = {"csrf": await csrf_token(officer, PAGE), "to": SYD, "reason": "Koncernen."}
    answer = await officer.post(PAGE, data=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}/h1")
    assert services.posted == [("/v1/tilbud/CRV-1/handover", {"to": SYD, "reason": "Koncernen."})]
    assert "1 sag er fulgt med." in text_of((await officer.get(f"{PAGE}/h1")).text)


async def test_of_many_options_the_kommuner_stand_in_a_list(
    officer: httpx2.AsyncClient, services: Jurisdiction
) -> None:
    services.options += [
        {"authority": f"kommune-{code:04}", "name": f"Kommune {code}", "because": "Ved aftale."}
        for code in range(101, 120)
    ]
    shown = (await officer.get(PAGE)).text
    assert '<option value="kommune-0102"' in shown
    assert 'id="to-kommune-0101"' in shown
    typed = {"csrf": await csrf_token(officer, PAGE), "to": "kommune", "kommune": "kommune-0110", "reason": "Aftale."}
    await officer.post(PAGE, data=typed)
    assert services.posted[0][1]["to"] == "kommune-0110"


async def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    officer: httpx2.AsyncClient, services: Jurisdiction
) -> None:
    token = await csrf_token(officer, PAGE)
    answer = await officer.post(PAGE, data={"csrf": token, "reason": "Det er aftalt."})
    assert answer.status_code == 422
    assert '<a href="#to">Vælg, hvilken myndighed der skal have tilsynet.</a>' in answer.text
    assert "Det er aftalt.</textarea>" in answer.text
    answer = await officer.post(PAGE, data={"csrf": token, "to": SYD})
    assert f'value="{SYD}" aria-describedby="to-{SYD}-hvorfor" checked' in answer.text
    assert '<a href="#reason">' in answer.text
    assert services.posted == []


@pytest.mark.parametrize("problem", ["handover-pending", "authority-changed"])
async def test_who_comes_second_reads_why_and_keeps_the_reason(
    officer: httpx2.AsyncClient, services: Jurisdiction, problem: str
) -> None:
    services.problem, token = problem, await csrf_token(officer, PAGE)
    answer = await officer.post(PAGE, data={"csrf": token, "to": SYD, "reason": "Koncernen."})
    assert answer.status_code == 409
    assert "Det er for sent." in answer.text
    assert "Koncernen.</textarea>" in answer.text


@pytest.mark.parametrize(
    ("state", "words"), [("refused", "Tilsynet er ikke skiftet"), ("pending", "Se, om det er sket")]
)
async def test_what_did_not_come_about_is_said(
    officer: httpx2.AsyncClient, services: Jurisdiction, state: str, words: str
) -> None:
    services.state = state
    assert words in (await officer.get(f"{PAGE}/h1")).text


async def test_who_gave_it_away_takes_it_back(officer: httpx2.AsyncClient, services: Jurisdiction) -> None:
    services.givers, services.options = [NORD], []
    assert "Træk tilsynet tilbage" in (await officer.get(PAGE)).text
    typed = {"csrf": await csrf_token(officer, PAGE), "reason": "Koncernen er opløst."}
    answer = await officer.post(f"{PAGE}/tilbage", data=typed)
    assert answer.status_code == 303
    assert services.posted == [("/v1/tilbud/CRV-1/take-back", {"reason": "Koncernen er opløst."})]


async def test_everybody_who_gave_it_away_finds_it_with_the_way_to_take_it_back(
    officer: httpx2.AsyncClient, database: Database, services: Jurisdiction
) -> None:
    """Nord gave it to Syd, and Syd to Midt."""
    assert services.posted == []
    await consume(database, tilbud_created("CRV-1"), authority_assigned("CRV-1", authority=NORD))
    assert f'href="{PAGE}"' in (await officer.get(SUBJECT)).text
    await consume(database, authority_assigned("CRV-1", 2, SYD, previous=NORD, givers=[NORD]))
    await consume(database, authority_assigned("CRV-1", 3, "socialtilsyn-midt", previous=SYD, givers=[NORD, SYD]))
    assert "Solsikken" in (await officer.get("/godkend")).text
    shown = (await officer.get(SUBJECT)).text
    assert f'href="{PAGE}"' in shown
    assert "Indberet for tilbuddet" not in shown


async def test_cases_that_moved_are_the_others_in_the_lists(database: Database) -> None:
    report = submission_sent("CRV-1")
    await consume(database, tilbud_created("CRV-1"), report, case_opened(of=report), case_returned(of=report))
    settled = handover_settled("CRV-1", cases=[report.submission_id])
    await consume(database, settled)
    async with database.read() as session:
        assert (await session.get_one(Case, report.submission_id)).authority == SYD


async def test_a_case_that_moved_says_whose_it_is_and_keeps_the_reason(
    officer: httpx2.AsyncClient, services: Jurisdiction
) -> None:
    token, services.problem = await csrf_token(officer, "/opret"), "decided-elsewhere"
    typed = {"csrf": token, "verdict": "reject", "reason:contact": "Adressen passer ikke."}
    answer = await officer.post("/godkend/sager/s1/afgoerelse/contact", data=typed)
    assert answer.status_code == 409
    assert "Almindelig tekst afgør sagen" in answer.text
    assert "Adressen passer ikke." in answer.text


async def test_who_may_not_change_authorities_has_no_page(browser: Any, services: Jurisdiction) -> None:
    basic = await browser("officer-nord-basic")
    assert (await basic.get(PAGE)).status_code == 403
    assert services.posted == []
