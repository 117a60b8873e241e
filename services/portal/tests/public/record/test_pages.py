"""The page of a tilbud over HTTP: now, on an earlier day, for who is signed in."""

import json
import re
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.clock import today
from contracts.testing.factories import intensified
from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.conftest import PORTAL
from services.portal.tests.pages import text_of
from services.portal.tests.public.record.records import record, single, tilsyn

PATH = "/tilbud/CRV-1"
Answers = dict[str, httpx2.Response]


@pytest.fixture
def answers(app: FastAPI, settings: PortalSettings) -> Answers:
    """What publication answers, by path and query; the record of the example unless something else is put there."""
    answers: Answers = {f"/v1{PATH}": httpx2.Response(200, json=record(tilsyn=tilsyn()))}

    def publication(request: httpx2.Request) -> httpx2.Response:
        address = request.url.raw_path.decode()
        return answers.get(address) or httpx2.Response(404, json={})

    app.state.backends = Backends(settings, httpx2.MockTransport(publication))
    return answers


def problem(slug: str, status: int, **members: Any) -> httpx2.Response:
    document = {"type": f"https://tilbudsportalen.dk/problems/{slug}", "detail": "x", "errors": [], **members}
    return httpx2.Response(status, json=document)


@pytest.mark.usefixtures("answers")
async def test_the_page_begins_with_what_people_ask(browser: Any) -> None:
    page = await (await browser()).get(PATH)
    assert page.status_code == 200
    text = " ".join(text_of(page.text).split())
    assert (
        text.index("er et længerevarende botilbud")
        < text.index("Ledige pladser og priser")
        < text.index("Afdeling Nord")
    )
    for href in ("tel:+4598000000", "mailto:post@kornblomsten.example", "https://kornblomsten.example"):
        assert f'href="{href}"' in page.text
    assert 'href="/sammenlign?id=CRV-1"' in page.text
    assert "1 pladser" not in text
    assert '<button class="star' not in page.text


@pytest.mark.usefixtures("answers")
async def test_r21_who_is_signed_in_has_a_star(browser: Any) -> None:
    page = await (await browser("reporter-solsikken")).get(PATH)
    assert 'action="/foelg/CRV-1"' in page.text
    assert f'name="back" value="{PATH}#foelg-CRV-1"' in page.text


async def test_search_engines_are_told_what_it_is_and_text_stays_text(browser: Any, answers: Answers) -> None:
    answers[f"/v1{PATH}"] = httpx2.Response(200, json=single(name="</script><b>Sol"))
    page = (await (await browser()).get(PATH)).text
    [written] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    told = json.loads(written)
    assert told["name"] == "</script><b>Sol"
    assert told["address"]["addressLocality"] == "Aalborg"
    assert told["url"] == f"{PORTAL}{PATH}"
    assert f'<link rel="canonical" href="{PORTAL}{PATH}">' in page


async def test_words_are_explained(browser: Any, answers: Answers) -> None:
    period = intensified(today(), today()).model_dump(mode="json", by_alias=True)
    answers[f"/v1{PATH}"] = httpx2.Response(200, json=single(tilsyn=tilsyn(), intensified=period))
    text = text_of((await (await browser()).get(PATH)).text)
    assert "Skærpet tilsyn betyder" in text
    assert "Får borgerne" not in text  # A theme that the tilsyn does not judge.
    assert "Har medarbejderne den uddannelse" in text
    assert "Taksten er det, som kommunen betaler" in text


async def test_an_earlier_day_has_a_banner(browser: Any, answers: Answers) -> None:
    answers[f"/v1{PATH}?as_of=2026-03-31"] = httpx2.Response(200, json=record(name="Gammelt navn"))
    page = await (await browser()).get(f"{PATH}?as_of=2026-03-31")
    assert page.status_code == 200
    assert "Sådan så siden ud den 31. marts 2026" in page.text
    assert "<h1>Gammelt navn</h1>" in page.text
    assert "application/ld+json" not in page.text
    assert f'<link rel="canonical" href="{PORTAL}{PATH}">' in page.text


@pytest.mark.parametrize(
    ("day", "status", "told"),
    [
        ("2020-01-01", 404, "Tilbuddet var ikke offentligt den dag."),
        ("0001-01-01", 404, "Tilbuddet var ikke offentligt den dag."),
        ("2025-05-05", 404, "Tilbuddet var ikke offentligt den dag."),
        ("2026-02-30", 422, "Skriv datoen som dag, måned og år"),
        ("i går", 422, "Skriv datoen som dag, måned og år"),
        ("2999-01-01", 422, "Vælg en dato, der ikke ligger ude i fremtiden."),
    ],
)
async def test_a_day_that_cannot_be_shown_is_asked_again(
    browser: Any, answers: Answers, day: str, status: int, told: str
) -> None:
    # Between two times when it was public.
    answers[f"/v1{PATH}?as_of=2025-05-05"] = problem("tilbud-gone", 410)
    page = await (await browser()).get(PATH, params={"as_of": day})
    assert page.status_code == status
    assert f'<a href="#as_of">{told}' in page.text
    assert f'name="as_of" value="{day}"' in page.text


GONE = {
    "name": "Solsikken",
    "reason": "ceased",
    "since": "2026-11-03",
    "authority": {"id": "socialtilsyn-nord", "name": "Socialtilsyn Nord"},
}


@pytest.mark.parametrize(
    ("reason", "told"),
    [("ceased", "Tilbuddet er lukket"), ("not-approved", "ikke er godkendt"), ("no-approval", "har godkendt det")],
)
async def test_r89_what_is_gone_says_which_why_and_where_to_go(
    browser: Any, answers: Answers, reason: str, told: str
) -> None:
    answers[f"/v1{PATH}"] = problem("tilbud-gone", 410, removed={**GONE, "reason": reason})
    for address in (PATH, f"{PATH}?as_of=2026-03-31"):
        page = await (await browser()).get(address)
        assert page.status_code == 410
        assert "<h1>Solsikken vises ikke længere på Tilbudsportalen</h1>" in page.text
        assert told in page.text
        assert 'href="/kontakt/socialtilsyn-nord"' in page.text
        assert f'href="{PATH}/historik"' in page.text
        assert 'content="noindex"' in page.text


async def test_the_history_says_what_changed(browser: Any, answers: Answers) -> None:
    change = {"path": "/departments/afd-1/steps/places/vacancies", "old": 0, "new": 2}
    item = {"version": 2, "time": "2026-11-22T23:30:00Z", "method": "PUT", "reason": "vacancies", "changes": [change]}
    answers[f"/v1{PATH}/changes"] = httpx2.Response(200, json={"items": [item], "next": "ab c"})
    page = await (await browser()).get(f"{PATH}/historik")
    assert page.status_code == 200
    assert "Afdeling Nord: Ledige pladser: fra 0 pladser til 2 pladser" in page.text
    # Half past midnight in Denmark.
    assert f'href="{PATH}?as_of=2026-11-23"' in page.text
    assert f'href="{PATH}/historik?cursor=ab%20c"' in page.text


async def test_the_history_of_what_is_gone_has_no_content(browser: Any, answers: Answers) -> None:
    change = {"path": "/steps/contact/phone", "old": "98000000", "new": "98000009"}
    item = {"version": 2, "time": "2026-11-22T10:00:00Z", "method": "PUT", "reason": "approved", "changes": [change]}
    answers[f"/v1{PATH}/changes"] = httpx2.Response(200, json={"items": [item], "next": None})
    answers[f"/v1{PATH}"] = problem("tilbud-gone", 410, removed=GONE)
    page = await (await browser()).get(f"{PATH}/historik")
    assert page.status_code == 200
    assert "Telefon" in page.text
    assert "98000009" not in page.text
    assert "as_of" not in page.text


@pytest.mark.usefixtures("answers")
async def test_what_never_was_public_has_no_history(browser: Any) -> None:
    assert (await (await browser()).get("/tilbud/CRV-9/historik")).status_code == 404
    assert (await (await browser()).get("/tilbud/CRV-9")).status_code == 404


async def test_earlier_tilsyn_are_listed_and_the_latest_is_not_repeated(browser: Any, answers: Answers) -> None:
    by = {"authority": {"id": "socialtilsyn-nord", "name": "Socialtilsyn Nord"}}
    before = tilsyn(
        tilsyn_id="t0", decided_on="2025-05-01", orders=[{"id": "p1", "text": "Ret døren.", "deadline": None}]
    )
    found = {"items": [{**tilsyn(), **by}, {**before, **by}], "next": None}
    answers[f"/v1{PATH}/tilsyn"] = httpx2.Response(200, json=found)
    page = (await (await browser()).get(PATH)).text
    assert page.count("<summary>Læs mere") == 1
    assert "<strong>01.05.2025</strong> Godkendt, anmeldt tilsyn ved Socialtilsyn Nord" in page
    assert "Ret døren." in page


@pytest.mark.usefixtures("answers")
async def test_the_way_back_is_the_search_that_one_came_from(browser: Any) -> None:
    client = await browser()
    page = await client.get(PATH, headers={"referer": f"{PORTAL}/soeg?q=sol&target_group=autism"})
    assert 'href="/soeg?q=sol&amp;target_group=autism' in page.text.replace(
        "target_group=autism&amp;q=sol", "q=sol&amp;target_group=autism"
    )
    elsewhere = await client.get(PATH, headers={"referer": "https://ond.example/soeg?q=sol"})
    assert '<a class="breadcrumbs__link" href="/soeg">Søg tilbud</a>' in elsewhere.text
