"""The page of rates: the drawing has the numbers of the table, and what is too few is not told."""

from typing import Any

import httpx2
from fastapi import FastAPI

from portal.clients import Backends
from portal.public.box_plot import BoxPlot
from portal.settings import PortalSettings
from services.portal.tests.pages import text_of

POINTS = {"min_oere": 100_000, "q1_oere": 200_000, "median_oere": 250_000, "q3_oere": 300_000, "max_oere": 500_000}
BOX = {"rate_unit": "day-and-night", "rate_year": 2026, "occupancy_label": "forudsat belægning 95-100 %"}
OWN = [{"department_id": None, "rate_oere": 300_000, "share_below": 75}]


def test_the_points_stand_in_proportion() -> None:
    plot = BoxPlot.of(POINTS, [300_000])
    assert (plot.low, plot.first, plot.median, plot.third, plot.high, plot.own) == (20, 160, 230, 300, 580, (300,))
    assert BoxPlot.of(dict.fromkeys(POINTS, 7), []).median == 300


def test_an_own_rate_beyond_the_others_is_inside_the_drawing() -> None:
    plot = BoxPlot.of(POINTS, [900_000])
    assert plot.own == (580,)
    assert plot.high < 580


async def test_rates_are_shown_by_unit_year_and_occupancy(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    boxes = [
        {**BOX, "suppressed": False, "n": 9, "tilbud": 6, **POINTS, "own": OWN},
        {"rate_unit": "hour", "rate_year": 2026, "suppressed": True, "n": None, "tilbud": None, "own": []},
    ]
    asked: list[httpx2.Request] = []

    def publication(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={"items": boxes})

    app.state.backends = Backends(settings, httpx2.MockTransport(publication))
    page = await (await browser()).get("/takster?target_group=autism&tilbud_id=CRV-1")
    assert dict(asked[0].url.params) == {"target_group": "autism", "tilbud_id": "CRV-1"}
    text = " ".join(text_of(page.text).split())
    assert "Pr. døgn i 2026, forudsat belægning 95-100 %" in text
    assert (
        "Halvdelen af afdelingerne ligger mellem 2.000 kr. og 3.000 kr. Midt i feltet koster en plads 2.500 kr." in text
    )
    assert "Tilbuddet: 3.000 kr. 75 % af afdelingerne er billigere." in text
    assert "Færre end fem tilbud oplyser en pris for hver af disse." in text
    assert page.text.count('<svg class="box-plot"') == 1


async def test_nothing_chosen_asks_nothing(browser: Any) -> None:
    assert (await (await browser()).get("/takster")).status_code == 200


async def test_a_choice_that_does_not_exist_is_told(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    error = {"pointer": "#query/target_group", "code": "enum", "detail": "Vælg en målgruppe på listen."}
    document = {"type": "https://tilbudsportalen.dk/problems/invalid", "detail": "x", "errors": [error]}
    app.state.backends = Backends(settings, httpx2.MockTransport(lambda _: httpx2.Response(422, json=document)))
    page = await (await browser()).get("/takster?target_group=x")
    assert page.status_code == 422
    assert '<a href="#target_group">Vælg en målgruppe på listen.</a>' in page.text
    assert page.text.count("Vælg en målgruppe på listen.") == 2
