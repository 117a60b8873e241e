"""The public search in a browser: results while one types, filters on a phone, and the same without JavaScript."""

import pytest

from services.portal.tests.browser.conftest import ServedPortal
from tests.browser.chromium import AXE, RULES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


async def test_results_come_while_one_types_and_nothing_that_was_typed_is_lost(served: ServedPortal) -> None:
    page = await served.page(scripts=True)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    await page.goto(f"{served.url}/soeg?valgt=CRV-8")
    await page.locator("#q").focus()
    await page.keyboard.type("autisme", delay=60)
    await page.wait_for_url("**/soeg?q=autisme&valgt=CRV-8")
    assert await page.evaluate("document.activeElement.id") == "q"
    assert await page.input_value("#q") == "autisme"
    assert served.services.searched[-1] == {"q": "autisme", "limit": "20"}
    await page.fill("#age", "17")
    await page.keyboard.press("Tab")
    await page.wait_for_url("**/soeg?*age=17*")
    assert await page.evaluate("document.activeElement.id") == "vacancies"
    assert served.services.searched[-1] == {"q": "autisme", "age": "17", "limit": "20"}
    assert refused == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
async def test_filters_are_behind_a_button_on_a_phone_and_beside_the_results_on_a_desk(
    served: ServedPortal, *, scripts: bool
) -> None:
    phone, desk = await served.page(width=390, scripts=scripts), await served.page(width=1280, scripts=scripts)
    await phone.goto(f"{served.url}/soeg")
    assert not await phone.locator("#age").is_visible()
    first = await phone.locator(".hits h2").first.bounding_box()
    assert first is not None
    assert first["y"] < 844
    await phone.click("#filtre > summary")
    assert await phone.locator("#age").is_visible()
    await desk.goto(f"{served.url}/soeg")
    assert await desk.locator("#age").is_visible()
    assert not await desk.locator("#filtre > summary").is_visible()


async def test_the_keyboard_reaches_everything_without_javascript(served: ServedPortal) -> None:
    page = await served.page(width=390)
    await page.goto(f"{served.url}/soeg")
    await page.locator("#q").focus()
    await page.keyboard.type("ro")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/soeg?q=ro*")
    await page.locator("#filtre > summary").focus()
    await page.keyboard.press("Enter")
    await page.locator("#accessible").focus()
    await page.keyboard.press("Space")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    assert served.services.searched[-1] == {"q": "ro", "accessible": "1", "limit": "20"}


@pytest.mark.parametrize("view", ["", "tabel", "kort"])
async def test_axe_finds_nothing_in_any_view(served: ServedPortal, view: str) -> None:
    page = await served.page("caseworker-aalborg", width=390, scripts=True)
    await page.goto(f"{served.url}/soeg?q=ro&visning={view}")
    await page.click("#filtre > summary")
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("rules => axe.run(document, rules)", RULES)
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
