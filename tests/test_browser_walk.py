"""One report walked by hand in the browser: once without JavaScript, once with axe on every page.

By hand against a system that runs: ``TP_RUNNING=.local .venv/bin/pytest tests/test_browser_walk.py``; with
``TP_SHOTS=<folder>`` a picture of every page is kept.
"""

import os
from pathlib import Path

import pytest
from browserwalk.chromium import chromium
from browserwalk.way import BrowserWay
from walk.outside import Outside

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def reached(request: pytest.FixtureRequest) -> Outside:
    """The running system that the environment names, or the one of this test run."""
    running = os.environ.get("TP_RUNNING")
    return Outside(Path(running)) if running else request.getfixturevalue("outside")


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with axe on every page"])
def test_the_way_through_the_pages(reached: Outside, scripts: bool) -> None:  # noqa: FBT001
    shots = Path(os.environ["TP_SHOTS"]) if os.environ.get("TP_SHOTS") else None
    with chromium() as browser:
        way = BrowserWay(reached, browser, scripts=scripts, shots=shots)
        for turn in way.turns():
            print(f"  {turn}")  # noqa: T201  pytest shows it when the walk fails.
    assert way.tilbud_id.startswith("CRV-")
    assert way.violations == []
