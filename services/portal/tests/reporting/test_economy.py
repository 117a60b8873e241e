"""Budget and annual report side by side (P7), and the figures of the year before in a new budget (P5)."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.database import Database
from portal.app import build
from portal.settings import PortalSettings
from services.portal.tests.economy_answers import economy
from services.portal.tests.factories import example_step
from services.portal.tests.pages import hidden_value
from services.portal.tests.reporting.stand_in import STEPS_URL, ReportingStandIn, post_step

PAGE = f"{STEPS_URL}/budget"
SUGGESTED = [
    {"field": "staff_wages_oere", "value": 1_234_00, "step": "annual-report", "year": 2026},
    {"field": "rate_income_oere", "value": 2_000_000_50, "step": "budget", "year": 2027},
]


class EconomyStandIn(ReportingStandIn):
    """A tilbud with figures; ``suggested`` is what a new budget begins with."""

    def __init__(self) -> None:
        super().__init__()
        self.suggested: list[dict[str, Any]] = SUGGESTED
        self.asked: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path.endswith("/economy"):
            return httpx2.Response(200, json=economy())
        if path.endswith("/suggested-budget"):
            self.asked.append(str(request.url.query, "ascii"))
            year = int(request.url.params.get("year", "2028"))
            return httpx2.Response(200, json={"year": year, "answers": self.suggested, "asked_again": ["rate_audited"]})
        return super().__call__(request)


@pytest.fixture
def reporting() -> EconomyStandIn:
    return EconomyStandIn()


@pytest.fixture
def app(settings: PortalSettings, database: Database, reporting: EconomyStandIn) -> FastAPI:
    """The portal in front of a tilbud with figures."""
    return build(settings, database, httpx2.MockTransport(reporting))


async def test_p7_a_year_shows_its_deviations_with_their_signs(browser: Any) -> None:
    text = (await (await browser("reporter-solsikken")).get("/oekonomi/tilbud/CRV-1")).text
    assert text.index('id="aar-2026"') < text.index('id="aar-2025"')
    assert "Budget: godkendt 10.01.2025. Årsrapport: sendt, ikke godkendt endnu." in text
    assert "Årsrapport: ikke indberettet." in text
    for cell in ("100.000 kr.", "+10.000 kr.", "+10 %", "-2.000 kr.", "-6.000 kr.", "-150 %", "-1,8 %", "72,7 %"):
        assert f">{cell}</td>" in text, cell
    assert "Underskud står med minus." in text


async def test_p5_last_years_figures_stand_in_the_fields_and_are_not_saved(
    browser: Any, reporting: EconomyStandIn
) -> None:
    client = await browser("reporter-solsikken")
    text = (await client.get(PAGE)).text
    assert 'name="do" value="last-year">Hent sidste års tal</button>' in text
    budget = example_step("budget")
    shown = [("/year", str(budget["year"])), ("/leader_wages_oere", "740.000,00"), ("/staff_wages_oere", "16.000.000")]
    own = ("/property_costs_oere", "3.000")
    text = (await post_step(client, "budget", *shown, own, ("do", "last-year"))).text
    assert "Sidste års tal er hentet" in text
    assert value_of(text, "/year") == "2028"
    assert value_of(text, "/staff_wages_oere") == "1.234"
    assert value_of(text, "/rate_income_oere") == "2.000.000,50"
    assert value_of(text, "/leader_wages_oere") == "740.000,00"
    # What somebody typed stays.
    assert value_of(text, "/property_costs_oere") == "3.000"
    assert "Hentet fra årsrapporten for 2026. Ikke bekræftet endnu" in text
    assert text.count("Ikke bekræftet endnu") == 2
    assert hidden_value(text, "etag") == '"one"'
    assert (reporting.saved, reporting.asked) == ([], [""])


async def test_p5_a_budget_of_the_same_year_keeps_what_stands_in_it(browser: Any, reporting: EconomyStandIn) -> None:
    client = await browser("reporter-solsikken")
    reporting.data["budget"] = {"year": 2028, "staff_wages_oere": 500_00}
    typed = (("/year", "2028"), ("/staff_wages_oere", "500"), ("do", "last-year"))
    text = (await post_step(client, "budget", *typed)).text
    assert (value_of(text, "/staff_wages_oere"), value_of(text, "/rate_income_oere")) == ("500", "2.000.000,50")
    await post_step(client, "budget", ("/year", "2030"), ("do", "last-year"))
    await post_step(client, "budget", ("/year", "9" * 30), ("do", "last-year"))
    assert reporting.asked == ["", "year=2030", ""]
    reporting.suggested = []
    text = (await post_step(client, "budget", *typed)).text
    assert "Der er ingen tal at hente" in text
    assert value_of(text, "/staff_wages_oere") == "500"


async def test_p7_an_amount_that_can_be_read_in_two_ways_is_asked_about(browser: Any, reporting: Any) -> None:
    client = await browser("reporter-solsikken")
    await post_step(client, "budget", ("/staff_wages_oere", "1.234"), ("/leader_wages_oere", "1,234"), ("do", "save"))
    assert reporting.saved[-1][1] == {"staff_wages_oere": 1_234_00, "leader_wages_oere": "1,234"}


def value_of(text: str, name: str) -> str:
    return text.partition(f'name="{name}" value="')[2].partition('"')[0]
