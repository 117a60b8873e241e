"""The fast lane: public at once, checked against the approved places, and never overwritten by what is older."""

import asyncio
from typing import Any

import pytest

from chassis.database import Database
from services.reporting.tests.http_requests import (
    Client,
    approve_case,
    edit_department,
    events,
    example,
    last_sent,
    submit,
)


async def test_vacancies_are_told_at_once(reporter: Client, approved: Any, database: Database) -> None:
    url = f"/v1/tilbud/{approved.tilbud_id}/vacancies"
    body = {
        "departments": [
            {"department_id": "afd-1", "vacancies": 1, "waiting_time_weeks": 0},
            {"department_id": "afd-2", "vacancies": 0, "waiting_time_weeks": 5},
        ]
    }
    assert (await reporter.put(url, json=body)).status_code == 428
    tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
    answers = await asyncio.gather(*(reporter.put(url, json=body, headers=tag) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    (event,) = await events(database, "vacancies-changed")
    assert (event["version"], event["departments"]) == (1, body["departments"])
    assert (await reporter.get(url)).json()["departments"] == body["departments"]


async def test_vacancies_told_while_the_places_awaited_approval_are_the_newer_ones(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit_department(reporter, tilbud_id, "places/afd-1", vacancies_note="Uden elevator.")
    case = await submit(reporter, tilbud_id)
    url = f"/v1/tilbud/{tilbud_id}/vacancies"
    tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
    body = {"departments": [{"department_id": "afd-1", "vacancies": 1}]}
    assert (await reporter.put(url, json=body, headers=tag)).status_code == 200
    await approve_case(database, case)
    step = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/places")).json()["data"]["departments"]
    assert (step["afd-1"]["vacancies"], step["afd-2"]["vacancies"]) == (1, 0)


async def test_a_later_report_is_prefilled_with_the_vacancies_and_does_not_send_them_alone(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    url = f"/v1/tilbud/{tilbud_id}/vacancies"
    tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
    body = {"departments": [{"department_id": "afd-1", "vacancies": 1, "waiting_time_weeks": 3}]}
    assert (await reporter.put(url, json=body, headers=tag)).status_code == 200
    step = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/places")).json()["data"]["departments"]
    assert (step["afd-1"]["vacancies"], step["afd-1"]["waiting_time_weeks"]) == (1, 3)
    assert step["afd-2"] == example("steps/places")["departments"]["afd-2"]
    nothing = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")
    assert nothing.json()["type"].endswith("/nothing-changed")
    await edit_department(reporter, tilbud_id, "places/afd-1", vacancies_note="Uden elevator.")
    sent = await last_sent(database, await submit(reporter, tilbud_id))
    assert [(each.key, each.data["vacancies"]) for each in sent.steps] == [("places/afd-1", 1)]
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["baseline"]["steps"]["places"]
    assert shown["departments"]["afd-1"]["vacancies"] == 2


@pytest.mark.parametrize(
    ("departments", "pointer"),
    [
        ([{"department_id": "afd-9", "vacancies": 1}], "/departments/0/department_id"),
        ([{"department_id": None, "vacancies": 1}], "/departments/0/department_id"),
        ([{"department_id": "afd-1", "vacancies": 11}], "/departments/0/vacancies"),
        ([{"department_id": "afd-1", "vacancies": -1}], "/departments/0/vacancies"),
        ([{"department_id": "afd-1", "vacancies": "1"}], "/departments/0/vacancies"),
        ([{"department_id": "afd-1", "vacancies": 1.5}], "/departments/0/vacancies"),
        ([{"department_id": "afd-1", "vacancies": 1}] * 2, "/departments"),
        ([], "/departments"),
    ],
)
async def test_vacancies_that_do_not_fit_are_refused(
    reporter: Client, approved: Any, departments: list[Any], pointer: str
) -> None:
    url = f"/v1/tilbud/{approved.tilbud_id}/vacancies"
    tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
    response = await reporter.put(url, json={"departments": departments}, headers=tag)
    assert response.status_code == 422
    assert pointer in [error["pointer"] for error in response.json()["errors"]]


async def test_there_are_no_vacancies_before_there_are_approved_places(reporter: Client, tilbud_id: str) -> None:
    url = f"/v1/tilbud/{tilbud_id}/vacancies"
    tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
    body = {"departments": [{"department_id": None, "vacancies": 1}]}
    assert (await reporter.put(url, json=body, headers=tag)).status_code == 409
