"""What an organisation lacks now: each thing with its day and its page, and vacancies confirmed for many at once."""

from typing import Any

import pytest

from services.portal.tests.factories import DUE
from services.portal.tests.pages import csrf_token, text_of
from services.portal.tests.reporting.stand_in import TILBUD, ReportingStandIn

PAGE = "/indberet/mangler"
REPORT = DUE | {"what": "annual-report", "state": "soon", "since": None, "deadline": "2027-05-01", "year": 2026}
RETURNED = DUE | {"what": "returned-case", "state": "open", "deadline": None, "submission_id": "s1"}
DRAFT = DUE | {"what": "draft", "state": "open", "deadline": None}
CPR = DUE | {"what": "leader-cpr", "state": "open", "deadline": None}


async def test_each_thing_has_its_day_and_its_page(browser: Any, reporting: ReportingStandIn) -> None:
    reporting.due = [DUE, REPORT, RETURNED, DRAFT, CPR]
    page = (await (await browser("reporter-solsikken")).get(PAGE)).text
    text = text_of(page)
    for words in (
        "5 ting i alt",
        "Bekræftet 20.10.2026, frist 19.11.2026",
        "Frist 01.05.2027",
        "Sendt tilbage 20.10.2026",
        "Gemt 20.10.2026",
        "Oprettet 20.10.2026",
    ):
        assert words in text
    assert (text.count("For sent"), text.count("Snart")) == (1, 1)
    base = "/indberet/tilbud/CRV-1"
    for path in ("/ledige-pladser", "/trin/annual-report", "/sager/s1", "/opsummering", ""):
        assert f'href="{base}{path}"' in page
    # Only vacancies can be confirmed as they are.
    assert page.count('type="checkbox"') == 1


async def test_several_tilbud_are_confirmed_at_once(browser: Any, reporting: ReportingStandIn) -> None:
    reporting.due = [DUE, DUE | {"tilbud_id": "CRV-2"}]
    client = await browser("reporter-solsikken")
    form = {"csrf": await csrf_token(client, PAGE), "tilbud": ["CRV-1", "CRV-2"]}
    answer = await client.post(PAGE, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?bekraeftet=2")
    paths = [path for path, *_ in reporting.saved]
    assert paths == [f"/v1/tilbud/{each}/vacancies/confirmation" for each in ("CRV-1", "CRV-2")]
    assert "Tallene for 2 tilbud har fået dags dato." in (await client.get(answer.headers["location"])).text


async def test_what_is_refused_is_named_and_nothing_chosen_is_said(browser: Any, reporting: ReportingStandIn) -> None:
    reporting.due = [DUE]
    client = await browser("reporter-solsikken")
    token = await csrf_token(client, PAGE)
    nothing = await client.post(PAGE, data={"csrf": token})
    assert (nothing.status_code, "Vælg mindst ét tilbud" in nothing.text) == (422, True)
    reporting.refusal = (409, "tilbud-ceased", [])
    refused = await client.post(PAGE, data={"csrf": token, "tilbud": "CRV-1"})
    assert (refused.status_code, "CRV-1: Afvist." in refused.text) == (409, True)


async def test_nothing_lacking_says_so(browser: Any, reporting: ReportingStandIn) -> None:
    assert reporting.due == []
    assert "Der mangler ikke noget lige nu." in (await (await browser("reporter-solsikken")).get(PAGE)).text


@pytest.mark.parametrize("due", [[], [DUE]])
async def test_the_page_of_a_tilbud_says_what_it_lacks(
    browser: Any, reporting: ReportingStandIn, due: list[dict[str, Any]]
) -> None:
    reporting.due = due
    reporting.tilbud = TILBUD | {
        "status": "approved",
        "operator": {"kind": "private", "cvr": "99000015", "name": "Blomsterengen ApS"},
        "primary_legal_basis": "botilbud-laengerevarende",
        "leader_cpr": {"missing": False},
    }
    page = (await (await browser("reporter-solsikken")).get("/indberet/tilbud/CRV-1")).text
    assert ('id="mangler"' in page) is bool(due)
    assert 'href="/indberet/tilbud/CRV-1/ledige-pladser"' in page
