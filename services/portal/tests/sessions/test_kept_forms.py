"""What was typed is never lost: not by the end of a session, a token of yesterday, or a service that is away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from chassis.clock import now
from chassis.database import Database
from portal.models import KeptForm
from portal.sessions.form_tokens import new_token
from portal.sessions.kept_forms import LASTS, MOST_OF_ONE_OWNER
from portal.sessions.sealing import Seal
from portal.settings import PortalSettings
from services.portal.tests.pages import csrf_token, hidden_value
from services.portal.tests.reporting.stand_in import STEPS_URL, ReportingStandIn
from services.portal.tests.sessions.sign_in import sign_in

STEP = f"{STEPS_URL}/values"
TYPED = "  Vi møder <b>borgeren</b> & familien, “som de er”.\n\nLinje tre 🙂"
SHOWN = "  Vi møder &lt;b&gt;borgeren&lt;/b&gt; &amp; familien, “som de er”.\n\nLinje tre 🙂</textarea>"
PERSONA = "reporter-solsikken"


@pytest.fixture
def reporting() -> ReportingStandIn:
    """The stand-in, which a test tells what to answer."""
    return ReportingStandIn()


@pytest.fixture
def transport(reporting: ReportingStandIn) -> httpx2.MockTransport:
    return httpx2.MockTransport(reporting)


async def typed_form(client: httpx2.AsyncClient, path: str = STEP) -> dict[str, str]:
    """Open a step and type into its form."""
    return {"csrf": await csrf_token(client, path), "etag": '"one"', "/values": TYPED, "do": "save"}


async def sent_without_session(client: httpx2.AsyncClient, form: dict[str, str], path: str = STEP) -> str:
    """Send a form after the session has ended and return where the browser is led."""
    client.cookies.delete("tp_session")
    answer = await client.post(path, data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.mark.usefixtures("client_known")
async def test_the_way_through_the_sign_in_leads_back_to_the_filled_form(
    browser: Any, reporting: ReportingStandIn
) -> None:
    client = await browser(PERSONA)
    shown = await sign_in(client, PERSONA, await sent_without_session(client, await typed_form(client)))
    assert shown.status_code == 200
    assert SHOWN in shown.text
    assert "Det er ikke gemt." in shown.text
    assert reporting.saved == []
    again = {**await typed_form(client), "csrf": hidden_value(shown.text, "csrf")}
    assert (await client.post(STEP, data=again)).status_code == 303
    assert reporting.saved[0][1] == {"values": TYPED.strip()}


@pytest.mark.usefixtures("client_known")
async def test_a_reload_of_the_filled_form_shows_it_again(browser: Any) -> None:
    client = await browser(PERSONA)
    shown = await sign_in(client, PERSONA, await sent_without_session(client, await typed_form(client)))
    address = next(each for each in client.cookies if each.startswith("tp_form_")).removeprefix("tp_form_")
    assert SHOWN in (await client.get(f"/fortsaet/{address}")).text
    assert SHOWN in shown.text


@pytest.mark.usefixtures("client_known")
async def test_nobody_else_gets_what_was_typed(browser: Any, database: Database) -> None:
    client = await browser(PERSONA)
    location = await sent_without_session(client, await typed_form(client))
    stranger = await browser("officer-nord-a")
    name = location.rpartition("%2F")[2]
    assert (await stranger.get(f"/fortsaet/{name}")).status_code == 404
    other = await sign_in(client, "reporter-valmuen", location)
    assert other.status_code == 404
    assert "borgeren" not in other.text
    async with database.begin() as session:
        await session.execute(update(KeptForm).values(kept_at=now() - LASTS))
    assert (await sign_in(await browser(), PERSONA, location)).status_code == 404


async def test_what_is_kept_is_encrypted_bounded_and_without_the_leaders_number(
    browser: Any, database: Database, app: FastAPI
) -> None:
    officer = await browser("officer-nord-a")
    form = {"csrf": await csrf_token(officer, "/opret"), "name": "Solsikken", "leader_cpr": "010180-0000"}
    for number in range(MOST_OF_ONE_OWNER + 3):
        await sent_without_session(officer, {**form, "city": f"By {number}"}, "/opret")
    async with database.read() as session:
        rows = (await session.scalars(select(KeptForm).order_by(KeptForm.kept_at))).all()
    seal: Seal = app.state.seal
    opened = [seal.open(row.fields) or "" for row in rows]
    assert [text.rpartition("=")[2] for text in opened] == [f"By+{number}" for number in range(3, 8)]
    assert all("0000" not in text for text in opened)
    assert b"Solsikken" not in rows[0].fields


async def test_a_form_that_no_page_of_ours_made_is_not_kept(browser: Any, database: Database) -> None:
    client = await browser()
    for token in ("", "x", "a.1.b", f"{'a' * 32}.{int(now().timestamp())}.a.{'0' * 64}", "å.å.å.å"):
        answer = await client.post(STEP, data={"csrf": token, "/values": "Tekst"})
        assert answer.status_code == 401
        assert "udløbet" in answer.text
    async with database.read() as session:
        assert (await session.scalars(select(KeptForm))).all() == []


async def test_a_form_goes_on_working_after_signing_in_again_in_another_tab(
    browser: Any, reporting: ReportingStandIn
) -> None:
    first_tab, second_tab = await browser(PERSONA), await browser(PERSONA)
    form = await typed_form(first_tab)
    await first_tab.post("/logout", data={"csrf": form["csrf"]})
    first_tab.cookies = second_tab.cookies
    assert (await first_tab.post(STEP, data=form)).status_code == 303
    assert len(reporting.saved) == 1


@pytest.mark.parametrize("token", ["", "forged", "another"])
async def test_a_refused_token_offers_the_text_again(browser: Any, reporting: ReportingStandIn, token: str) -> None:
    client = await browser(PERSONA)
    csrf = await csrf_token(await browser("reporter-valmuen"), "/kontakt") if token == "another" else token
    answer = await client.post(STEP, data={**await typed_form(client), "csrf": csrf})
    assert answer.status_code == 403
    assert "for gammel" in answer.text
    assert SHOWN in answer.text
    assert reporting.saved == []
    again = {**await typed_form(client), "csrf": hidden_value(answer.text, "csrf")}
    assert (await client.post(STEP, data=again)).status_code == 303


@pytest.mark.parametrize(
    "headers", [{"origin": "https://ond.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
async def test_what_another_site_sends_is_not_shown(browser: Any, headers: dict[str, str]) -> None:
    client = await browser(PERSONA)
    answer = await client.post(STEP, data={"csrf": "x", "/values": "Skriv dit kodeord"}, headers=headers)
    assert answer.status_code == 403
    assert "kodeord" not in answer.text


async def test_a_service_that_is_away_takes_no_text_with_it(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser(PERSONA)
    form = await typed_form(client)
    reporting.refusal = (500, "internal", [])
    answer = await client.post(STEP, data=form)
    assert answer.status_code == 503
    address = answer.text.partition('href="/fortsaet/')[2].partition('"')[0]
    assert SHOWN in (await client.get(f"/fortsaet/{address}")).text


@pytest.mark.usefixtures("client_known")
async def test_a_form_that_stood_open_over_a_holiday_is_kept_too(
    browser: Any, app: FastAPI, reporting: ReportingStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await browser(PERSONA)
    form = await typed_form(client)
    seal: Seal = app.state.seal
    with monkeypatch.context() as patched:
        patched.setattr("portal.sessions.form_tokens.now", lambda: now() - timedelta(days=10))
        old = {**form, "csrf": new_token(seal, form["csrf"].partition(".")[0])}
    assert (await client.post(STEP, data=old)).status_code == 403
    shown = await sign_in(client, PERSONA, await sent_without_session(client, old))
    assert SHOWN in shown.text
    assert reporting.saved == []


async def test_a_button_is_asked_about_once_more(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser(PERSONA)
    start = "/indberet/tilbud/CRV-1/start"
    asked = await client.post(start, data={"csrf": "old", "start": "new"})
    assert asked.status_code == 403
    assert 'name="start" value="new"' in asked.text
    assert reporting.saved == []
    fields = {"csrf": hidden_value(asked.text, "csrf"), "start": hidden_value(asked.text, "start")}
    assert (await client.post(start, data=fields)).status_code == 303
    assert reporting.saved[0][1] == {"start": "new"}


WEBHOOK = "01930000-0000-7000-8000-000000000000"
ROUTES = (
    "/foelg/CRV-1",
    "/godkend/arbejdsliste",
    "/godkend/sager/s1/afgoerelse/contact",
    "/godkend/sager/s1/godkendelser",
    "/godkend/sager/s1/indsend",
    "/godkend/sager/s1/luk",
    "/godkend/tilbud/CRV-1/myndighed",
    "/godkend/tilbud/CRV-1/myndighed/tilbage",
    "/godkend/sager/s1/visning",
    "/indberet/mange",
    "/indberet/mangler",
    "/indberet/tilbud/CRV-1/gendan",
    "/indberet/tilbud/CRV-1/ledige-pladser",
    "/indberet/tilbud/CRV-1/leders-cpr-nummer",
    "/indberet/tilbud/CRV-1/opsummering",
    "/indberet/tilbud/CRV-1/sager/s1/afslut",
    "/indberet/tilbud/CRV-1/sager/s1/send",
    "/indberet/tilbud/CRV-1/start",
    "/indberet/tilbud/CRV-1/trin/values",
    "/indberet/tilbud/CRV-1/trin/values/kopier",
    "/kraever-afgoerelse/u1",
    "/mails",
    "/mails/systemer",
    f"/mails/systemer/{WEBHOOK}/proev",
    f"/mails/systemer/{WEBHOOK}/slet",
    "/opret",
    "/opret/ansoegninger/CRV-1",
    "/stikproever/ny",
    f"/stikproever/{WEBHOOK}/svar",
    f"/tilsyn/akut-brug/{WEBHOOK}/afslut",
    f"/tilsyn/akut-brug/{WEBHOOK}/forlaeng",
    "/tilsyn/akut-brug/ny",
    "/tilsyn/opret/CRV-1",
    "/tilsyn/ret/CRV-1/t1",
)
# Whoever sends these has no session to abuse: they do nothing in anybody's name.
WITHOUT_SESSION = {"/find-plads", "/gem-soegning", "/mails/afmeld/t", "/mails/bekraeft/t"}


def test_every_form_is_tried_below(app: FastAPI) -> None:
    values = {"tilbud_id": "CRV-1", "case_id": "s1", "step_id": "values", "step": "contact", "token": "t"}
    values |= {"webhook_id": WEBHOOK, "use_id": WEBHOOK, "tilsyn_id": "t1", "undecided_id": "u1"}
    values |= {"sample_id": WEBHOOK, "act_path": "svar"}
    posts = {path.format(**values) for path, methods in app.openapi()["paths"].items() if "post" in methods}
    assert posts - WITHOUT_SESSION == set(ROUTES)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("persona", ["officer-nord-a", "officer-aalborg"])
async def test_no_form_has_an_effect_with_a_refused_token(
    browser: Callable[..., Any], app: FastAPI, settings: PortalSettings, path: str, persona: str
) -> None:
    asked: list[str] = []

    def service(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.method)
        return httpx2.Response(404, json={})

    app.state.backends = type(app.state.backends)(settings, httpx2.MockTransport(service))
    client = await browser(persona)
    fields = {"csrf": "old", "do": "save", "verdict": "approve", "decision": "no", "/values": "Tekst"}
    answer = await client.post(path, data=fields)
    assert answer.status_code in {403, 404}
    assert set(asked) <= {"GET"}
