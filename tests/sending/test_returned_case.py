"""A reporter is walked from the first report over two rounds of corrections to the end, on pages alone (R75 to R79)."""

import asyncio
import re

import httpx2

from services.portal.tests.pages import hidden_value, text_of
from tests.chaos.ordering.actions import TilbudActions
from tests.chaos.ordering.system import OPERATOR
from tests.kinds.system import SystemWithLighthouses

REASON = "Beskriv det nærmere."
PLACES = "places/afd-1"
COLLEAGUE = "reporter-valmuen"


def _words(page: httpx2.Response) -> str:
    return " ".join(text_of(page.text).split())


async def _press(client: httpx2.AsyncClient, page: httpx2.Response, path: str, **fields: str) -> httpx2.Response:
    data = {"csrf": hidden_value(page.text, "csrf"), "command": hidden_value(page.text, "command"), **fields}
    return await client.post(path, data=data)


async def _followed(client: httpx2.AsyncClient, answer: httpx2.Response) -> httpx2.Response:
    assert answer.status_code == 303, _words(answer)
    return await client.get(answer.headers["location"])


async def test_what_was_sent_has_a_receipt_and_locks_its_steps(
    system: SystemWithLighthouses, tilbud: TilbudActions
) -> None:
    browser, base = await system.browser(OPERATOR), f"/indberet/tilbud/{tilbud.tilbud_id}"
    summary = await browser.get(f"{base}/opsummering")
    receipt = await _followed(browser, await _press(browser, summary, f"{base}/opsummering"))
    reference = f"{tilbud.tilbud_id}-1"
    for words in ("Kvittering for indsendelse", reference, "Ikke fundet endnu", "Pladser: ", "Dorthe Kragh"):
        assert words in _words(receipt)
    await system.running.deliver_all()
    first_receipt = str(receipt.url.path)
    assert "Socialtilsyn Nord" in _words(await browser.get(first_receipt))
    awaiting = await browser.get(first_receipt.partition("/kvitteringer/")[0])
    assert (awaiting.status_code, f'href="{base}">Til overblikket' in awaiting.text) == (409, True)
    kept = str(awaiting.url.path) + "/kvitteringer/latest"
    assert f'href="{kept}"' in awaiting.text
    assert "Kvittering for indsendelse" in _words(await browser.get(kept))
    typed = await browser.get(f"{awaiting.url.path}/send")
    assert (typed.status_code, f'href="{base}">Til overblikket' in typed.text) == (405, True)
    locked = _words(await browser.get(f"{base}/trin/values"))
    assert f"De hører til sag {reference}" in locked
    assert "Du kan ændre det hele." not in _words(await browser.get(base))
    assert (await (await system.browser("reporter-other")).get(first_receipt)).status_code == 404


async def test_a_returned_case_says_at_each_step_what_is_left_and_is_sent_from_the_summary(
    system: SystemWithLighthouses, tilbud: TilbudActions
) -> None:
    await tilbud.send("first")
    await tilbud.return_case("first", "values", PLACES)
    browser, base = await system.browser(OPERATOR), f"/indberet/tilbud/{tilbud.tilbud_id}"
    reference, case = f"{tilbud.tilbud_id}-1", tilbud.cases["first"]
    overview = _words(await browser.get(base))
    assert (reference in overview, "Hele indberetningen (20 trin)" in overview) == (True, True)
    step = await browser.get(f"{base}/trin/values")
    for words in (f"Afvist af myndigheden {REASON}", f"sag {reference}, som er sendt tilbage", "Endnu ikke rettet:"):
        assert words in _words(step)
    assert f'value="case:{case}"' in step.text
    page = await browser.get(f"{base}/sager/{case}")
    assert _words(page).count("Ikke rettet endnu") == 2
    summary = await browser.get(f"{base}/opsummering")
    assert f'action="{base}/sager/{case}/send"' in summary.text
    assert ">Send til godkendelse<" not in summary.text

    unasked = await _press(browser, summary, f"{base}/sager/{case}/send")
    assert (unasked.status_code, "er ikke ændret i alle trin" in _words(unasked)) == (409, True)
    await tilbud.edit("values", values="Konkrete mål for hver borger.")
    shown = _words(await browser.get(f"{base}/trin/values"))
    assert ("Rettet siden, men ikke sendt igen" in shown, "Rettet, ikke sendt igen" in shown) == (True, True)
    page = await browser.get(f"{base}/sager/{case}")
    assert (_words(page).count("Ikke rettet endnu"), "afviste ikke er ændret i: Pladser: " in _words(page)) == (1, True)
    assert (await _press(browser, page, f"{base}/sager/{case}/send")).status_code == 409


async def test_a_case_that_is_not_ready_says_where_and_two_who_send_at_once_send_it_once(
    system: SystemWithLighthouses, tilbud: TilbudActions
) -> None:
    await tilbud.send("first")
    await tilbud.return_case("first", "values", PLACES)
    browser, base = await system.browser(OPERATOR), f"/indberet/tilbud/{tilbud.tilbud_id}"
    reference, case = f"{tilbud.tilbud_id}-1", tilbud.cases["first"]
    await tilbud.edit("values", values="Konkrete mål for hver borger.")
    await tilbud.edit(PLACES, approved_places=None)
    page = await browser.get(f"{base}/sager/{case}")
    assert re.search(r"<button[^>]*disabled>Send sagen igen", page.text)
    assert f'href="{base}/trin/places#f.departments.afd-1.approved_places"' in page.text
    refused = await _press(browser, page, f"{base}/sager/{case}/send", uncorrected="1")
    assert (refused.status_code, "Se, hvad der mangler" in _words(refused)) == (422, True)
    await tilbud.edit(PLACES, approved_places=10, waiting_time_weeks=4)

    page = await browser.get(f"{base}/sager/{case}")
    colleague = await system.browser(COLLEAGUE)
    other_tab = await colleague.get(f"{base}/sager/{case}")
    sent = [_press(browser, page, f"{base}/sager/{case}/send") for _ in range(2)]
    answers = await asyncio.gather(*sent, _press(colleague, other_tab, f"{base}/sager/{case}/send"))
    assert sorted({answer.status_code for answer in answers}) == [303, 409]
    receipt = await _followed(browser, next(each for each in answers if each.status_code == 303))
    assert str(receipt.url.path) == f"{base}/sager/{case}/kvitteringer/sent-2"
    assert "Kvittering for genindsendelse" in _words(receipt)
    await system.running.deliver_all()

    await tilbud.return_case("first", "values")
    page = await browser.get(f"{base}/sager/{case}")
    assert ("Tidligere omgange" in _words(page), _words(page).count(REASON) >= 3) == (True, True)
    closed = await _followed(browser, await _press(browser, page, f"{base}/sager/{case}/afslut"))
    assert ("Kvittering for afslutning" in _words(closed), reference in _words(closed)) == (True, True)
    await system.running.deliver_all()
    over = _words(await browser.get(f"{base}/sager/{case}"))
    assert ("Afsluttet, opgivet" in over, "Tidligere omgange" in over, over.count(REASON) >= 3) == (True,) * 3
    assert "Kvittering for indsendelse" in _words(await browser.get(f"{base}/sager/{case}/kvitteringer/sent-1"))


async def test_a_first_report_that_is_filled_in_has_no_line_that_says_otherwise(
    system: SystemWithLighthouses, tilbud: TilbudActions
) -> None:
    page = await (await system.browser(OPERATOR)).get(f"/indberet/tilbud/{tilbud.tilbud_id}/opsummering")
    shown = _words(page)
    assert re.findall(r"(\S+ \S+ \S+) Ikke besvaret", shown) == []
    assert "Kan ikke beregnes endnu" not in shown
    assert "Socialtilsyn Nord afgør indberetningen." in shown


async def test_what_does_not_belong_to_a_returned_case_goes_its_own_way(
    system: SystemWithLighthouses, tilbud: TilbudActions
) -> None:
    await tilbud.send("first")
    await tilbud.approve("first")
    await tilbud.edit("values", values="Nye værdier.")
    await tilbud.send("values")
    await tilbud.edit("supplementary", other="Vi har høns.")
    await tilbud.send("other")
    browser, base = await system.browser(OPERATOR), f"/indberet/tilbud/{tilbud.tilbud_id}"
    overview = _words(await browser.get(base))
    for number, step in ((2, "Værdigrundlag"), (3, "Supplerende oplysninger")):
        assert f"{tilbud.tilbud_id}-{number} {step} " in overview
    await tilbud.return_case("values", "values")
    await tilbud.edit("values", values="Bedre værdier.")
    await tilbud.edit("methods", methods=[])
    for state in ("draft", "awaiting", "returned"):
        assert f'href="{base}"' in (await browser.get(f"/indberet?case_status={state}")).text, state
    summary = await browser.get(f"{base}/opsummering")
    assert "De andre ændringer kan ikke sendes endnu" in _words(summary)
    assert re.search(r"<button[^>]*disabled>Send til godkendelse", summary.text)
    assert f'href="{base}/trin/methods#f.methods"' in summary.text
    again = await _press(browser, summary, f"{base}/sager/{tilbud.cases['values']}/send")
    assert (await _followed(browser, again)).url.path.endswith("/kvitteringer/sent-2")
    await tilbud.edit(
        "methods", methods=(await tilbud.report("GET", "")).json()["baseline"]["steps"]["methods"]["methods"][:1]
    )
    summary = await browser.get(f"{base}/opsummering")
    assert "Indberetningen indeholder ét ændret trin: Metode." in _words(summary)
    assert "Fjernet række" in _words(summary)
    sent = await _followed(browser, await _press(browser, summary, f"{base}/opsummering"))
    assert f"{tilbud.tilbud_id}-4" in _words(sent)
