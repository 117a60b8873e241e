"""The search, as far as the portal itself says what cannot be used of what was typed."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService

NO_RESULTS: dict[str, object] = {"items": [], "next": None, "total": 0, "facets": {}}
Asked = list[httpx2.Request]
Answer = Callable[[httpx2.Request], httpx2.Response]


@pytest.fixture
def answer() -> Answer:
    """What publication says."""
    return lambda _: httpx2.Response(200, json=NO_RESULTS)


@pytest.fixture
def asked(app: FastAPI, settings: PortalSettings, answer: Answer) -> Asked:
    """What publication was asked."""
    asked: Asked = []

    def publication(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return answer(request)

    app.state.backends = Backends(settings, httpx2.MockTransport(publication))
    return asked


def refusing(*parameters: str) -> Answer:
    errors = [
        {"pointer": f"#query/{each}", "code": "unknown-value", "detail": "Værdien er ikke gyldig."}
        for each in parameters
    ]
    document = {"type": "https://tilbudsportalen.dk/problems/invalid", "detail": "Ugyldigt.", "errors": errors}
    return lambda _: httpx2.Response(422, json=document)


async def test_a_search_tells_what_it_could_not_use(browser: Any, asked: Asked) -> None:
    client = await browser()
    wrong = await client.get("/soeg?rate_max_kr=mange&q=sol")
    assert wrong.status_code == 422
    assert '<a href="#rate_max_kr">Skriv et beløb i kroner' in wrong.text
    asked_about = await client.get("/soeg?rate_max_kr=1,250")
    assert "Tallet kan læses på to måder: skriv 1250 eller 1,25." in asked_about.text
    right = await client.get("/soeg?rate_max_kr=1.250,50&target_group=autism")
    assert right.status_code == 200
    assert dict(asked[-1].url.params) == {"target_group": "autism", "rate_max": "125050", "limit": "20"}
    assert dict(asked[0].url.params) == {"q": "sol", "limit": "1"}


async def test_a_query_of_the_api_is_a_query_of_the_page(browser: Any, asked: Asked) -> None:
    query = "rate_max=125050&rate_unit=hour&age=17&age=18&municipality=0851&municipality=0840&as_of=2026-03-31"
    found = await (await browser()).get(f"/soeg?{query}")
    assert sorted(asked[-1].url.params.multi_items()) == sorted([*parse_qsl(query), ("limit", "20")])
    assert 'name="rate_max_kr" value="1.250,50"' in found.text
    assert 'name="age" value="17, 18"' in found.text


@pytest.mark.parametrize("q", ["a" * 201, "Ål & <b>" * 400, "ord " * 60])
async def test_a_text_that_is_too_long_comes_back_in_its_field(browser: Any, asked: Asked, q: str) -> None:
    found = await (await browser()).get("/soeg", params={"q": q})
    assert found.status_code == 422
    shown = q.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f'name="q" value="{shown}"' in found.text
    assert '<a href="#q">Søgeteksten må højst være på 200 tegn.</a>' in found.text
    assert asked == []


async def test_what_publication_says_of_a_search_stands_in_place_of_results(
    browser: Any, app: FastAPI, settings: PortalSettings
) -> None:
    nothing = {**NO_RESULTS, "notice": "Skriv mindst ét bogstav."}
    app.state.backends = Backends(settings, httpx2.MockTransport(lambda _: httpx2.Response(200, json=nothing)))
    text = (await (await browser()).get("/soeg?q=%25")).text
    assert '<p class="search-count" role="status">Skriv mindst ét bogstav.</p>' in text
    assert "Ingen steder" not in text
    assert "Prøv" not in text


PARAMETERS = (
    "target_group",
    "legal_basis",
    "region",
    "municipality",
    "age",
    "near",
    "vacancies",
    "audience",
    "quality_min",
    "as_of",
    "accreditation",
)


@pytest.mark.parametrize("parameter", PARAMETERS)
async def test_every_error_links_to_a_field_that_is_there(
    browser: Any, app: FastAPI, settings: PortalSettings, parameter: str
) -> None:
    app.state.backends = Backends(settings, httpx2.MockTransport(refusing(parameter)))
    found = await (await browser()).get(f"/soeg?{parameter}=x")
    assert found.status_code == 422
    targets = re.findall(r'<li><a href="#([^"]+)">(?:[^<]+: )?(?:Vælg|Skriv|Værdien)', found.text)
    assert targets == [parameter]
    assert f'id="{parameter}"' in found.text
    assert 'value="x"' in found.text or parameter in {"vacancies", "quality_min"}


async def test_a_link_that_others_have_decorated_still_works(browser: Any, asked: Asked) -> None:
    found = await (await browser()).get("/soeg?q=sol&fbclid=x&utm_source=brev")
    assert found.status_code == 200
    assert dict(asked[0].url.params) == {"q": "sol", "limit": "20"}


async def test_an_id_in_another_spelling_leads_to_ours(browser: Any) -> None:
    client = await browser()
    for base in ("/tilbud", "/indberet/tilbud", "/godkend/tilbud", "/tilsyn/tilbud"):
        for written in ("crv-6586", "CRV6586", "Crv-6586"):
            answer = await client.get(f"{base}/{written}?fbclid=x")
            assert (answer.status_code, answer.headers["location"]) == (301, f"{base}/CRV-6586?fbclid=x")


async def test_r21_the_star_leads_back_to_the_same_card_of_the_same_search(
    browser: Any, app: FastAPI, settings: PortalSettings
) -> None:
    app.state.backends = Backends(settings, httpx2.MockTransport(EveryService("Solsikken")))
    client = await browser("caseworker-aalborg")
    text = (await client.get("/soeg?q=ro&region=1081&cursor=abc")).text
    assert 'value="/soeg?region=1081&amp;q=ro&amp;cursor=abc#sted-CRV-1-afd-1"' in text
    assert 'id="sted-CRV-1-afd-1"' in text
    assert "Følg Solsikken" in text
    assert "Følg Solsikken" not in (await (await browser()).get("/soeg?q=ro")).text


@pytest.mark.parametrize("view", ["", "tabel", "kort"])
async def test_every_view_tells_the_same_number_and_leads_on(
    browser: Any, app: FastAPI, settings: PortalSettings, view: str
) -> None:
    answer = EveryService("Solsikken")(httpx2.Request("GET", "http://x/v1/search")).json()
    answer |= {"notice": None, "understood": []}
    facets = {"municipality": [{"value": "0851", "label": "Aalborg", "count": 1}]}
    reply = httpx2.Response(200, json={**answer, "facets": facets})
    app.state.backends = Backends(settings, httpx2.MockTransport(lambda _: reply))
    shown = f"&visning={view}" if view else ""
    text = (await (await browser()).get(f"/soeg?region=1081{shown}")).text
    assert '<p class="search-count" role="status">1 sted inden for Region Nordjylland</p>' in text
    assert 'href="/gem-soegning?soegning=region%3D1081"' in text
    assert ('href="/soeg?region=1081&amp;visning=kort&amp;municipality=0851"' in text) == (view == "kort")
    assert ('form="sammenlign"' in text) == (view != "kort")


async def test_while_one_types_the_results_come_alone(browser: Any, asked: Asked) -> None:
    client = await browser()
    part = await client.get("/soeg?q=ro", headers={"HX-Target": "section#resultater"})
    assert part.text.lstrip().startswith('<section class="search-results" id="resultater"')
    assert "<html" not in part.text
    assert "HX-Target" in part.headers["vary"]
    whole = await client.get("/soeg?q=ro")
    assert "<html" in whole.text
    assert "HX-Target" in whole.headers["vary"]
    assert len(asked) == 2


async def test_a_page_of_results_keeps_everything(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    answer = EveryService("x")(httpx2.Request("GET", "http://x/v1/search")).json() | {"next": "abc+/="}
    app.state.backends = Backends(settings, httpx2.MockTransport(lambda _: httpx2.Response(200, json=answer)))
    query = "target_group=autism&near=9000&age=17&rate_max_kr=3.000&sort=name&visning=tabel"
    text = (await (await browser()).get(f"/soeg?{query}&cursor=old")).text
    assert 'formaction="/soeg" name="cursor" value="abc+/="' in text
    kept = re.findall(r'name="soegning" value="([^"]+)"', text)
    assert [each.replace("&amp;", "&") for each in kept] == [query]
    assert ">Første side</button>" in text
    client = await browser()
    turned = await client.get("/soeg", params={"soegning": query, "cursor": "abc+/=", "id": ["crv-7", "x", "CRV-7"]})
    assert turned.status_code == 303
    assert turned.headers["location"] == f"/soeg?{query}&valgt=CRV-7&cursor=abc%2B%2F%3D"


async def test_ticks_stay_when_pages_are_turned(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    app.state.backends = Backends(settings, httpx2.MockTransport(EveryService("x")))
    text = (await (await browser()).get("/soeg?q=ro&valgt=CRV-1&valgt=crv8")).text
    assert re.findall(r'name="id" value="(CRV-\d)" checked', text) == ["CRV-1"]
    form = text[text.index('<form id="sammenlign"') :]
    assert re.findall(r'type="hidden" name="id" value="([^"]+)"', form) == ["CRV-8"]
    assert "Du har valgt 1 på andre sider." in form
    assert 'href="/soeg?q=ro&amp;valgt=CRV-1&amp;valgt=CRV-8&amp;sort=name"' in text


async def test_the_address_after_typing_has_no_empty_fields(browser: Any, asked: Asked) -> None:
    client = await browser()
    for target in ("section#resultater", "div#soegning"):
        found = await client.get("/soeg?q=ro&near=&age=&sort=&as_of=", headers={"HX-Target": target})
        assert found.headers["hx-replace-url"] == "/soeg?q=ro"
    plain = await client.get("/soeg?q=ro")
    assert "hx-replace-url" not in plain.headers
    assert '<option value="6700 Esbjerg">' in plain.text
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("sent", "clean"),
    [
        ("/soeg?q=&near=&age=", "/soeg"),
        ("/soeg?q=r%C3%B8d+hus&near=&region=1081&region=1084&sort=", "/soeg?q=r%C3%B8d+hus&region=1081&region=1084"),
        ("/soeg?q=+&rate_max_kr=1.000&x", "/soeg?q=+&rate_max_kr=1.000&x"),
        ("/soeg?cursor=YWJj==&q=", "/soeg?cursor=YWJj=="),
        ("/sammenlign?id=CRV-1&id=CRV-2&as_of=", "/sammenlign?id=CRV-1&id=CRV-2"),
        ("/takster?target_group=autism&legal_basis=", "/takster?target_group=autism"),
        ("/tilbud/CRV-1?as_of=", "/tilbud/CRV-1"),
        ("/kontakt?municipality=", "/kontakt"),
    ],
)
async def test_a_form_without_javascript_leads_to_the_clean_address(browser: Any, sent: str, clean: str) -> None:
    client = await browser()
    answer = await client.get(sent)
    if sent == clean:
        assert answer.status_code != 303
    else:
        assert (answer.status_code, answer.headers["location"]) == (303, clean)


async def test_all_that_is_wrong_is_said_at_once(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    app.state.backends = Backends(settings, httpx2.MockTransport(refusing("age", "near")))
    text = (await (await browser()).get("/soeg?age=abc&near=xxyy&as_of=2999-01-01")).text
    assert "Der er 3 fejl" in text
    assert all(f'<a href="#{name}">' in text for name in ("age", "near", "as_of"))
    assert "Alder: abc" not in text
    assert "Nær xxyy" not in text
