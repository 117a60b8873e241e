"""The work list of an authority in a browser: filters that stay, boxes of trivial cases, and what becomes of them."""

import html
import json
import re
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from fastapi import FastAPI

from chassis.database import Database
from contracts.testing.factories import tilbud_created
from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.overview.overview_rows import consume
from services.portal.tests.pages import csrf_token, hidden_value, text_of

LIST = "/godkend/arbejdsliste"
FILTERED = f"{LIST}?q=sol&sort=age&state=all&risk=trivial&worked_on=me"


class Approval(EveryService):
    """The services, with what was asked of the work list and what was sent to it."""

    def __init__(self) -> None:
        super().__init__("Solsikken")
        self.asked: list[dict[str, str]] = []
        self.sent: list[Any] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/v1/work-list":
            self.asked.append(dict(request.url.params))
        if request.url.path == "/v1/work-list/approvals":
            self.sent.append((json.loads(request.content), request.headers["idempotency-key"]))
        return super().__call__(request)


@pytest.fixture
def approval(app: FastAPI, settings: PortalSettings) -> Approval:
    """The services behind the portal."""
    services = Approval()
    app.state.backends = Backends(settings, httpx2.MockTransport(services))
    return services


@pytest.mark.usefixtures("approval")
async def test_a_case_says_how_urgent_it_is_who_works_on_it_and_what_is_left(officer: httpx2.AsyncClient) -> None:
    said = " ".join(text_of((await officer.get(LIST)).text).split())
    for words in (
        "Høj",
        "8 dage",
        "2 af 3",
        "Solsikken, Solsikken, Solsikken, Solsikken og 1 mere",
        "Påbud, frist 01.11.2026 Overskredet",
        "Skærpet tilsyn til 31.01.2027",
        "Sendt 2. gang",
    ):
        assert words in said


@pytest.mark.usefixtures("approval")
async def test_a_case_that_others_decide_says_why_and_has_no_way_in(officer: httpx2.AsyncClient) -> None:
    shown = (await officer.get(f"{LIST}?decided=elsewhere")).text
    row = shown.partition('id="sag-s2"')[2].partition("</tr>")[0]
    assert "Afgøres af Solsikken og kan ikke åbnes her. Solsikken" in text_of(row)
    assert "/godkend/sager/s2" not in shown


async def test_the_filters_are_asked_with_and_stay_on_the_next_page(
    officer: httpx2.AsyncClient, approval: Approval
) -> None:
    first = (await officer.get(FILTERED)).text
    following = html.unescape(re.findall(r'href="([^"]*cursor=[^"]*)">Vis flere', first)[0])
    assert following.startswith(FILTERED)
    await officer.get(following)
    wanted = {"q": "sol", "sort": "age", "decided": "here", "risk": "trivial", "worked_on": "me", "limit": "25"}
    assert approval.asked == [wanted, wanted | {"cursor": "Solsikken"}]
    await officer.get(LIST)
    assert approval.asked[-1] == {"sort": "risk", "state": "awaiting", "decided": "here", "limit": "25"}


@pytest.mark.usefixtures("approval")
async def test_a_star_leads_back_to_the_same_filters_search_page_and_case(
    officer: httpx2.AsyncClient, database: Database
) -> None:
    await consume(database, tilbud_created("CRV-1"))
    here = f"{FILTERED}&cursor=abc"
    shown = (await officer.get(here)).text
    form = {name: html.unescape(hidden_value(shown, name)) for name in ("csrf", "back")}
    followed = await officer.post("/foelg/CRV-1", data=form | {"do": "follow"})
    assert followed.headers["location"] == f"{here}#sag-s1"
    row = (await officer.get(here)).text.partition('id="sag-s1"')[2].partition("</tr>")[0]
    assert 'value="unfollow"' in row


@pytest.mark.usefixtures("approval")
async def test_every_trivial_case_of_the_page_can_be_ticked_without_scripts(officer: httpx2.AsyncClient) -> None:
    shown = (await officer.get(FILTERED)).text
    boxes = re.compile(r'<input [^>]*name="case"[^>]*>')
    assert ["checked" in box for box in boxes.findall(shown)] == [False]
    every = html.unescape(re.findall(r'href="([^"]*select=all[^"]*)"', shown)[0])
    assert dict(parse_qsl(every.partition("#")[0].partition("?")[2])).items() >= {"q": "sol", "select": "all"}.items()
    assert ["checked" in box for box in boxes.findall((await officer.get(every)).text)] == [True]


async def test_the_ticked_cases_are_approved_as_they_were_seen(officer: httpx2.AsyncClient, approval: Approval) -> None:
    shown = (await officer.get(FILTERED)).text
    fields = {name: html.unescape(hidden_value(shown, name)) for name in ("csrf", "command")}
    done = await officer.post(LIST, data=fields | {"back": FILTERED, "case": ['s1 "one"', "broken"]})
    assert approval.sent == [({"cases": [{"id": "s1", "etag": '"one"'}]}, fields["command"])]
    said = " ".join(text_of(done.text).split())
    assert "1 sag er godkendt Solsikken" in said
    assert "2 sager er ikke godkendt Solsikken: Solsikken Ukendt sag: Solsikken" in said
    assert f'href="{html.escape(FILTERED)}"' in done.text


async def test_without_a_tick_nothing_is_sent(officer: httpx2.AsyncClient, approval: Approval) -> None:
    answer = await officer.post(LIST, data={"csrf": await csrf_token(officer, LIST), "back": FILTERED})
    assert (answer.status_code, answer.headers["location"]) == (303, FILTERED)
    elsewhere = await officer.post(LIST, data={"csrf": await csrf_token(officer, LIST), "back": "//evil.example"})
    assert elsewhere.headers["location"] == LIST
    assert approval.sent == []


async def test_a_search_text_without_end_asks_nobody(officer: httpx2.AsyncClient, approval: Approval) -> None:
    shown = await officer.get(LIST, params={"q": "a" * 201})
    assert "højst være på 200 tegn" in shown.text
    assert approval.asked == []


async def test_who_decides_nothing_has_no_work_list(browser: Any) -> None:
    assert (await (await browser("reporter-solsikken")).get(LIST)).status_code == 403
