"""A report that nobody can decide yet: the page says what that means, and never that a step was rejected."""

from typing import Any

import httpx2
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import text_of


class NotRouted(EveryService):
    """Answers with a case that went back without a decision."""

    def _tilbud(self) -> dict[str, Any]:
        found = super()._tilbud()
        case = found["submissions"][0] | {"return_reason": "Christiansø er ikke en kommune.", "decisions": []}
        return found | {"submissions": [case | {"authority": None}]}


async def test_the_tilbud_is_told_in_the_right_words(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    app.state.backends = Backends(settings, httpx2.MockTransport(NotRouted("Almindelig tekst")))
    reporter = await browser("reporter-solsikken")
    shown = text_of((await reporter.get("/indberet/tilbud/CRV-1/sager/s1")).text)
    assert "Det kræver afgørelse, hvem der behandler sagen" in shown
    assert "Christiansø er ikke en kommune." in shown
    assert "skal I ikke gøre noget" in shown
    assert "afviste trin" not in shown


async def test_the_officer_sees_what_waits_for_a_decision(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    app.state.backends = Backends(settings, httpx2.MockTransport(EveryService("Almindelig tekst")))
    officer = await browser("officer-nord-a")
    shown = text_of((await officer.get("/godkend/tilbud/CRV-1")).text)
    assert shown.count("Kræver afgørelse") == 2
    assert "Almindelig tekst har opgaven, indtil det er afgjort." in shown
