"""Forms of officers and the search, as far as the portal itself refuses what was typed: no service is asked."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings

CPR = "010180-0000"
EMPTY: dict[str, object] = {"items": [], "next": None, "total": 0, "facets": {}}


async def token(client: httpx2.AsyncClient, path: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', (await client.get(path)).text)
    assert found
    return found[1]


@pytest.fixture
async def officer(browser: Callable[[str], Awaitable[httpx2.AsyncClient]]) -> httpx2.AsyncClient:
    return await browser("officer-nord-a")


async def test_nothing_is_created_while_something_is_missing(officer: httpx2.AsyncClient) -> None:
    typed = {"csrf": await token(officer, "/opret"), "name": "<Solsikken>", "leader_cpr": CPR, "other_contact": "yes"}
    answer = await officer.post("/opret", data=typed)
    assert answer.status_code == 422
    assert '<a href="#street">Vej og husnummer: Feltet skal udfyldes.</a>' in answer.text
    assert '<a href="#contact_name">' in answer.text
    assert '<a href="#name">' not in answer.text
    assert 'value="&lt;Solsikken&gt;"' in answer.text
    assert CPR not in answer.text


@pytest.mark.parametrize(("kind", "asked"), [("municipal", "operator_municipality"), ("regional", "operator_region")])
async def test_a_public_operator_says_which_one_it_is(officer: httpx2.AsyncClient, kind: str, asked: str) -> None:
    typed = {"csrf": await token(officer, "/opret"), "operator_kind": kind}
    text = (await officer.post("/opret", data=typed)).text
    wanted = {name for name in ("operator_municipality", "operator_region") if f'<a href="#{name}">' in text}
    assert wanted == {asked}


async def test_a_tilsyn_needs_its_answer_and_numbers_for_scores(browser: Any) -> None:
    client = await browser("officer-aalborg")
    typed = {"csrf": await token(client, "/tilsyn/opret/CRV-1"), "score-economy": "fire", "conclusion": "Godt."}
    answer = await client.post("/tilsyn/opret/CRV-1", data=typed)
    assert answer.status_code == 422
    assert '<a href="#decision">' in answer.text
    assert '<a href="#score-economy">Skriv karakteren som et tal fra 1 til 5.</a>' in answer.text
    assert "Godt.</textarea>" in answer.text


async def test_a_choice_that_is_none_is_not_found(officer: httpx2.AsyncClient) -> None:
    typed = {"csrf": await token(officer, "/opret"), "verdict": "perhaps"}
    assert (await officer.post("/godkend/sager/s1/afgoerelse/contact", data=typed)).status_code == 404


async def test_a_search_tells_what_it_could_not_use(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    asked: list[httpx2.Request] = []

    def publication(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json=EMPTY)

    app.state.backends = Backends(settings, httpx2.MockTransport(publication))
    client = await browser()
    wrong = await client.get("/soeg?rate_max=mange&q=sol")
    assert wrong.status_code == 422
    assert '<a href="#rate_max">Skriv et beløb i kroner.</a>' in wrong.text
    right = await client.get("/soeg?rate_max=1.250,50&target_group=autism")
    assert right.status_code == 200
    assert dict(asked[-1].url.params) == {"target_group": "autism", "rate_max": "125050", "limit": "20"}
    assert "rate_max" not in dict(asked[0].url.params)
