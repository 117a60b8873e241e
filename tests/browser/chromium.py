"""Chromium as one visitor: pages are opened, forms filled by their labels' names, and every page is looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Response, sync_playwright

from tests.e2e.client import Unexpected, expect

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # The one rule of WCAG 2.2 AA that axe can check is off unless it is asked for.
    "rules": {"target-size": {"enabled": True}},
    # What passes is not described, which takes most of the time on a long page.
    "resultTypes": ["violations"],
}
PROMPT = 20_000
DESKTOP = {"width": 1280, "height": 900}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """One person with a browser of their own. With ``scripts`` off, pages have to work without JavaScript.

    With ``scripts`` on, axe looks at every page that is ``checked``; what it finds is kept in ``violations``.
    """

    def __init__(self, browser: Browser, portal: str, *, scripts: bool, screenshots: Path | None = None) -> None:
        context = browser.new_context(java_script_enabled=scripts, viewport=DESKTOP)  # type: ignore[arg-type]
        context.set_default_timeout(PROMPT)
        self.portal = portal
        self.page: Page = context.new_page()
        self.violations: list[str] = []
        self._scripts = scripts
        self._screenshots = screenshots
        self._checked: set[str] = set()
        self.page.on("console", self._on_console)

    def _on_console(self, message: Any) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.violations.append(f"{self.page.url}: {message.text}")

    def sign_in(self, persona: str) -> None:
        """Sign in at the development identity provider."""
        self.page.goto(f"{self.portal}/login")
        self.page.click(f"button[value='{persona}']")
        expect(self.page.url.startswith(self.portal), f"{persona} did not come back to the portal")

    def open(self, path: str, status: int = 200) -> None:
        """Open a page of the portal and check it."""
        answer = self.page.goto(self.portal + path)
        self._expect(answer, status)
        self.check()

    def click(self, selector: str, status: int = 200) -> None:
        """Press a button or follow a link, and check the page that comes."""
        with self.page.expect_navigation() as navigation:
            self.page.click(selector)
        self._expect(navigation.value, status)
        self.check()

    def _expect(self, answer: Response | None, status: int) -> None:
        if answer is not None and answer.status != status:
            summary = self.page.locator(".alert, h1").all_inner_texts()
            raise Unexpected(f"{self.page.url}: {answer.status} instead of {status}: {summary}")

    def check(self) -> None:
        """Let axe look at the page, once for each title."""
        title = self.page.title()
        if title in self._checked:
            return
        self._checked.add(title)
        if self._screenshots:
            name = "".join(each if each.isalnum() else "-" for each in title)[:80]
            self.page.screenshot(path=self._screenshots / f"{name}.png", full_page=True)
        if not self._scripts:
            return
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("rules => axe.run(document, rules)", RULES)
        for violation in found["violations"]:
            node = violation["nodes"][0]
            self.violations.append(f"{title} ({self.page.url}): {violation['id']}: {node['html'][:200]}")

    def text(self) -> str:
        """Return what the page says."""
        return self.page.inner_text("body")

    def expect_text(self, text: str) -> None:
        """Raise Unexpected unless the page says ``text``."""
        expect(text in self.text(), f"{self.page.url} does not say “{text}”")

    def fill(self, name: str, value: str) -> None:
        """Write ``value`` into the field called ``name``."""
        self.page.fill(f'[name="{name}"]', value)

    def choose(self, name: str, *values: str) -> None:
        """Choose ``values`` in the select, the radio buttons or the checkboxes called ``name``."""
        select = self.page.locator(f'select[name="{name}"]')
        if select.count():
            select.select_option(values[0])
            return
        for value in values:
            box = f'input[name="{name}"][value="{value}"]'
            for fold in self.page.locator(f"details:not([open]):has({box}) > summary").all():
                fold.click()
            self.page.check(box)
