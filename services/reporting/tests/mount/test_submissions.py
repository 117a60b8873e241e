"""Sending, sending again, giving up; what is locked, and what the events say."""

import asyncio
from typing import Any

import pytest

from chassis.database import Database
from devstack.in_process import emitted
from services.reporting.tests.http_requests import (
    PER_DEPARTMENT,
    STEP_KEYS,
    Client,
    approve_case,
    edit,
    edit_department,
    events,
    example,
    fill,
    get_submission,
    last_sent,
    return_case,
    save,
    submit,
)


async def test_nothing_is_sent_while_a_mandatory_step_is_not_valid(
    reporter: Client, filled: str, database: Database
) -> None:
    await edit(reporter, filled, "contact", phone="12")
    await edit(reporter, filled, "values", values="")
    response = await reporter.post(f"/v1/tilbud/{filled}/submissions")
    assert response.status_code == 422
    assert response.json()["type"].endswith("/incomplete")
    pointers = [error["pointer"] for error in response.json()["errors"]]
    assert {"/contact", "/contact/phone", "/values", "/values/values"} <= set(pointers)
    assert await events(database, "submission-sent") == []
    assert (await reporter.get(f"/v1/tilbud/{filled}")).json()["locks"] == []


async def test_the_first_submission_holds_every_step_and_all_that_routing_needs(sent: Any, database: Database) -> None:
    (event,) = await events(database, "submission-sent")
    assert event["submission_id"] == sent.submission_id
    keys = [step["key"] for step in event["steps"]]
    assert keys == STEP_KEYS
    assert {"company", "places/afd-1", "places/afd-2", "supplementary"} <= set(keys)
    assert (event["number"], event["revision"], event["initial"]) == (1, 1, True)
    assert event["facts"]["municipality"] == "0851"
    assert event["facts"]["operator_kind"] == "private"
    assert event["tilbud"]["name"] == "Kornblomsten"
    assert event["leader"]["name"] == "Karen Eksempel"
    assert event["contact"]["name"] == "Jørgen Eksempel"
    company = next(step["data"] for step in event["steps"] if step["key"] == "company")
    assert company["company_name"] == "Blomsterengen ApS"
    assert "010180" not in str(event)


async def test_events_about_a_tilbud_are_numbered_in_the_order_of_commits(sent: Any, database: Database) -> None:
    found = await emitted(database)
    assert [each["sequence"] for each in found] == [1, 2]
    assert {each["key"] for each in found} == {sent.tilbud_id}


async def remove_department(client: Client, tilbud_id: str, department: str) -> None:
    """Draft a list of departments without one."""
    rows = [row for row in example("steps/departments")["departments"] if row["id"] != department]
    response = await save(client, tilbud_id, "departments", {"departments": rows})
    assert response.status_code == 200, response.text


async def test_a_department_that_comes_back_has_everything_with_it(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await remove_department(reporter, tilbud_id, "afd-2")
    await approve_case(database, await submit(reporter, tilbud_id))
    await save(reporter, tilbud_id, "departments", example("steps/departments"))
    parts = [f"{step}/afd-2" for step in PER_DEPARTMENT]
    summary = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/summary")).json()
    assert summary["sends"] == ["departments", *parts]
    sent_event = await last_sent(database, await submit(reporter, tilbud_id))
    assert [step.key for step in sent_event.steps] == ["departments", *parts]


async def test_a_case_whose_department_is_gone_can_only_be_closed(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit_department(reporter, tilbud_id, "places/afd-2", waiting_time_weeks=3)
    case = await submit(reporter, tilbud_id)
    await remove_department(reporter, tilbud_id, "afd-2")
    await approve_case(database, await submit(reporter, tilbud_id))
    await return_case(database, case, "places/afd-2")
    url = f"/v1/tilbud/{tilbud_id}/submissions/{case}"
    refused = await reporter.post(f"{url}/resubmission")
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (409, "nothing-changed")
    assert (await get_submission(reporter, tilbud_id, case))["state"] == "returned"
    assert (await reporter.post(f"{url}/closure")).status_code == 200


async def test_the_same_report_is_not_sent_twice(reporter: Client, sent: Any) -> None:
    response = await reporter.post(f"/v1/tilbud/{sent.tilbud_id}/submissions")
    assert response.status_code == 409
    assert response.json()["type"].endswith("/nothing-changed")


async def test_a_repeated_command_gives_the_same_receipt(reporter: Client, filled: str, database: Database) -> None:
    url, headers = f"/v1/tilbud/{filled}/submissions", {"Idempotency-Key": "send-1"}
    first, second = await reporter.post(url, headers=headers), await reporter.post(url, headers=headers)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert len(await events(database, "submission-sent")) == 1


async def test_two_submissions_at_once_make_one_case(
    reporter: Client, colleague: Client, filled: str, database: Database
) -> None:
    url = f"/v1/tilbud/{filled}/submissions"
    answers = await asyncio.gather(*(client.post(url) for client in (reporter, colleague, reporter, colleague)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await events(database, "submission-sent")) == 1


async def test_later_only_changed_steps_are_sent_and_the_rest_can_go_in_parallel(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    nothing = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")
    assert nothing.json()["type"].endswith("/nothing-changed")
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    await edit_department(reporter, tilbud_id, "places/afd-2", vacancies=3)
    first = (await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")).json()
    assert first["steps"] == ["values", "places/afd-2"]
    await edit(reporter, tilbud_id, "supplementary", other="Vi har høns.")
    second = (await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")).json()
    assert second["steps"] == ["supplementary"]
    sent = await events(database, "submission-sent")
    assert [event["number"] for event in sent] == [1, 2, 3]
    assert [event["initial"] for event in sent] == [True, False, False]
    assert sent[2]["facts"]["municipality"] == "0851"
    await approve_case(database, second["id"])
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert shown["baseline"]["steps"]["supplementary"]["other"] == "Vi har høns."
    assert shown["baseline"]["steps"]["values"]["values"] == example("steps/values")["values"]
    assert [lock["step"] for lock in shown["locks"]] == ["values", "places/afd-2"]


async def test_each_case_is_routed_on_its_own_data(reporter: Client, approved: Any, database: Database) -> None:
    tilbud_id = approved.tilbud_id
    address = example("steps/contact")["address"] | {"municipality": "0751", "postcode": "8000", "city": "Aarhus C"}
    await edit(reporter, tilbud_id, "contact", address=address)
    moving = await submit(reporter, tilbud_id)
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    staying = await submit(reporter, tilbud_id)
    assert (await last_sent(database, moving)).facts.municipality == "0751"
    assert (await last_sent(database, staying)).facts.municipality == "0851"


async def test_a_returned_case_shows_each_decision_and_can_be_edited(reporter: Client, returned: Any) -> None:
    shown = await get_submission(reporter, returned.tilbud_id, returned.submission_id)
    assert shown["state"] == "returned"
    verdicts = {each["step"]: each["verdict"] for each in shown["decisions"]}
    assert verdicts.pop("values") == "reject"
    assert set(verdicts.values()) == {"approve"}
    reason = next(each for each in shown["decisions"] if each["step"] == "values")
    assert reason["reason"] == "Beskriv det nærmere."
    assert reason["decided_by"]["name"] == "Rasmus Toft"
    saved = await edit(reporter, returned.tilbud_id, "values", values="Konkrete mål.")
    assert saved.status_code == 200


async def test_a_resubmission_is_the_same_case_with_the_next_revision(
    reporter: Client, returned: Any, database: Database
) -> None:
    tilbud_id, sid = returned.tilbud_id, returned.submission_id
    await edit(reporter, tilbud_id, "values", values="Konkrete mål.")
    response = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/resubmission")
    assert response.status_code == 200, response.text
    assert (response.json()["id"], response.json()["revision"]) == (sid, 2)
    event = await last_sent(database, sid)
    assert (event.revision, event.number, event.initial) == (2, 1, True)
    content = {step.key: step.data for step in event.steps}
    assert content["values"]["values"] == "Konkrete mål."
    assert content["methods"]["methods"] == example("steps/methods")["methods"]
    again = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/resubmission")
    assert (again.status_code, again.json()["type"].rsplit("/", 1)[1]) == (409, "wrong-state")
    refused = await edit(reporter, tilbud_id, "values", values="Endnu en gang.")
    assert refused.status_code == 409


async def test_other_edited_steps_do_not_join_a_resubmission(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    sid = await submit(reporter, tilbud_id)
    await return_case(database, sid, "values")
    await edit(reporter, tilbud_id, "values", values="Bedre værdier.")
    await edit(reporter, tilbud_id, "budget", schema=None)
    response = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/resubmission")
    assert response.json()["steps"] == ["values"]
    other = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")
    assert other.json()["type"].endswith("/incomplete")


async def test_a_new_submission_leaves_out_the_steps_of_a_returned_case(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    sid = await submit(reporter, tilbud_id)
    await return_case(database, sid, "values")
    await edit(reporter, tilbud_id, "values", values="Bedre værdier.")
    only_held = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")
    assert (only_held.status_code, only_held.json()["type"].rsplit("/", 1)[1]) == (409, "step-locked")
    await edit(reporter, tilbud_id, "supplementary", other="Vi har høns.")
    assert (await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")).json()["steps"] == ["supplementary"]
    kept = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/values")).json()
    assert kept["data"]["values"] == "Bedre værdier."


async def test_a_department_added_in_a_returned_case_joins_it(
    reporter: Client, returned: Any, database: Database
) -> None:
    tilbud_id, sid = returned.tilbud_id, returned.submission_id
    rows = example("steps/departments")["departments"]
    third = rows[1] | {"id": "afd-3", "name": "Afdeling Øst"}
    await save(reporter, tilbud_id, "departments", {"departments": [rows[0], third]})
    for step in PER_DEPARTMENT:
        parts = example(f"steps/{step}")["departments"]
        body = {"departments": {"afd-1": parts["afd-1"], "afd-3": parts["afd-2"]}}
        assert (await save(reporter, tilbud_id, step, body)).json()["complete"], step
    response = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/resubmission")
    assert response.status_code == 200, response.text
    steps = response.json()["steps"]
    assert "places/afd-3" in steps
    assert "places/afd-2" not in steps
    locks = {lock["step"] for lock in (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["locks"]}
    assert locks == set(steps)
    await approve_case(database, sid)
    baseline = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["baseline"]["steps"]
    assert set(baseline["places"]["departments"]) == {"afd-1", "afd-3"}


async def test_a_department_added_in_the_draft_of_a_returned_case_is_not_sent_alone(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    rows = example("steps/departments")["departments"]
    renamed = [rows[0] | {"name": "Afdeling Nord og Vest"}, rows[1]]
    await save(reporter, tilbud_id, "departments", {"departments": renamed})
    sid = await submit(reporter, tilbud_id)
    await return_case(database, sid, "departments")
    third = rows[1] | {"id": "afd-3", "name": "Afdeling Øst"}
    await save(reporter, tilbud_id, "departments", {"departments": [*renamed, third]})
    for step in PER_DEPARTMENT:
        parts = example(f"steps/{step}")["departments"]
        await save(reporter, tilbud_id, step, {"departments": {**parts, "afd-3": parts["afd-2"]}})
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    assert (await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")).json()["steps"] == ["values"]
    joined = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/resubmission")
    assert joined.json()["steps"] == ["departments", *(f"{step}/afd-3" for step in PER_DEPARTMENT)]


async def test_closing_frees_the_steps_and_keeps_the_changes_in_the_draft(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    sid = await submit(reporter, tilbud_id)
    url = f"/v1/tilbud/{tilbud_id}/submissions/{sid}/closure"
    assert (await reporter.post(url)).json()["type"].endswith("/wrong-state")
    await return_case(database, sid, "values")
    for _ in range(2):
        closed = await reporter.post(url)
        assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    (event,) = await events(database, "submission-closed")
    assert (event["submission_id"], event["revision"]) == (sid, 1)
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert shown["locks"] == []
    assert (await get_submission(reporter, tilbud_id, sid))["state"] == "closed"
    kept = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/values")).json()
    assert (kept["data"]["values"], kept["locked_by"]) == ("Nye værdier.", [])
    reopened = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/resubmission")
    assert reopened.status_code == 409
    assert (await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")).json()["steps"] == ["values"]


async def test_after_a_closed_first_report_the_next_one_holds_everything_again(
    reporter: Client, returned: Any, database: Database
) -> None:
    tilbud_id = returned.tilbud_id
    await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{returned.submission_id}/closure")
    sid = await submit(reporter, tilbud_id)
    event = await last_sent(database, sid)
    assert (event.number, event.initial, [step.key for step in event.steps]) == (2, True, STEP_KEYS)


async def test_an_unknown_submission_or_anothers_is_not_found(officer: Client, reporter: Client, returned: Any) -> None:
    other = (await officer.post("/v1/tilbud", json=example("create-tilbud"))).json()["id"]
    for tilbud_id, sid in ((returned.tilbud_id, "nonsense"), (other, returned.submission_id)):
        for act in ("resubmission", "closure"):
            response = await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/{act}")
            assert response.status_code == 404


async def test_a_report_on_behalf_names_the_authority(officer: Client, tilbud_id: str, database: Database) -> None:
    await fill(officer, tilbud_id)
    url, reason = f"/v1/tilbud/{tilbud_id}", "Tilbuddet er uden adgang til portalen."
    assert (await officer.get(f"{url}/draft/summary")).json()["asks_reason"] is True
    refused = await officer.post(f"{url}/submissions", json={"reason": "  "})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert (await officer.post(f"{url}/submissions", json={"reason": "Ring 010190-1234"})).status_code == 422
    sent = await officer.post(f"{url}/submissions", json={"reason": reason})
    event = await last_sent(database, sent.json()["id"])
    assert (event.sent_by.authority, event.sent_by.org_name) == ("socialtilsyn-nord", "Socialtilsyn Nord")
    assert event.on_behalf_reason == reason
    [submission] = (await officer.get(url)).json()["submissions"]
    assert submission["sent_by"]["on_behalf_reason"] == reason


async def test_a_system_that_knows_of_no_reason_can_report(officer: Client, tilbud_id: str, database: Database) -> None:
    await fill(officer, tilbud_id)
    sent = await officer.post(f"/v1/tilbud/{tilbud_id}/submissions")
    assert sent.status_code == 201
    event = await last_sent(database, sent.json()["id"])
    assert (event.sent_by.authority, event.on_behalf_reason) == ("socialtilsyn-nord", None)


async def test_nobody_asks_the_tilbud_why_it_reports(reporter: Client, approved: Any, database: Database) -> None:
    url = f"/v1/tilbud/{approved.tilbud_id}"
    assert (await reporter.get(f"{url}/draft/summary")).json()["asks_reason"] is False
    await edit(reporter, approved.tilbud_id, "values", values="Nye værdier.")
    sent = await reporter.post(f"{url}/submissions", json={"reason": "Fordi."})
    assert (await last_sent(database, sent.json()["id"])).on_behalf_reason is None


async def test_the_summary_shows_old_beside_new_and_what_would_be_sent(reporter: Client, approved: Any) -> None:
    tilbud_id = approved.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    await edit(reporter, tilbud_id, "contact", phone="")
    summary = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/summary")).json()
    assert summary["can_submit"] is False
    assert summary["obstacles"] == ["incomplete"]
    assert {"/contact", "/contact/phone"} <= {error["pointer"] for error in summary["blocking"]}
    assert summary["sends"] == ["contact", "values"]
    values = next(step for step in summary["steps"] if step["step"] == "values")["keys"][0]
    assert values["changes"] == [
        {
            "path": "/values",
            "label": values["changes"][0]["label"],
            "old": example("steps/values")["values"],
            "new": "Nye værdier.",
            "personal": False,
            "row": None,
        }
    ]
    places = next(step for step in summary["steps"] if step["step"] == "places")
    assert [key["step"] for key in places["keys"]] == ["places/afd-1", "places/afd-2"]
    assert not any(key["changed"] for key in places["keys"])


@pytest.mark.parametrize("field", ["name", "email"])
async def test_a_changed_person_is_said_to_have_changed(reporter: Client, approved: Any, field: str) -> None:
    leader = example("steps/contact")["leader"] | {field: "ny@blomsterengen.example"}
    await edit(reporter, approved.tilbud_id, "contact", leader=leader)
    summary = (await reporter.get(f"/v1/tilbud/{approved.tilbud_id}/draft/summary")).json()
    change = next(step for step in summary["steps"] if step["step"] == "contact")["keys"][0]["changes"][0]
    assert (change["personal"], change["old"], change["new"]) == (True, None, None)
