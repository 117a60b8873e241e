"""Deciding a case."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import csrf_token


@pytest.mark.parametrize("verdict", ["perhaps", ""])
async def test_a_choice_that_is_none_keeps_the_reason(
    browser: Any, app: FastAPI, settings: PortalSettings, verdict: str
) -> None:
    services = EveryService("Almindelig tekst")
    services.refusal = 422
    app.state.backends = Backends(settings, httpx2.MockTransport(services))
    officer = await browser("officer-nord-a")
    typed = {"csrf": await csrf_token(officer, "/opret"), "verdict": verdict, "reason": "Adressen passer ikke."}
    shown = await officer.post("/godkend/sager/s1/afgoerelse/contact", data=typed)
    assert shown.status_code == 422
    assert "Adressen passer ikke." in shown.text
