"""Sending, sending again, giving up: what is sent, what is locked, what is published."""

import json
from typing import Any

from chassis.database import Database, lock
from chassis.outbox import emit_republished
from devstack.in_process import emitted
from reports.submissions.republish import submission_events
from reports.testing.gardens import GARDEN_REPORTS, Garden
from reports.testing.scenario import KEYS, WHOLE, Client, Scenario


async def published(database: Database) -> list[tuple[str, dict[str, Any]]]:
    """Return the events so far: what happened, and the data."""
    return [(each["type"].split(".")[2], json.loads(each["value"])) for each in await emitted(database)]


async def test_nothing_is_sent_before_every_step_is_valid(owner: Client, scenario: Scenario) -> None:
    await scenario.save(owner, "garden", {"name": ""})
    refused = await owner.post(f"{scenario.url}/submissions")
    assert refused.json()["type"].endswith("/incomplete")
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        "/garden",
        "/garden/name",
        "/departments",
        "/departments/departments",
        "/plants",
        "/plants/plants",
        "/plants/sown",
    ]


async def test_what_the_form_does_not_know_can_keep_a_report_from_being_sent(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    await scenario.change(water_paid=False)
    assert (await owner.post(f"{scenario.url}/submissions")).json()["type"].endswith("/conflict")
    summary = await scenario.get(owner, "/draft/summary")
    assert (summary["can_submit"], summary["obstacles"], summary["sends"]) == (False, ["conflict"], KEYS)


async def test_the_first_report_holds_everything_and_locks_it(
    owner: Client, scenario: Scenario, database: Database
) -> None:
    await scenario.fill(owner)
    receipt = await scenario.submit(owner)
    assert receipt["steps"] == KEYS
    ((what, event),) = await published(database)
    assert (what, event["garden_id"], event["number"], event["initial"]) == ("report-sent", "rose", 1, True)
    assert event["step_keys"] == KEYS
    assert (await scenario.get(owner, "/draft"))["exists"] is False
    shown = await scenario.get(owner, "/draft/steps/plants")
    assert [lock["step"] for lock in shown["locked_by"]] == ["plants/north", "plants/south"]
    # What is computed is sent, and shown while the step is locked.
    assert shown["data"]["departments"]["north"]["yield"] == 50.0
    refused = await scenario.edit(owner, "garden", name="En anden")
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (409, "step-locked")
    assert (await owner.post(f"{scenario.url}/submissions")).json()["type"].endswith("/nothing-changed")


async def test_later_reports_hold_what_changed_and_go_side_by_side(owner: Client, scenario: Scenario) -> None:
    await scenario.approved(owner)
    south = {"plants": [{"name": "Timian"}, {"name": "Salvie"}], "sown": 4}
    await scenario.save(owner, "plants", {"departments": {**WHOLE["plants"]["departments"], "south": south}})
    assert (await scenario.submit(owner))["steps"] == ["plants/south"]
    await scenario.edit(owner, "garden", name="Timianhaven")
    assert (await scenario.submit(owner))["steps"] == ["garden"]


async def test_a_returned_case_is_edited_and_sent_again_as_the_same_case(
    owner: Client, scenario: Scenario, database: Database
) -> None:
    await scenario.fill(owner)
    case = (await scenario.submit(owner))["id"]
    url = f"{scenario.url}/submissions/{case}"
    assert (await owner.post(f"{url}/resubmission")).json()["type"].endswith("/wrong-state")
    await scenario.return_case(case, "garden")
    assert (await scenario.edit(owner, "garden", name="Liljehaven")).status_code == 200
    assert (await owner.post(f"{scenario.url}/submissions")).json()["type"].endswith("/step-locked")
    again = (await owner.post(f"{url}/resubmission")).json()
    assert (again["id"], again["revision"], again["steps"]) == (case, 2, KEYS)
    assert [(what, event["revision"]) for what, event in await published(database)] == [
        ("report-sent", 1),
        ("report-sent", 2),
    ]


async def test_a_case_that_is_given_up_leaves_its_changes_in_the_draft(
    owner: Client, scenario: Scenario, database: Database
) -> None:
    await scenario.approved(owner)
    await scenario.edit(owner, "garden", name="Liljehaven")
    case = (await scenario.submit(owner))["id"]
    await scenario.return_case(case, "garden")
    await scenario.change(cleared=True)
    for _ in range(2):
        closed = await owner.post(f"{scenario.url}/submissions/{case}/closure")
        assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert [what for what, _ in await published(database)] == ["report-sent", "report-sent", "report-closed"]
    shown = await scenario.get(owner, "/draft/steps/garden")
    assert (shown["data"]["name"], shown["locked_by"]) == ("Liljehaven", [])


async def test_a_submission_of_another_subject_is_not_found(owner: Client, scenario: Scenario, plant: Any) -> None:
    await scenario.fill(owner)
    case = (await scenario.submit(owner))["id"]
    other = await plant("lily")
    assert (await owner.post(f"{other.url}/submissions/{case}/closure")).status_code == 404


async def test_everything_sent_can_be_told_again(owner: Client, scenario: Scenario, database: Database) -> None:
    await scenario.approved(owner)
    await scenario.edit(owner, "garden", name="Liljehaven")
    case = (await scenario.submit(owner))["id"]
    await scenario.return_case(case, "garden")
    await owner.post(f"{scenario.url}/submissions/{case}/closure")
    first = await published(database)
    async with database.begin() as session:
        garden = await lock(session, Garden, Garden.id == scenario.garden_id)
        assert garden is not None
        emit_republished(session, await submission_events(session, GARDEN_REPORTS, garden), aggregate=garden)
    again = (await published(database))[len(first) :]
    assert [without_time(each) for each in again] == [without_time(each, republished=True) for each in first]


def without_time(event: tuple[str, dict[str, Any]], **changed: Any) -> tuple[str, dict[str, Any]]:
    """Return an event without the moment of a closure, which is taken twice."""
    what, data = event
    return what, {name: value for name, value in {**data, **changed}.items() if name != "closed_at"}
