"""Vacancies in two clicks: what was changed is sent, what was not is left alone, and nothing typed is lost."""

from typing import Any

import httpx2
import pytest

from services.portal.tests.factories import DUE, FIGURES
from services.portal.tests.pages import submitted_by, text_of
from services.portal.tests.reporting.stand_in import TILBUD, ReportingStandIn

PAGE = "/indberet/tilbud/CRV-1/ledige-pladser"
SOUTH = FIGURES | {"department_id": "afd-2", "name": "Afdeling Syd", "vacancies": 0, "waiting_time_weeks": 12}


@pytest.fixture
def two_departments(reporting: ReportingStandIn) -> ReportingStandIn:
    reporting.figures = [FIGURES, SOUTH | {"approved": True}]
    return reporting


async def send(client: Any, page: httpx2.Response, **typed: str) -> httpx2.Response:
    """Send the form of the page with some fields typed; ``__`` stands for the dot in a name."""
    fields = [
        (name, value) for name, value in submitted_by(page) if name.replace(".", "__").replace("-", "_") not in typed
    ]
    names = {name.replace(".", "__").replace("-", "_"): name for name, _ in submitted_by(page)}
    pairs = [*fields, *((names.get(name, name), value) for name, value in typed.items())]
    data: dict[str, list[str]] = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    answer: httpx2.Response = await client.post(PAGE, data=data)
    return answer


async def test_p4_who_was_given_other_steps_is_offered_nothing_that_is_refused(
    browser: Any, two_departments: ReportingStandIn
) -> None:
    two_departments.due = [DUE]
    client = await browser("operator-economy")
    page = await client.get(PAGE)
    assert "Du kan se tallene, men ikke ændre dem" in text_of(page.text)
    assert 'name="do"' not in page.text
    assert 'name="valgt"' not in (await client.get("/indberet/mangler")).text
    assert 'name="valgt"' in (await (await browser("reporter-solsikken")).get("/indberet/mangler")).text


async def test_only_what_was_changed_is_sent(browser: Any, two_departments: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    page = await client.get(PAGE)
    assert "Bekræftet 22.11.2026." in text_of(page.text)
    assert text_of(page.text).count("Ikke godkendt endnu") == 1
    answer = await send(client, page, vacancies__afd_1="4", do="save")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?saved=gemt")
    sent = {"departments": [{"department_id": "afd-1", "vacancies": 4}]}
    assert two_departments.saved == [("/v1/tilbud/CRV-1/vacancies", sent, '"one"')]
    assert "Tallene er gemt" in (await client.get(answer.headers["location"])).text


async def test_still_right_saves_what_was_changed_and_confirms_the_rest(
    browser: Any, two_departments: ReportingStandIn
) -> None:
    client = await browser("reporter-solsikken")
    answer = await send(client, await client.get(PAGE), do="confirm")
    assert answer.headers["location"] == f"{PAGE}?saved=bekraeftet"
    assert [path for path, *_ in two_departments.saved] == ["/v1/tilbud/CRV-1/vacancies/confirmation"]
    two_departments.saved.clear()
    await send(client, await client.get(PAGE), waiting_time_weeks__afd_2="8", do="confirm")
    (first, body, _), (second, *_) = two_departments.saved
    assert (first, second) == ("/v1/tilbud/CRV-1/vacancies", "/v1/tilbud/CRV-1/vacancies/confirmation")
    assert body == {"departments": [{"department_id": "afd-2", "vacancies": 0, "waiting_time_weeks": 8}]}


@pytest.mark.parametrize(
    ("typed", "reason"), [("to", "Skriv et helt tal, fx 2."), ("", "Skriv et antal."), ("99999", "Skriv et helt tal")]
)
async def test_what_is_no_number_is_refused_beside_its_field(
    browser: Any, two_departments: ReportingStandIn, typed: str, reason: str
) -> None:
    client = await browser("reporter-solsikken")
    answer = await send(client, await client.get(PAGE), vacancies__afd_1=typed, do="save")
    assert answer.status_code == 422
    assert f"Afdeling Nord, ledige pladser: {reason}" in text_of(answer.text)
    assert f'value="{typed}"' in answer.text
    assert two_departments.saved == []


async def test_what_the_service_refuses_stands_beside_its_field(
    browser: Any, two_departments: ReportingStandIn
) -> None:
    client = await browser("reporter-solsikken")
    error = {"pointer": "/departments/0/vacancies", "code": "exceeds", "detail": "Der er kun 10."}
    two_departments.refusal = (422, "invalid", [error])
    answer = await send(client, await client.get(PAGE), vacancies__afd_2="11", do="save")
    assert answer.status_code == 422
    assert "Afdeling Syd, ledige pladser: Der er kun 10." in text_of(answer.text)
    assert 'href="#vacancies.afd-2"' in answer.text


async def test_what_a_colleague_changed_is_shown_beside_what_was_typed(
    browser: Any, two_departments: ReportingStandIn
) -> None:
    client = await browser("reporter-solsikken")
    page = await client.get(PAGE)
    two_departments.refusal, two_departments.etag = (412, "stale", []), '"two"'
    two_departments.figures = [FIGURES | {"vacancies": 3}, SOUTH]
    answer = await send(client, page, vacancies__afd_1="4", do="save")
    assert answer.status_code == 412
    assert "Gemt nu: 3." in text_of(answer.text)
    two_departments.refusal = None
    again = await send(client, answer, do="save")
    assert again.status_code == 303
    sent = {"departments": [{"department_id": "afd-1", "vacancies": 4}]}
    assert two_departments.saved[-1] == ("/v1/tilbud/CRV-1/vacancies", sent, '"two"')


async def test_there_is_nothing_to_fill_in_before_the_places_are_approved(
    browser: Any, reporting: ReportingStandIn
) -> None:
    reporting.tilbud = TILBUD
    answer = await (await browser("reporter-solsikken")).get(PAGE)
    assert "når pladserne er godkendt første gang" in answer.text
    assert 'name="do"' not in answer.text


async def test_the_note_is_told_with_the_figures_and_can_be_taken_away(
    browser: Any, two_departments: ReportingStandIn
) -> None:
    client = await browser("reporter-solsikken")
    await send(client, await client.get(PAGE), vacancies_note__afd_1="Uden elevator", do="save")
    assert two_departments.saved[-1][1]["departments"][0]["vacancies_note"] == "Uden elevator"
    two_departments.figures[0] = FIGURES | {"vacancies_note": "Uden elevator"}
    page = await client.get(PAGE)
    assert 'value="Uden elevator"' in page.text
    await send(client, page, vacancies_note__afd_1="", do="save")
    assert two_departments.saved[-1][1]["departments"][0]["vacancies_note"] == ""
