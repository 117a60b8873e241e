"""The fast lane: public at once, checked against the approved places, and never overwritten by what is older."""

import asyncio
from typing import Any

import pytest

from chassis.database import Database
from services.reporting.tests.http_requests import (
    Client,
    approve_case,
    edit,
    edit_department,
    events,
    example,
    last_sent,
    return_case,
    submit,
)


def untimed(view: Any) -> list[dict[str, Any]]:
    """Return what is said of each department, without when."""
    return [{name: value for name, value in each.items() if name != "reported_at"} for each in view["departments"]]


async def put(client: Client, tilbud_id: str, *departments: dict[str, Any], tag: str | None = None) -> Any:
    """Report vacancies with the current ETag, or with one that was read before."""
    url = f"/v1/tilbud/{tilbud_id}/vacancies"
    headers = {"If-Match": tag or (await client.get(url)).headers["ETag"]}
    return await client.put(url, json={"departments": list(departments)}, headers=headers)


async def figures(client: Client, tilbud_id: str) -> dict[str, Any]:
    """Return what is public of each department."""
    view = (await client.get(f"/v1/tilbud/{tilbud_id}/vacancies")).json()
    return {each["department_id"]: each for each in view["figures"]}


def said(department_id: str, vacancies: int, **others: Any) -> dict[str, Any]:
    return {"department_id": department_id, "vacancies": vacancies, **others}


async def test_departments_that_are_not_named_keep_their_newer_figures(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    assert (await put(reporter, tilbud_id, said("afd-1", 4, waiting_time_weeks=3))).status_code == 200
    first = await figures(reporter, tilbud_id)
    answer = await put(reporter, tilbud_id, said("afd-2", 1))
    second = {each["department_id"]: each for each in answer.json()["figures"]}
    assert second["afd-1"] == first["afd-1"]
    assert (second["afd-1"]["vacancies"], second["afd-1"]["approved"]) == (4, False)
    # What was approved of the waiting time stands until somebody says otherwise.
    assert (second["afd-2"]["vacancies"], second["afd-2"]["waiting_time_weeks"]) == (1, 12)
    assert second["afd-2"]["confirmed_at"] > second["afd-1"]["confirmed_at"] > approved_time(first["afd-2"])
    event = (await events(database, "vacancies-changed"))[-1]
    assert [(each["department_id"], each["vacancies"]) for each in event["departments"]] == [("afd-1", 4), ("afd-2", 1)]
    assert event["departments"][0]["reported_at"] < event["departments"][1]["reported_at"] == event["changed_at"]


def approved_time(figure: dict[str, Any]) -> str:
    assert figure["approved"]
    return str(figure["confirmed_at"])


async def test_a_note_is_told_with_the_figures_and_can_be_taken_away(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    assert (await put(reporter, tilbud_id, said("afd-1", 2, vacancies_note=" Uden elevator "))).status_code == 200
    await put(reporter, tilbud_id, said("afd-1", 1))
    told = (await events(database, "vacancies-changed"))[-1]["departments"][0]
    assert (told["vacancies"], told["vacancies_note"]) == (1, "Uden elevator")
    assert (await put(reporter, tilbud_id, said("afd-1", 1, vacancies_note=" "))).status_code == 200
    assert (await figures(reporter, tilbud_id))["afd-1"]["vacancies_note"] == ""
    refused = await put(reporter, tilbud_id, said("afd-1", 1, vacancies_note="Spørg efter 010180-1234"))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "cpr-number"
    assert (await put(reporter, tilbud_id, said("afd-1", 1, vacancies_note="x" * 501))).status_code == 422


async def test_two_users_can_change_two_departments_at_once_and_one_department_once(
    reporter: Client, colleague: Client, approved: Any
) -> None:
    tilbud_id = approved.tilbud_id
    tag = (await reporter.get(f"/v1/tilbud/{tilbud_id}/vacancies")).headers["ETag"]
    answers = await asyncio.gather(
        put(reporter, tilbud_id, said("afd-1", 3), tag=tag), put(colleague, tilbud_id, said("afd-2", 2), tag=tag)
    )
    assert [each.status_code for each in answers] == [200, 200]
    found = await figures(reporter, tilbud_id)
    assert (found["afd-1"]["vacancies"], found["afd-2"]["vacancies"]) == (3, 2)
    assert (await put(reporter, tilbud_id, said("afd-2", 1), tag=tag)).status_code == 412
    assert (await put(reporter, tilbud_id, said("afd-2", 1), tag='"0"')).status_code == 412


async def test_still_right_gives_every_figure_a_new_date_and_changes_none(
    reporter: Client, other_operator: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    url = f"/v1/tilbud/{tilbud_id}/vacancies/confirmation"
    before = await figures(reporter, tilbud_id)
    key = {"Idempotency-Key": "still-right"}
    first, again = [await reporter.post(url, headers=key) for _ in range(2)]
    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    after = await figures(reporter, tilbud_id)
    assert all(after[each]["confirmed_at"] > before[each]["confirmed_at"] for each in before)
    assert [{**each, "confirmed_at": 0} for each in after.values()] == [
        {**each, "confirmed_at": 0} for each in before.values()
    ]
    assert len(await events(database, "vacancies-changed")) == 1
    one = await reporter.post(url, json={"departments": ["afd-2"]})
    latest = {each["department_id"]: each for each in one.json()["figures"]}
    assert latest["afd-1"] == after["afd-1"]
    assert latest["afd-2"]["confirmed_at"] > after["afd-2"]["confirmed_at"]
    assert (await reporter.post(url, json={"departments": ["afd-9"]})).status_code == 422
    assert (await other_operator.post(url)).status_code == 404


async def test_two_confirmations_at_once_are_both_true(reporter: Client, colleague: Client, approved: Any) -> None:
    url = f"/v1/tilbud/{approved.tilbud_id}/vacancies/confirmation"
    answers = await asyncio.gather(reporter.post(url), colleague.post(url))
    assert [each.status_code for each in answers] == [200, 200]
    assert (await reporter.get(url.rpartition("/")[0])).json()["version"] == 2


async def test_nothing_is_confirmed_before_there_are_approved_places(reporter: Client, tilbud_id: str) -> None:
    assert (await reporter.post(f"/v1/tilbud/{tilbud_id}/vacancies/confirmation")).status_code == 409


async def test_what_a_report_says_of_vacancies_is_public_when_it_is_sent(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit_department(reporter, tilbud_id, "places/afd-1", vacancies=5, vacancies_note="Uden elevator.")
    assert await events(database, "vacancies-changed") == []
    case = await submit(reporter, tilbud_id)
    (event,) = await events(database, "vacancies-changed")
    sent = await last_sent(database, case)
    (department,) = event["departments"]
    assert (department["vacancies"], department["vacancies_note"]) == (5, "Uden elevator.")
    assert event["changed_at"] == department["reported_at"] == sent.model_dump(mode="json")["sent_at"]
    await approve_case(database, case)
    assert (await figures(reporter, tilbud_id))["afd-1"]["approved"]


async def test_more_vacancies_than_approved_places_wait_for_the_places(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    rows = [{"legal_basis": "botilbud-laengerevarende", "kind": "day-and-night", "places": 20}]
    more = {"approved_places": 20, "distribution": rows, "vacancies": 12}
    await edit_department(reporter, tilbud_id, "places/afd-1", **more)
    case = await submit(reporter, tilbud_id)
    assert await events(database, "vacancies-changed") == []
    await approve_case(database, case)
    assert (await figures(reporter, tilbud_id))["afd-1"]["vacancies"] == 12


async def test_a_draft_that_was_saved_before_does_not_bring_old_vacancies_back(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit_department(reporter, tilbud_id, "places/afd-1", vacancies=3, vacancies_note="Uden elevator.")
    url = f"/v1/tilbud/{tilbud_id}/draft/steps/places"
    seen = (await reporter.get(url)).headers["ETag"]
    assert (await put(reporter, tilbud_id, said("afd-1", 4))).status_code == 200
    now_saved = await reporter.get(url)
    assert now_saved.headers["ETag"] != seen
    assert now_saved.json()["data"]["departments"]["afd-1"]["vacancies_note"] == "Uden elevator."
    sent = await last_sent(database, await submit(reporter, tilbud_id))
    assert [(each.key, each.data["vacancies"]) for each in sent.steps] == [("places/afd-1", 4)]


async def test_a_returned_case_is_sent_again_with_the_newer_vacancies(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit_department(reporter, tilbud_id, "places/afd-1", vacancies=3)
    case = await submit(reporter, tilbud_id)
    await return_case(database, case, "places/afd-1")
    assert (await put(reporter, tilbud_id, said("afd-1", 4))).status_code == 200
    again = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{case}/resubmission")
    assert again.status_code == 200, again.text
    assert (await last_sent(database, case)).steps[0].data["vacancies"] == 4


async def test_a_change_while_a_case_is_approved_stays_the_newer_one(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit_department(reporter, tilbud_id, "places/afd-1", vacancies=3)
    case = await submit(reporter, tilbud_id)
    changed, _ = await asyncio.gather(put(reporter, tilbud_id, said("afd-1", 4)), approve_case(database, case))
    assert changed.status_code == 200
    found = (await figures(reporter, tilbud_id))["afd-1"]
    assert (found["vacancies"], found["approved"]) == (4, False)


async def test_a_department_that_is_gone_leaves_no_figures(reporter: Client, approved: Any, database: Database) -> None:
    tilbud_id = approved.tilbud_id
    assert (await put(reporter, tilbud_id, said("afd-1", 1), said("afd-2", 1))).status_code == 200
    rows = example("steps/departments")["departments"]
    assert (await edit(reporter, tilbud_id, "departments", departments=rows[:1])).status_code == 200
    await approve_case(database, await submit(reporter, tilbud_id))
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}/vacancies")).json()
    assert [each["department_id"] for each in shown["departments"]] == ["afd-1"]
    assert [each["department_id"] for each in shown["figures"]] == ["afd-1"]
    await put(reporter, tilbud_id, said("afd-1", 2))
    event = (await events(database, "vacancies-changed"))[-1]
    assert [each["department_id"] for each in event["departments"]] == ["afd-1"]


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
    assert (event["version"], untimed(event)) == (1, body["departments"])
    assert untimed((await reporter.get(url)).json()) == body["departments"]


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
