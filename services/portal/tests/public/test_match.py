"""The form of a need: what was typed stays, nobody is identified, and each result says why."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.form.form_data import FormData
from portal.public.match_form import NO_CPR, Need
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import text_of


@pytest.fixture
def services(app: FastAPI, settings: PortalSettings) -> EveryService:
    """A publication that finds one department."""
    found = EveryService("Ord")
    app.state.backends = Backends(settings, httpx2.MockTransport(found))
    return found


def need(**fields: str) -> Need:
    return Need.of(FormData.of(fields.items()))


def test_only_what_was_filled_in_is_asked() -> None:
    asked = need(age="17", target_groups="autism", near="Aalborg", rate_max="3.500,50", accessible="1", vacancies="1")
    assert asked.body() == {
        "target_groups": ["autism"],
        "age": 17,
        "vacancies": 1,
        "rate_max_oere": 350050,
        "rate_unit": "day-and-night",
        "near": "Aalborg",
        "accessible": True,
    }
    assert asked.errors == {}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("age", "-1"),
        ("age", "121"),
        ("age", "²"),
        ("age", "9" * 5_000),
        ("vacancies", "mange"),
        ("rate_max", "1,250"),
        ("near", "x" * 61),
        ("municipality", "0000"),
        ("target_groups", "findes-ikke"),
        ("services", "findes-ikke"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(field: str, text: str) -> None:
    asked = need(**{field: text})
    assert field not in asked.body()
    assert list(asked.errors) == [field]


def test_a_place_is_named_once() -> None:
    asked = need(near="Aalborg", municipality="0851")
    asked.body()
    assert list(asked.errors) == ["near"]


@pytest.mark.parametrize("field", ["age", "near", "rate_max", "vacancies", "municipality"])
@pytest.mark.usefixtures("services")
async def test_a_cpr_number_is_refused_and_not_shown_again(browser: Any, field: str) -> None:
    page = await (await browser()).post("/find-plads", data={field: "010190-1234", "services": "long-term-stay"})
    assert page.status_code == 422
    assert NO_CPR in page.text
    assert "010190" not in page.text


@pytest.mark.usefixtures("services")
async def test_each_result_says_why(browser: Any) -> None:
    page = await (await browser()).post("/find-plads", data={"target_groups": "autism", "age": "17"})
    assert page.status_code == 200
    text = " ".join(text_of(page.text).split())
    for told in ("1 forslag", "Passer", "Ved vi ikke", "Passer ikke", "ca. 1,5 km væk", "1 ledig plads, bekræftet"):
        assert told in text
    assert 'name="age" value="17"' in page.text
    assert 'value="autism" checked' in page.text


@pytest.mark.parametrize("age", ["000000" + "9" * 5_000, "0000001234567", "121", "-1"])
@pytest.mark.usefixtures("services")
async def test_an_age_that_nobody_has_is_asked_about(browser: Any, age: str) -> None:
    page = await (await browser()).post("/find-plads", data={"age": age})
    assert page.status_code == 422
    assert "Skriv alderen i hele år" in page.text


@pytest.mark.usefixtures("services")
async def test_nothing_asked_is_asked_about(browser: Any) -> None:
    page = await (await browser()).post("/find-plads", data={"rate_unit": "hour"})
    assert page.status_code == 422
    assert "Vælg mindst én ting" in page.text


async def test_what_publication_cannot_use_stands_at_the_field(
    browser: Any, app: FastAPI, settings: PortalSettings
) -> None:
    error = {"pointer": "/near", "code": "unknown-place", "detail": "Vi kender ikke stedet."}
    document = {"type": "https://tilbudsportalen.dk/problems/invalid", "detail": "x", "errors": [error]}
    app.state.backends = Backends(settings, httpx2.MockTransport(lambda _: httpx2.Response(422, json=document)))
    page = await (await browser()).post("/find-plads", data={"near": "Langtbortistan"})
    assert page.status_code == 422
    assert '<a href="#near">Tæt på: Vi kender ikke stedet.</a>' in page.text
    assert 'value="Langtbortistan"' in page.text


async def test_a_publication_without_matches_is_away_for_now(
    browser: Any, app: FastAPI, settings: PortalSettings
) -> None:
    app.state.backends = Backends(settings, httpx2.MockTransport(lambda _: httpx2.Response(404, json={})))
    page = await (await browser()).post("/find-plads", data={"age": "17"})
    assert page.status_code == 503
    assert page.headers["retry-after"] == "60"


@pytest.mark.usefixtures("services")
async def test_towns_are_offered_and_the_place_that_was_understood_is_told(browser: Any) -> None:
    visitor = await browser()
    page = await visitor.get("/find-plads")
    assert 'list="near-forslag"' in page.text
    assert '<option value="9280 Storvorde">' in page.text
    page = await visitor.post("/find-plads", data={"near": "ålborg"})
    assert "Afstanden er regnet fra 9000 Aalborg og er omtrentlig." in " ".join(text_of(page.text).split())


@pytest.mark.usefixtures("services")
async def test_the_next_suggestions_are_asked_for_with_the_same_need(browser: Any) -> None:
    page = await (await browser()).post("/find-plads", data={"target_groups": "autism", "age": "17"})
    assert '<input type="hidden" name="target_groups" value="autism">' in page.text
    assert '<button class="button button-secondary" type="submit" name="cursor" value="abc">' in page.text
    assert need(target_groups="autism", age="17").body() == {"target_groups": ["autism"], "age": 17}
