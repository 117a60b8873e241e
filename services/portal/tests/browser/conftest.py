"""The portal served to Debian's Chromium, with one text everywhere that people's text can stand."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import httpx2
import pytest
import uvicorn
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from chassis.database import Database
from devstack.identity.provider import portal_client
from devstack.paths import ROOT
from devstack.ports import free_ports
from devstack.testing import TestIdentity
from portal.app import build
from portal.models import Subject
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from tests.browser.chromium import ARGUMENTS, AXE, CHROMIUM, RULES

# As narrow as a page has to work, two telephones, and a desk.
WIDTHS = (320, 375, 390, 1280)
LONG_WORD = "Specialpædagogikbehandlingshjemmet"
PATIENCE = 20_000


@dataclass
class ServedPortal:
    """The portal at an address, the services behind it, and a browser."""

    url: str
    services: EveryService
    browser: Browser

    async def page(self, persona: str | None = None, *, width: int = 1280, scripts: bool = False) -> Page:
        """Open a window, signed in where a persona is named."""
        viewport = ViewportSize(width=width, height=800)
        context = await self.browser.new_context(java_script_enabled=scripts, viewport=viewport)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        if persona:
            await self.sign_in(page, persona)
        return page

    async def sign_in(self, page: Page, persona: str) -> None:
        """Sign in at the identity provider, from the portal's own page when the browser is not there already."""
        if "/authorize" not in page.url:
            await page.goto(f"{self.url}/login")
        await page.click(f"button[value='{persona}']")


async def violations(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds on the page, folded parts included: the rule, and the first element that breaks it."""
    await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("rules => axe.run(document, rules)", RULES)
    return [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]


async def too_wide(page: Page, widths: Sequence[int] = WIDTHS) -> list[int]:
    """Return the widths of a window in which the page can be scrolled sideways."""
    found = []
    for width in widths:
        await page.set_viewport_size({"width": width, "height": 800})
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(width)
    return found


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, for every test: to start one takes longer than most of them."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        await started.close()


@pytest.fixture
async def served(
    settings: PortalSettings, database: Database, identity: TestIdentity, browser: Browser
) -> AsyncIterator[ServedPortal]:
    port = free_ports(1)[0]
    url = f"http://127.0.0.1:{port}"
    identity.provider.clients = {"portal": portal_client(url, settings.oidc_client_secret.get_secret_value())}
    services = EveryService(f"{LONG_WORD} {LONG_WORD}/{LONG_WORD}")
    async with database.begin() as session:
        names = {"name": services.text, "operator_name": services.text, "operator_cvr": "99000015"}
        session.add(Subject(id="CRV-1", identity_number=1, authority="socialtilsyn-nord", **names))
    own = settings.model_copy(update={"portal_url": url, "assets_dir": ROOT / "node_modules"})
    app = build(own, database, httpx2.MockTransport(services))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None))
    serving = asyncio.create_task(server.serve())
    yield ServedPortal(url, services, browser)
    for context in browser.contexts:
        await context.close()
    server.should_exit = True
    await serving
