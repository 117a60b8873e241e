"""A case that events have overtaken: it moved, a colleague sent it, its tilbud ceased or gave it up (R78, R81, R99)."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import csrf_token


class Overtaken(EveryService):
    """A case that another authority has, that is decided already, or whose tilbud has ceased."""

    slug = "case-moved"
    facts: dict[str, Any] = {}  # noqa: RUF012  A test says what is special about its case.

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        is_content = request.method != "GET" or request.url.path.endswith("/changes")
        if is_content and self.slug and request.url.path.startswith("/v1/cases/"):
            kind = f"https://tilbudsportalen.dk/problems/{self.slug}"
            if request.method != "GET" or self.slug == "case-moved":
                return httpx2.Response(409, json={"type": kind, "detail": "Sagen blev afgjort af Nanna.", "errors": []})
        return super().__call__(request)

    def case(self) -> dict[str, Any]:
        return super().case() | self.facts


@pytest.fixture
def overtaken(app: FastAPI, settings: PortalSettings) -> Overtaken:
    """The services behind the portal."""
    services = Overtaken("Almindelig tekst")
    app.state.backends = Backends(settings, httpx2.MockTransport(services))
    return services


async def test_who_had_the_case_reads_where_it_went_and_what_was_typed(browser: Any, overtaken: Overtaken) -> None:
    moved = {"authority": "socialtilsyn-syd", "authority_name": "Socialtilsyn Syd", "at": "2026-11-22T10:00:00Z"}
    overtaken.facts = {"can_open": False, "can_decide": False, "moved": moved | {"because": "Adressen er i Odense."}}
    officer = await browser("officer-nord-a")
    typed = {"csrf": await csrf_token(officer, "/kontakt"), "verdict": "reject", "reason:contact": "Skrevet forgæves."}
    posted = await officer.post("/godkend/sager/s1/afgoerelse/contact", data=typed)
    assert posted.status_code == 409
    for words in ("Sagen afgøres nu af Socialtilsyn Syd", "Adressen er i Odense.", "Skrevet forgæves.", "ikke er gemt"):
        assert words in posted.text
    shown = await officer.get("/godkend/sager/s1")
    assert (shown.status_code, "ikke er gemt" in shown.text) == (200, False)


async def test_who_presses_second_reads_the_receipt_of_the_first(browser: Any, overtaken: Overtaken) -> None:
    overtaken.slug = "wrong-state"
    officer = await browser("officer-nord-a")
    posted = await officer.post("/godkend/sager/s1/indsend", data={"csrf": await csrf_token(officer, "/kontakt")})
    assert posted.status_code == 409
    assert "Sagen er allerede indsendt" in posted.text
    assert "Sagen blev afgjort af Nanna." in posted.text
    assert "Sagen er ikke indsendt" not in posted.text


async def test_a_case_of_what_has_ceased_says_so_and_can_be_closed(browser: Any, overtaken: Overtaken) -> None:
    overtaken.slug = ""
    overtaken.facts = {"can_decide": False, "can_close": True, "ceased_on": "2026-11-20"}
    officer = await browser("officer-nord-a")
    shown = (await officer.get("/godkend/sager/s1")).text
    assert "Tilbuddet ophørte 20. november 2026." in shown
    assert 'action="/godkend/sager/s1/luk"' in shown
    assert 'action="/godkend/sager/s1/indsend"' not in shown
    csrf = await csrf_token(officer, "/kontakt")
    closed = await officer.post("/godkend/sager/s1/luk", data={"csrf": csrf, "reason": "Aftalt."})
    assert (closed.status_code, closed.headers["location"]) == (303, "/godkend/sager/s1/kvittering")


async def test_a_case_that_the_tilbud_closed_says_so_at_the_top(browser: Any, overtaken: Overtaken) -> None:
    overtaken.slug = ""
    ended = {"state": "closed", "outcome": "given-up", "closed_at": "2026-11-22T10:00:00Z", "can_decide": False}
    overtaken.facts = ended | {"closed_by": {"name": "Dorthe Kragh", "org_name": "Blomsterengen ApS"}}
    shown = (await (await browser("officer-nord-a")).get("/godkend/sager/s1")).text
    assert "Sagen er afsluttet af tilbuddet" in shown
    assert "22.11.2026 kl. 11.00 af Dorthe Kragh, Blomsterengen ApS" in shown
