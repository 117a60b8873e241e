"""The public pages that need no other service, and the headers of all pages."""

from typing import Any

import pytest

from services.portal.tests.conftest import PORTAL
from services.portal.tests.pages import text_of

PUBLIC = (
    "/",
    "/plejefamilier",
    "/plejefamilier/egne-oplysninger",
    "/kontakt",
    "/kontakt/socialtilsyn-nord",
    "/klage",
    "/magtanvendelse",
    "/privatliv",
    "/tilgaengelighed",
    "/whistleblow",
    "/sammenlign",
    "/takster",
    "/find-plads",
)


@pytest.mark.parametrize("path", PUBLIC)
async def test_public_pages(browser: Any, path: str) -> None:
    answer = await (await browser()).get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="da">' in answer.text
    assert "<script" not in answer.text
    assert " style=" not in answer.text


async def test_front_page_offers_search_and_three_ways_in(browser: Any) -> None:
    text = (await (await browser()).get("/")).text
    assert 'placeholder="Søg fx navn eller målgruppe"' in text
    for name in ("Tilbud til børn og unge", "Tilbud til voksne", "Plejefamilier", "Selvbetjening", "Whistleblow"):
        assert name in text
    assert '<time datetime="2026-11-20">20.11.2026</time>' in text


async def test_r3_the_menu_stays_for_who_is_signed_in(browser: Any) -> None:
    for persona in (None, "reporter-solsikken", "officer-nord-a", "caseworker-aalborg"):
        text = (await (await browser(persona)).get("/kontakt")).text
        assert "Selvbetjening" in text
        assert 'href="/plejefamilier/egne-oplysninger">Plejefamilie - se egne oplysninger</a>' in text


async def test_a_page_names_its_one_address(browser: Any) -> None:
    client = await browser()
    assert f'<link rel="canonical" href="{PORTAL}/kontakt">' in (await client.get("/kontakt?kommune=0851")).text
    missing = (await client.get("/findes-ikke")).text
    assert "canonical" not in missing
    assert '<meta name="robots" content="noindex">' in missing


async def test_the_authority_of_a_kommune_is_found(browser: Any) -> None:
    client = await browser()
    text = text_of((await client.get("/kontakt?kommune=0851")).text)
    assert "De fleste døgntilbud i Aalborg Kommune hører under Socialtilsyn Nord." in " ".join(text.split())
    assert "Vi kender ingen kommune med den kode." in (await client.get("/kontakt?kommune=9999")).text
    assert (await client.get("/kontakt/socialtilsyn-ingen")).status_code == 404


async def test_r130_where_a_complaint_goes_and_where_reports_of_force_do_not(browser: Any) -> None:
    client = await browser()
    complaint = " ".join(text_of((await client.get("/klage")).text).split())
    assert complaint.index("send klagen til socialtilsynet") < complaint.index(
        "sender det klagen videre til Ankestyrelsen"
    )
    assert "Indberetningen sker ikke på Tilbudsportalen" in text_of((await client.get("/magtanvendelse")).text)


async def test_security_headers(browser: Any) -> None:
    client = await browser()
    for path in ("/", "/findes-ikke", "/health/live"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


async def test_assets_are_kept_for_long(browser: Any, app: Any) -> None:
    client = await browser()
    url = app.state.templates.globals["asset"]("portal", "portal.css")
    answer = await client.get(url)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert (await client.get("/")).text.count(url) == 1


async def test_unknown_address_is_a_danish_page(browser: Any) -> None:
    answer = await (await browser()).get("/findes-ikke")
    assert answer.status_code == 404
    assert "<h1>Siden findes ikke</h1>" in answer.text


async def test_programs_get_problem_documents(browser: Any) -> None:
    answer = await (await browser()).get("/findes-ikke", headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/not-found")


async def test_a_link_that_others_have_decorated_still_works(browser: Any) -> None:
    assert (await (await browser()).get("/?utm_source=nyhedsbrev")).status_code == 200


@pytest.mark.parametrize("path", ["/%00", "/?q=%00", "/%ff%fe"])
async def test_odd_addresses_are_refused_in_danish(browser: Any, path: str) -> None:
    answer = await (await browser()).get(path)
    assert 400 <= answer.status_code < 500
    assert '<html lang="da">' in answer.text


async def test_head_answers_as_get_does_without_the_page(browser: Any) -> None:
    client = await browser()
    for path in (*PUBLIC, "/problems", "/problems/stale", "/findes-ikke", "/min-side"):
        got, head = await client.get(path), await client.head(path)
        assert head.status_code == got.status_code
        assert head.content == b""
        for name in ("content-type", "content-security-policy", "cache-control", "location"):
            assert head.headers.get(name) == got.headers.get(name)


async def test_whoever_worries_finds_whom_to_call_and_never_a_number_that_we_made_up(browser: Any) -> None:
    client = await browser()
    page = (await client.get("/whistleblow")).text
    assert 'href="tel:+4541936140"' in page
    assert 'href="https://socialtilsynost.dk/selvbetjening/whistleblow-henvendelser"' in page
    assert "Find telefonnummeret på hjemmesiden." in page
    nord = (await client.get("/kontakt/socialtilsyn-nord")).text
    assert 'href="https://socialtilsynnord.hjoerring.dk"' in nord
    assert "Hjørring Kommune, som socialtilsynet hører hjemme i" in nord
    assert "Københavns Kommune" in text_of((await client.get("/kontakt?kommune=0101")).text)
