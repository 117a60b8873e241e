"""What only a browser shows: Back, reload, a second tab, and pages that are no wider than a phone."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page

from services.portal.tests.browser.conftest import ServedPortal, too_wide, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

REPORTER, OFFICER = "reporter-solsikken", "officer-nord-a"
STEP = "/indberet/tilbud/CRV-1/trin/methods"
TYPED = "Det, jeg skrev"


async def typed(page: Page, address: str) -> None:
    """Open the step and type into its first field."""
    await page.goto(address)
    await page.locator("textarea").first.fill(TYPED)


async def shown(page: Page) -> str:
    """Return what stands in that field."""
    return await page.locator("textarea").first.input_value()


async def follow(page: Page, selector: str) -> None:
    """Click, and wait until the page is there that it leads to: what is asked of a page on its way is refused."""
    async with page.expect_navigation():
        await page.click(selector)


async def follow_a_link_and_go_back(page: Page) -> None:
    await follow(page, "a.wordmark")
    await page.go_back()


async def add_a_row_and_go_back(page: Page) -> None:
    await follow(page, "text=Tilføj række >> nth=0")
    await follow_a_link_and_go_back(page)


async def add_a_row_and_reload(page: Page) -> None:
    await follow(page, "text=Tilføj række >> nth=0")
    await page.reload()


async def be_refused_and_go_back(page: Page) -> None:
    await follow(page, "button[value=save] >> nth=0")
    await follow_a_link_and_go_back(page)


async def lose_the_session_and_save(page: Page) -> None:
    await page.context.clear_cookies(name="tp_session")
    await follow(page, "button[value=save] >> nth=0")
    await follow(page, f"button[value='{REPORTER}']")


async def sign_out_in_another_tab_and_save(page: Page) -> None:
    other = await page.context.new_page()
    await other.goto(page.url.partition("/indberet")[0] + "/kontakt")
    await follow(other, "text=Log ud")
    await follow(page, "button[value=save] >> nth=0")
    await follow(page, f"button[value='{REPORTER}']")


WAYS = (
    follow_a_link_and_go_back,
    add_a_row_and_go_back,
    add_a_row_and_reload,
    be_refused_and_go_back,
    lose_the_session_and_save,
    sign_out_in_another_tab_and_save,
)


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_what_was_typed_is_there(
    served: ServedPortal, way: Callable[[Page], Awaitable[None]], *, scripts: bool
) -> None:
    page = await served.page(REPORTER, scripts=scripts)
    served.services.refusal = 422
    await typed(page, served.url + STEP)
    await way(page)
    assert await shown(page) == TYPED


async def test_fields_come_and_go_with_the_answer_that_they_wait_for(served: ServedPortal) -> None:
    page = await served.page(REPORTER, scripts=True)
    await page.goto(served.url + STEP.replace("methods", "annual-report"))
    year, note = page.locator('[name="/year"]'), page.locator(".conditional .form-note").first
    for answer, is_asked in (("true", True), ("false", False), ("true", True)):
        await page.check(f'[name="/has_report"][value={answer}]', force=True)
        assert (await year.is_visible(), await note.is_visible()) == (is_asked, not is_asked)


@pytest.mark.parametrize("way", ["a.wordmark", '.step-indicator [value="go:values"]'])
async def test_leaving_saves_what_was_typed(served: ServedPortal, way: str) -> None:
    page = await served.page(REPORTER, scripts=True)
    await typed(page, served.url + STEP)
    await follow(page, way)
    # The browser sends it beside the page that comes.
    for _ in range(100):
        if served.services.writes:
            break
        await page.wait_for_timeout(50)
    assert [(path.rpartition("/")[2], TYPED in body) for path, body in served.services.writes] == [("methods", True)]


async def test_back_shows_nothing_after_signing_out(served: ServedPortal) -> None:
    page = await served.page(REPORTER)
    await typed(page, served.url + STEP)
    await follow(page, "text=Tilføj række >> nth=0")
    await follow(page, "text=Log ud")
    await page.go_back()
    assert TYPED not in await page.content()


PUBLIC = (
    "/soeg?q=x",
    "/soeg?target_group=x",
    "/soeg?visning=tabel",
    "/soeg?visning=kort",
    "/tilbud/CRV-1",
    "/tilbud/CRV-1/historik",
    "/problems",
    "/problems/unsupported-media-type",
    "/sammenlign?id=CRV-1&id=CRV-2",
    "/sammenlign?id=CRV-1",
    "/takster?target_group=autism",
    "/find-plads",
    "/data",
    "/vejledning/tilbud/places",
    "/kontakt?kommune=0851",
    "/kontakt/socialtilsyn-nord",
    "/klage",
    "/gem-soegning?soegning=q%3Dx",
    "/mails/afmeld/x.y",
    "/mails/bekraeft/x.y",
)
OF_REPORTERS = (
    "/mit-overblik",
    "/mails",
    "/mails/systemer",
    "/indberet",
    "/indberet/tilbud/CRV-1",
    STEP,
    "/indberet/tilbud/CRV-1/trin/company",
    "/indberet/tilbud/CRV-1/ledige-pladser",
    "/indberet/tilbud/CRV-1/sager/s1",
    "/tilsyn/tilbud/CRV-1",
)
OF_OFFICERS = ("/godkend", "/godkend/tilbud/CRV-1", "/godkend/sager/s1", "/godkend/sager/s1/kvittering")


async def test_no_page_is_wider_than_a_phone(served: ServedPortal) -> None:
    wide = {}
    for persona, paths in ((None, PUBLIC), (REPORTER, OF_REPORTERS), (OFFICER, OF_OFFICERS)):
        page = await served.page(persona, scripts=True)
        for path in paths:
            await page.goto(served.url + path)
            wide[path] = await too_wide(page)
    assert {path: widths for path, widths in wide.items() if widths} == {}


LOOKED_AT = (
    "/sammenlign?id=CRV-1&id=CRV-2",
    "/takster?target_group=autism",
    "/mit-overblik",
    "/tilbud/CRV-1",
    "/tilbud/CRV-1/historik",
    "/whistleblow",
    "/kontakt/socialtilsyn-nord",
    "/mails",
    "/mails/systemer",
    "/gem-soegning?soegning=q%3Dx",
    "/mails/afmeld/x.y",
    "/mails/bekraeft/x.z",
)


async def test_axe_finds_nothing(served: ServedPortal) -> None:
    page = await served.page(REPORTER, scripts=True)
    found = {}
    for path in LOOKED_AT:
        await page.goto(served.url + path)
        found[path] = await violations(page)
    assert {path: each for path, each in found.items() if each} == {}


async def test_on_paper_everything_is_open(served: ServedPortal) -> None:
    page = await served.page()
    await page.goto(f"{served.url}/tilbud/CRV-1")
    # The first answer of a theme that is closed.
    answer = page.locator(".fold:not([open]) dd").first
    assert not await answer.is_visible()
    await page.emulate_media(media="print")
    assert await answer.is_visible()
    assert not await page.locator(".record-ways").is_visible()


async def test_on_paper_a_search_is_what_was_found(served: ServedPortal) -> None:
    page = await served.page()
    await page.goto(f"{served.url}/soeg?q=ro")
    for part in (".search-fields", ".search-filters", ".search-ways", ".compare-chosen", ".search-more"):
        assert await page.locator(part).first.is_visible(), part
    await page.emulate_media(media="print")
    assert await page.locator("h1").is_visible()
    assert await page.locator(".search-count").is_visible()
    for part in (".search-fields", ".search-filters", ".search-ways", ".compare-chosen", ".search-more"):
        assert not await page.locator(part).first.is_visible(), part


async def test_axe_finds_nothing_in_what_fits(served: ServedPortal) -> None:
    page = await served.page(scripts=True)
    await page.goto(f"{served.url}/find-plads")
    await page.fill("#age", "17")
    await follow(page, "text=Find pladser")
    assert await violations(page) == []
