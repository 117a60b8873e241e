"""The change overview over HTTP."""

from typing import Any

from services.approval.tests.factories import SECOND
from services.approval.tests.officer import CASE, STEPS, approve_first, conclude, decide_all


async def test_the_overview_of_a_first_approval_has_every_step_and_nothing_old(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        overview = (await client.get(f"{CASE}/changes", params={"only_changed": True})).json()
    assert [section["step"] for section in overview["sections"]] == list(STEPS)
    assert all(section["old"] is None and section["changed"] for section in overview["sections"])
    assert overview["sections"][2]["department"] == {"id": "afd-1", "name": "Afdeling Nord"}
    assert overview["sections"][2]["title"] == "Pladser"


async def test_the_overview_shows_approved_beside_reported(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    second = "0193a1b0-0000-7000-8000-000000000002"
    leader = {"name": "Ny Leder", "email": "ny@solsikken.example", "phone": "98000009"}
    content = {
        "contact": dict(scenario.content["contact"], leader=leader),
        "places/afd-1": scenario.content["places/afd-1"],
    }
    async with client_as("officer-nord-a") as client:
        await decide_all(client)
        await conclude(client)
        await scenario.deliver(
            scenario.sent(number=2, submission_id=second, content=content), scenario.routed(submission_id=second)
        )
        whole = (await client.get(f"/v1/cases/{second}/changes")).json()
        changed = (await client.get(f"/v1/cases/{second}/changes?only_changed=true")).json()
        closed = (await client.get(f"{CASE}/changes")).json()
    assert [(section["step"], section["changed"]) for section in whole["sections"]] == [
        ("contact", True),
        ("places/afd-1", False),
    ]
    [section] = changed["sections"]
    name = next(change for change in section["changes"] if change["path"] == "/leader/name")
    assert (name["old"], name["new"]) == ("Lis Lind", "Ny Leder")
    assert name["label"]
    assert all(section["old"] is None for section in closed["sections"])


async def test_the_overview_compares_with_what_the_fast_lane_told(scenario: Any, client_as: Any) -> None:
    places = {"places/afd-1": scenario.content["places/afd-1"]}
    async with client_as("officer-nord-a") as client:
        await approve_first(scenario, client)
        await scenario.deliver(scenario.vacancies(2, 1, days=1.5), scenario.vacancies(1, 9, days=1.4))
        await scenario.deliver(
            scenario.sent(number=2, submission_id=SECOND, content=places), scenario.routed(submission_id=SECOND)
        )
        [section] = (await client.get(f"/v1/cases/{SECOND}/changes")).json()["sections"]
        await scenario.deliver(scenario.vacancies(3, 0, days=2.5))
        [later] = (await client.get(f"/v1/cases/{SECOND}/changes")).json()["sections"]
    changed = [(change["path"], change["old"], change["new"]) for change in section["changes"]]
    assert (section["changed"], changed) == (True, [("/vacancies", 1, 2)])
    assert later["changes"] == []


async def test_unchanged_steps_are_shown_for_context_when_asked_for(scenario: Any, client_as: Any) -> None:
    places = {"places/afd-1": scenario.content["places/afd-1"] | {"approved_places": 9}}
    async with client_as("officer-nord-a") as client:
        await approve_first(scenario, client)
        await scenario.deliver(
            scenario.sent(number=2, submission_id=SECOND, content=places), scenario.routed(submission_id=SECOND)
        )
        alone = (await client.get(f"/v1/cases/{SECOND}/changes")).json()["sections"]
        around = (await client.get(f"/v1/cases/{SECOND}/changes?context=true")).json()["sections"]
        first = (await client.get(f"{CASE}/changes?context=true")).json()["sections"]
    assert [each["step"] for each in alone] == ["places/afd-1"]
    assert [(each["step"], each["reported"], each["changed"]) for each in around] == [
        ("contact", False, False),
        ("departments", False, False),
        ("places/afd-1", True, True),
    ]
    assert around[0]["old"] == around[0]["new"] == scenario.content["contact"]
    assert all(each["reported"] for each in first)


async def test_p4_who_has_single_steps_reads_these_of_a_case_and_no_others(scenario: Any, client_as: Any) -> None:
    async with client_as("officer-nord-a") as officer:
        await approve_first(scenario, officer)
    async with client_as("reporter-solsikken", rights=["tilbud.report-step:contact"]) as economy:
        overview = (await economy.get(f"{CASE}/changes", params={"context": True})).json()
    assert [section["step"] for section in overview["sections"]] == ["contact"]
    async with client_as("reporter-solsikken") as reporter:
        overview = (await reporter.get(f"{CASE}/changes")).json()
    assert [section["step"] for section in overview["sections"]] == list(STEPS)
