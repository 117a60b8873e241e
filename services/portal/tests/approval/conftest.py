"""An officer's browser, and the case that it shows."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.approval.stand_in import ApprovalStandIn


@pytest.fixture
async def officer(browser: Callable[[str], Awaitable[httpx2.AsyncClient]]) -> httpx2.AsyncClient:
    """An officer of Socialtilsyn Nord with every right."""
    return await browser("officer-nord-a")


@pytest.fixture
def approval(app: FastAPI, settings: PortalSettings) -> ApprovalStandIn:
    """The stand-in behind the portal."""
    stand_in = ApprovalStandIn()
    app.state.backends = Backends(settings, httpx2.MockTransport(stand_in))
    return stand_in
