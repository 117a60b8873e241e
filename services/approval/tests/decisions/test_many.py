"""Choices taken back, approvals of many steps at once, and rejections that point at fields."""

import asyncio
from typing import Any

import pytest

from contracts.testing.factories import SMALL_REPORT
from services.approval.tests.officer import CASE, STEPS, conclude, decide, decide_all, slug

APPROVALS = f"{CASE}/approvals"


async def withdraw(client: Any, step: str, etag: str | None = None) -> Any:
    """Take the choice for a step back, as it is now where no ``etag`` is given."""
    shown = {each["step"]: each["etag"] for each in (await client.get(CASE)).json()["steps"]}
    return await client.delete(f"{CASE}/decisions/{step}", headers={"If-Match": etag or shown[step]})


async def point_at(client: Any, fields: list[str], verdict: str = "reject", step: str = "contact") -> Any:
    """Choose for a step and point at fields of it."""
    etag = next(each["etag"] for each in (await client.get(CASE)).json()["steps"] if each["step"] == step)
    body = {"verdict": verdict, "reason": "Forkert.", "fields": fields}
    return await client.put(f"{CASE}/decisions/{step}", json=body, headers={"If-Match": etag})


async def return_and_resubmit(scenario: Any, client: Any, **content: Any) -> None:
    """Reject places, approve the rest, and send the case again with other content."""
    await decide_all(client, **{"places/afd-1": "Antallet passer ikke."})
    assert (await conclude(client)).json()["outcome"] == "returned"
    changed = {key: content.get(key, data) for key, data in SMALL_REPORT.items()}
    await scenario.deliver(scenario.sent(revision=2, content=changed), scenario.routed(revision=2))


async def test_a_choice_is_taken_back_to_none_and_both_stand_in_the_log(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as rasmus, client_as("officer-nord-b") as nanna:
        decided = (await decide(rasmus, "contact", "reject", "Forkert nummer.")).json()
        assert slug(await withdraw(nanna, "contact", '"old"')) == "stale"
        assert slug(await nanna.delete(f"{CASE}/decisions/contact")) == "precondition-required"
        gone = await withdraw(nanna, "contact", decided["etag"])
        assert (gone.status_code, gone.json()["verdict"], gone.json()["reason"]) == (200, None, None)
        assert gone.headers["etag"] == gone.json()["etag"] != decided["etag"]
        log = (await nanna.get(CASE)).json()["log"][1:]
        assert [(each["act"], each["verdict"], each["by"]["name"]) for each in log] == [
            ("decided", "reject", "Rasmus Toft"),
            ("withdrawn", None, "Nanna Vestergaard"),
        ]
        await decide_all(rasmus)
        await withdraw(nanna, "contact")
        assert slug(await conclude(rasmus)) == "undecided-steps"


async def test_what_has_no_choice_is_taken_back_without_a_trace(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        before = (await client.get(CASE)).json()
        assert (await withdraw(client, "contact")).status_code == 200
        assert (await client.get(CASE)).json() == before
        assert (await client.delete(f"{CASE}/decisions/nothing", headers={"If-Match": "*"})).status_code == 404
        await decide_all(client)
        await conclude(client)
        assert slug(await withdraw(client, "contact")) == "wrong-state"
    async with client_as("officer-syd") as other:
        assert (await other.delete(f"{CASE}/decisions/contact", headers={"If-Match": "*"})).status_code == 404
        assert (await other.post(APPROVALS, json={"steps": "rest"})).status_code == 404


async def test_the_rest_is_approved_in_one_go_with_a_row_for_each_step(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        await decide(client, "contact", "reject", "Forkert nummer.")
        answer = await client.post(APPROVALS, json={"steps": "rest"}, headers={"Idempotency-Key": "k-1"})
        assert [each["step"] for each in answer.json()["items"]] == list(STEPS[1:])
        case = await client.get(CASE)
        assert [each["verdict"] for each in case.json()["steps"]] == ["reject", "approve", "approve"]
        assert case.headers["etag"] == answer.headers["etag"] == answer.json()["case_etag"]
        again = await client.post(APPROVALS, json={"steps": "rest"}, headers={"Idempotency-Key": "k-1"})
        assert again.json() == answer.json()
        assert (await client.post(APPROVALS, json={"steps": "rest"})).json()["items"] == []
        log = [each["step"] for each in (await client.get(CASE)).json()["log"] if each["act"] == "decided"]
        assert log == list(STEPS)
        assert slug(await client.post(APPROVALS, json={"steps": "all"})) == "invalid"


async def test_what_a_resubmission_left_alone_is_confirmed_in_one_go(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        assert (await client.post(APPROVALS, json={"steps": "unchanged"})).json()["items"] == []
        await return_and_resubmit(scenario, client, departments={"departments": []})
        await client.post(APPROVALS, json={"steps": "unchanged"})
        verdicts = {each["step"]: each["verdict"] for each in (await client.get(CASE)).json()["steps"]}
    assert verdicts == {"contact": "approve", "departments": None, "places/afd-1": None}


async def test_nobody_approves_the_rest_over_what_a_colleague_did_unseen(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as rasmus, client_as("officer-nord-b") as nanna:
        await decide(nanna, "contact", "reject", "Vent.")
        seen = (await rasmus.get(CASE)).headers["etag"]
        await withdraw(nanna, "contact")
        answer = await rasmus.post(APPROVALS, json={"steps": "rest"}, headers={"If-Match": seen})
        assert slug(answer) == "stale"
        assert all(each["verdict"] is None for each in (await rasmus.get(CASE)).json()["steps"])


async def test_a_rejection_and_the_approval_of_the_rest_at_the_same_moment(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as rasmus, client_as("officer-nord-b") as nanna:
        etag = next(each["etag"] for each in (await nanna.get(CASE)).json()["steps"] if each["step"] == "contact")
        rejected, approved = await asyncio.gather(
            decide(nanna, "contact", "reject", "Vent.", etag=etag), rasmus.post(APPROVALS, json={"steps": "rest"})
        )
        case = (await rasmus.get(CASE)).json()
    assert approved.status_code == 200
    contact = next(each for each in case["steps"] if each["step"] == "contact")
    assert contact["verdict"] == ("reject" if rejected.status_code == 200 else "approve")
    assert sum(each["act"] == "decided" for each in case["log"]) == len(STEPS)


async def test_a_rejection_points_at_fields_and_the_reporter_is_told_which(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        decided = await point_at(client, ["/phone", "/leader/name"])
        assert decided.json()["fields"] == ["/phone", "/leader/name"]
        assert (await client.get(CASE)).json()["log"][-1]["fields"] == ["/phone", "/leader/name"]
        await client.post(APPROVALS, json={"steps": "rest"})
        receipt = (await conclude(client)).json()
    assert receipt["steps"][0]["fields"] == ["/phone", "/leader/name"]
    told = (await scenario.published())[-1]["data"]["decisions"]
    assert told[0]["fields"] == ["/phone", "/leader/name"]
    assert all("fields" not in each for each in told[1:])


@pytest.mark.parametrize(
    ("fields", "verdict", "places"),
    [
        (["/phone", "/nothing", "phone"], "reject", {"/fields/1": "unknown-field", "/fields/2": "unknown-field"}),
        (["/phone"], "approve", {"/fields": "not-applicable"}),
        (["/phone"] * 101, "reject", {"/fields": "too-many"}),
    ],
)
async def test_a_pointer_to_nothing_is_refused(
    scenario: Any, client_as: Any, fields: list[str], verdict: str, places: dict[str, str]
) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        refused = await point_at(client, fields, verdict)
        assert (refused.status_code, slug(refused)) == (422, "invalid")
        assert {each["pointer"]: each["code"] for each in refused.json()["errors"]} == places
        assert (await client.get(CASE)).json()["steps"][0]["verdict"] is None


async def test_a_resubmission_shows_the_choices_of_the_round_before(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        assert all(each["earlier"] is None for each in (await client.get(CASE)).json()["steps"])
        contact = {**SMALL_REPORT["contact"], "phone": "98000009"}
        await return_and_resubmit(scenario, client, contact=contact)
        steps = {each["step"]: each for each in (await client.get(CASE)).json()["steps"]}
        assert steps["places/afd-1"]["earlier"]["reason"] == "Antallet passer ikke."
        assert (steps["contact"]["earlier"]["verdict"], steps["contact"]["proposed"]) == ("approve", None)
        sections = {each["step"]: each for each in (await client.get(f"{CASE}/changes")).json()["sections"]}
        await decide(client, "contact")
        assert (await client.get(CASE)).json()["steps"][0]["earlier"]["revision"] == 1
    assert (sections["contact"]["edited"], sections["departments"]["edited"]) == (True, False)
    assert sections["contact"]["previous"] == SMALL_REPORT["contact"]
    assert (sections["contact"]["old"], sections["contact"]["new"]) == (None, contact)


async def test_a_choice_taken_back_is_none_of_the_round_before(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        await decide_all(client)
        await withdraw(client, "contact")
        await scenario.deliver(scenario.not_routed(sequence=99))
        await scenario.deliver(scenario.sent(revision=2), scenario.routed(revision=2))
        steps = (await client.get(CASE)).json()["steps"]
    assert [each["earlier"] is None for each in steps] == [True, False, False]
