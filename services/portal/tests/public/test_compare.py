"""The page that compares, and its files: too few, too many, an earlier day, formulas that stay text."""

import io
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook

from chassis.database import Database
from contracts.testing.factories import tilbud_created
from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.factories import publication_record
from services.portal.tests.overview.overview_rows import consume
from services.portal.tests.public.record.records import record

Asked = list[httpx2.Request]


@pytest.fixture
def asked(app: FastAPI, settings: PortalSettings) -> Asked:
    """What publication was asked; one of the two has a formula for a name."""
    asked: Asked = []

    def publication(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        items = [record("CRV-1", name='=HYPERLINK("https://ond.example")'), record("CRV-2", municipality="0101")]
        return httpx2.Response(200, json={"items": items, "missing": ["CRV-3"]})

    app.state.backends = Backends(settings, httpx2.MockTransport(publication))
    return asked


async def test_r87_two_tilbud_side_by_side(browser: Any, asked: Asked) -> None:
    page = await (await browser()).get("/sammenlign?id=CRV-1&id=crv2&id=CRV-3&as_of=2026-03-31")
    assert page.status_code == 200
    assert asked[0].url.params.get_list("id") == ["CRV-1", "CRV-2", "CRV-3"]
    assert asked[0].url.params["as_of"] == "2026-03-31"
    text = " ".join(page.text.split())
    assert (
        '<th scope="row">Kommune <span class="mark">Forskellig</span></th> <td> Aalborg </td> <td> København </td>'
        in text
    )
    assert "Et af de tilbud, du valgte, er ikke offentligt den dag: CRV-3." in text
    assert 'href="/sammenlign.xlsx?id=CRV-1&amp;id=CRV-2&amp;id=CRV-3&amp;as_of=2026-03-31"' in page.text


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("ids", ["id=CRV-1&id=CRV-2", "id=CRV-1"])
async def test_the_way_back_keeps_the_search_and_the_ticks(browser: Any, ids: str) -> None:
    soegning = "q%3Dautisme%26near%3D6700%26ond%3D//ond.example"
    text = (await (await browser()).get(f"/sammenlign?{ids}&soegning={soegning}")).text
    assert f'href="/soeg?q=autisme&amp;near=6700&amp;{ids.replace("&", "&amp;")}"' in text
    assert '<input type="hidden" name="soegning" value="q=autisme&amp;near=6700">' in text
    assert "ond.example" not in text.replace("https://ond.example", "")


@pytest.mark.usefixtures("asked")
async def test_only_the_differences(browser: Any) -> None:
    text = (await (await browser()).get("/sammenlign?id=CRV-1&id=CRV-2&forskelle=1")).text
    assert "Kommune" in text
    assert "Nattevagt" not in text


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("", 200, "Sæt kryds ved to til fem tilbud"),
        ("id=CRV-1", 200, "Vælg mindst ét mere at sammenligne det med."),
        ("id=CRV-1&id=crv-1", 200, "Du har valgt ét tilbud"),
        ("&".join(f"id=CRV-{number}" for number in range(1, 7)), 422, "Du har valgt 6 tilbud."),
        ("id=CRV-1&id=CRV-2&as_of=i+g%C3%A5r", 422, "Skriv datoen som"),
        ("id=CRV-1&id=CRV-2&as_of=2999-01-01", 422, "Vælg en dato, der ikke ligger ude i fremtiden."),
        ("id=%00&id=../../x", 400, ""),
        ("id=../../x&id=y", 200, "Sæt kryds ved to til fem tilbud"),
    ],
)
async def test_what_cannot_be_compared_is_asked_about(
    browser: Any, asked: Asked, query: str, status: int, told: str
) -> None:
    page = await (await browser()).get(f"/sammenlign?{query}")
    assert page.status_code == status
    assert told in page.text
    assert asked == []


@pytest.mark.usefixtures("asked")
async def test_what_was_chosen_stays_chosen_by_name(browser: Any, database: Database) -> None:
    await consume(
        database, tilbud_created("CRV-1"), tilbud_created("CRV-2"), publication_record("CRV-1", 1, public=True)
    )
    text = (await (await browser()).get("/sammenlign?id=CRV-1")).text
    assert 'id="valgt-CRV-1" name="id" value="CRV-1" checked' in text
    hidden = (await (await browser()).get("/sammenlign?id=CRV-2")).text
    # The name of what is not public stays unsaid.
    assert '<label class="form-label" for="valgt-CRV-2">CRV-2</label>' in hidden


@pytest.mark.usefixtures("asked")
async def test_a_formula_is_text_in_excel(browser: Any) -> None:
    answer = await (await browser()).get("/sammenlign.xlsx?id=CRV-1&id=CRV-2")
    assert 'filename="sammenligning-' in answer.headers["content-disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet["D1"].value == '=HYPERLINK("https://ond.example") (CRV-1)'
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} == {"s"}


@pytest.mark.usefixtures("asked")
async def test_a_formula_is_text_in_csv(browser: Any) -> None:
    answer = await (await browser()).get("/sammenlign.csv?id=CRV-1&id=CRV-2")
    assert answer.content.startswith(b"\xef\xbb\xbfEmne;Oplysning;Forskellig;\"'=HYPERLINK(")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.usefixtures("asked")
async def test_a_file_of_too_few_leads_to_the_page(browser: Any) -> None:
    answer = await (await browser()).get("/sammenlign.csv?id=CRV-1")
    assert (answer.status_code, unquote(answer.headers["location"])) == (303, "/sammenlign?id=CRV-1")
