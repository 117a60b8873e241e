"""Which pages a user may see."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("persona", "tabs"),
    [
        ("reporter-solsikken", ["Indberet tilbud"]),
        ("officer-nord-a", ["Godkend tilbud", "Opret tilbud", "Indberet tilbud"]),
        ("officer-nord-basic", ["Godkend tilbud"]),
    ],
)
async def test_each_right_opens_its_own_tab(browser: Any, persona: str, tabs: list[str]) -> None:
    text = (await (await browser(persona)).get("/kontakt")).text
    shown = [tab for tab in ("Godkend tilbud", "Opret tilbud", "Indberet tilbud") if f">{tab}</a>" in text]
    assert shown == tabs


@pytest.mark.parametrize("path", ["/godkend", "/opret", "/tilsyn/opret/CRV-1"])
async def test_pages_without_the_right_are_refused(browser: Any, path: str) -> None:
    answer = await (await browser("reporter-solsikken")).get(path)
    assert answer.status_code == 403
    assert "brugeradministrator" in answer.text
