"""A case in Chromium: choices of colleagues come by themselves, nothing typed is touched, a phone shows whole words."""

from typing import Any

import pytest

from services.portal.tests.browser.conftest import ServedPortal, too_wide, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

OFFICER = "officer-nord-a"
CASE = "/godkend/sager/s1"
PATIENCE = 20_000


def undecided(served: ServedPortal, step: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let a step of the case have no choice; return it, and what it would be with one."""
    case = served.services.case()
    found: dict[str, Any] = next(each for each in case["steps"] if each["step"] == step)
    chosen = dict(found)
    found |= {"verdict": None, "reason": None, "fields": [], "decided_by": None, "decided_at": None}
    served.services.case = lambda: case  # type: ignore[method-assign]
    return found, chosen


async def test_a_colleagues_choice_appears_and_what_is_typed_stays(served: ServedPortal) -> None:
    step, chosen = undecided(served, "values")
    page = await served.page(OFFICER, scripts=True)
    await page.goto(served.url + CASE)
    await page.locator("[id='trin.values'] textarea").fill("Jeg er midt i at skrive.")
    await page.locator("[id='trin.contact'] > summary").click()
    step.update(chosen)
    served.services.etag = '"two"'
    await page.locator("[id='trin.values'] > summary .badge-error").wait_for(timeout=PATIENCE)
    assert await page.locator("[id='trin.values'] textarea").input_value() == "Jeg er midt i at skrive."
    assert await page.locator("#set").input_value() == '"two"'
    assert await page.locator("[id='trin.contact']").get_attribute("open") is not None
    assert await page.locator("[id='trin.values'] button[value=withdraw]").is_visible()


@pytest.mark.parametrize("width", [320, 390])
async def test_old_and_new_stand_below_each_other_on_a_phone(served: ServedPortal, width: int) -> None:
    page = await served.page(OFFICER, width=width)
    await page.goto(f"{served.url}{CASE}?fold=open")
    cells = await page.locator("[id='trin.budget'] .old-new td").all()
    boxes = [await cell.bounding_box() for cell in cells[:2]]
    old, new = (box for box in boxes if box)
    assert new["y"] >= old["y"] + old["height"]
    assert new["width"] > width * 0.6


async def test_axe_finds_nothing_in_a_case(served: ServedPortal) -> None:
    undecided(served, "values")
    page = await served.page(OFFICER, scripts=True)
    await page.goto(f"{served.url}{CASE}?fold=open")
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await violations(page) == [], width


@pytest.mark.parametrize(
    ("persona", "path"),
    [
        ("national-operator", "/kraever-afgoerelse"),
        ("national-operator", "/kraever-afgoerelse/u1"),
        (OFFICER, "/godkend/tilbud/CRV-1/myndighed"),
        ("reporter-solsikken", "/indberet/tilbud/CRV-1/opsummering"),
        ("reporter-solsikken", "/indberet/tilbud/CRV-1/sager/s1"),
        ("reporter-solsikken", "/indberet/tilbud/CRV-1/sager/s1/kvitteringer/sent-1"),
    ],
)
async def test_axe_finds_nothing_where_a_case_is_sent_and_decided(
    served: ServedPortal, persona: str, path: str
) -> None:
    page = await served.page(persona, scripts=True)
    await page.goto(f"{served.url}{path}")
    assert await too_wide(page) == []
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await violations(page) == [], width


async def test_a_decision_is_made_with_the_keyboard_alone(served: ServedPortal) -> None:
    page = await served.page("national-operator", scripts=False)
    await page.goto(f"{served.url}/kraever-afgoerelse/u1")
    await page.focus("#authority")
    await page.keyboard.type("Socialtilsyn S")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Det er aftalt.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Afgør"
    assert await page.input_value("#authority") == "socialtilsyn-syd"
    assert await page.input_value("#reason") == "Det er aftalt."
