"""What the authority says of a case: baseline, history and locks follow, in any order and as often as it comes."""

from dataclasses import replace

import pytest

from reports.outcomes import commands as outcomes
from reports.testing.scenario import KEYS, WHOLE, Client, Scenario


async def test_a_returned_case_shows_what_was_decided(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    case = (await scenario.submit(owner))["id"]
    await scenario.return_case(case, "garden")
    summary = await scenario.get(owner, "/draft/summary")
    assert {key["case"]["state"] for step in summary["steps"] for key in step["keys"]} == {"returned"}
    log = (await scenario.get(owner, "/actions"))["items"]
    assert (log[0]["what"], log[0]["by"]["name"], log[0]["details"]) == (
        "case-returned",
        "Olga Officer",
        {"submission_id": case},
    )


async def test_an_approval_moves_the_baseline_and_the_history(owner: Client, scenario: Scenario) -> None:
    await scenario.approved(owner)
    garden = await scenario.garden()
    assert (garden.name, garden.last_version) == ("Rosenhaven", 1)
    (version,) = (await scenario.get(owner, "/history"))["items"]
    assert (version["version"], version["steps"]) == (1, KEYS)
    assert (version["sent_by"]["name"], version["approved_by"]["name"]) == ("Rosa", "Olga Officer")
    assert (await scenario.edit(owner, "garden", name="Frit igen")).status_code == 200


async def test_the_same_outcome_twice_changes_nothing(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    outcome = await scenario.outcome((await scenario.submit(owner))["id"])
    for _ in range(2):
        await scenario.apply(outcomes.apply_approved, outcome)
    assert len((await scenario.get(owner, "/history"))["items"]) == 1


async def test_an_outcome_of_an_older_revision_changes_nothing(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    case = (await scenario.submit(owner))["id"]
    old = await scenario.outcome(case)
    await scenario.return_case(case, "garden")
    await owner.post(f"{scenario.url}/submissions/{case}/resubmission")
    for handler in (outcomes.apply_returned, outcomes.apply_approved, outcomes.apply_closed, outcomes.apply_not_routed):
        await scenario.apply(handler, old)
    assert (await scenario.edit(owner, "garden", name="Nu")).status_code == 409
    assert (await scenario.get(owner, "/history"))["items"] == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_an_older_case_never_overwrites_a_newer_one(
    owner: Client, scenario: Scenario, order: tuple[int, int]
) -> None:
    await scenario.approved(owner)
    await scenario.edit(owner, "garden", name="Liljehaven")
    older = await scenario.outcome((await scenario.submit(owner))["id"])
    await scenario.apply(outcomes.apply_approved, older)
    await scenario.edit(owner, "garden", name="Timianhaven")
    newer = await scenario.outcome((await scenario.submit(owner))["id"])
    for number in order:
        await scenario.apply(outcomes.apply_approved, (older, newer)[number])
    assert (await scenario.get(owner, "/draft/steps/garden"))["data"]["name"] == "Timianhaven"
    assert (await scenario.garden()).name == "Timianhaven"


async def test_a_case_that_nobody_can_decide_goes_back_with_the_reason(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    case = (await scenario.submit(owner))["id"]
    outcome = await scenario.outcome(case)
    await scenario.apply(outcomes.apply_routed, outcome)
    await scenario.apply(outcomes.apply_not_routed, outcome)
    sent_again = await owner.post(f"{scenario.url}/submissions/{case}/resubmission")
    assert sent_again.json()["revision"] == 2


async def test_a_closure_that_only_the_authority_knows_of_frees_the_steps(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    case = (await scenario.submit(owner))["id"]
    await scenario.return_case(case, "garden")
    await scenario.apply(outcomes.apply_closed, await scenario.outcome(case))
    assert (await scenario.get(owner, "/draft/steps/garden"))["locked_by"] == []
    await scenario.apply(outcomes.apply_approved, await scenario.outcome(case))
    assert (await scenario.get(owner, "/history"))["items"] == []


async def test_what_the_fast_lane_has_said_since_prefills_the_next_report(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    case = (await scenario.submit(owner))["id"]
    reported_at = await scenario.approve(case)
    await scenario.change(ripe={"north": {"ripe": 9}}, ripe_at=reported_at)
    shown = (await scenario.get(owner, "/draft/steps/plants"))["data"]["departments"]
    assert (shown["north"]["ripe"], "ripe" in shown["south"]) == (9, False)
    assert (await owner.post(f"{scenario.url}/submissions")).json()["type"].endswith("/nothing-changed")


async def test_an_event_about_what_was_never_here_is_a_fault(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    outcome = replace(await scenario.outcome((await scenario.submit(owner))["id"]), case_id="unknown")
    with pytest.raises(LookupError):
        await scenario.apply(outcomes.apply_returned, outcome)


async def test_departments_come_and_go_with_all_that_is_theirs(owner: Client, scenario: Scenario) -> None:
    await scenario.approved(owner)
    rows = WHOLE["departments"]["departments"]
    await scenario.save(owner, "departments", {"departments": rows[:1]})
    await scenario.approve((await scenario.submit(owner))["id"])
    await scenario.save(owner, "departments", {"departments": rows})
    assert (await scenario.get(owner, "/draft/summary"))["sends"] == ["departments", "plants/south"]
