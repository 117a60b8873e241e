"""One report taken through the pages in the browser: once without JavaScript, once with axe on every page.

Against a system that runs: ``TP_RUNNING=.local .venv/bin/pytest tests/browser``; with ``TP_SCREENSHOTS=<folder>`` a
picture of every page is kept.
"""

import os
from pathlib import Path

import pytest

from tests.browser.chromium import chromium
from tests.browser.scenario import BrowserScenario
from tests.e2e.client import SystemClient

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def chosen(request: pytest.FixtureRequest) -> SystemClient:
    """The running system that the environment names, or the one of this test run."""
    running = os.environ.get("TP_RUNNING")
    return SystemClient(Path(running)) if running else request.getfixturevalue("client")


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with axe on every page"])
def test_one_report_through_the_pages(chosen: SystemClient, scripts: bool) -> None:  # noqa: FBT001
    screenshots = Path(os.environ["TP_SCREENSHOTS"]) if os.environ.get("TP_SCREENSHOTS") else None
    with chromium() as browser:
        scenario = BrowserScenario(chosen, browser, scripts=scripts, screenshots=screenshots)
        for line in scenario.run():
            print(f"  {line}")  # noqa: T201  pytest shows it when the test fails.
    assert scenario.tilbud_id.startswith("CRV-")
    assert scenario.violations == []
