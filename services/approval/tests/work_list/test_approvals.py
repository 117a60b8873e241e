"""Trivial cases of many tilbud approved by one act."""

import asyncio
from typing import Any

from approval.work_list.assessing import assess_cases
from chassis.database import Database
from services.approval.tests.officer import slug
from services.approval.tests.work_list.reports import (
    CORRECTED,
    NEW_LEADER,
    TOGETHER,
    approve_together,
    choose,
    opened,
    outcomes,
    reported,
    work,
)


async def test_each_case_has_choices_and_an_outcome_of_its_own(
    scenario: Any, client_as: Any, database: Database
) -> None:
    async with client_as("officer-nord-a") as client:
        cases = [await reported(scenario, client, f"CRV-{number}", CORRECTED) for number in (1, 2)]
        await assess_cases(database)
        found = await work(client)
        done = await approve_together(client, *found.values())
        again = await approve_together(client, *found.values())
        shown = [(await client.get(f"/v1/cases/{case}")).json() for case in cases]
        assert await work(client) == {}
    assert outcomes(done) == dict.fromkeys(cases, "approved")
    assert again == done
    assert [item["tilbud_name"] for item in done] == ["Tilbud CRV-1", "Tilbud CRV-2"]
    for case in shown:
        assert (case["state"], case["outcome"]) == ("closed", "approved")
        assert [step["verdict"] for step in case["steps"]] == ["approve"]
        assert case["steps"][0]["decided_by"]["name"] == case["decided_by"]["name"]
        assert [entry["act"] for entry in case["log"]] == ["opened", "decided", "approved"]
    approved = [each for each in await scenario.published() if each["fact"] == "case-approved"]
    assert [each["data"]["case_id"] for each in approved[2:]] == cases


async def test_what_is_refused_of_one_concerns_no_other(scenario: Any, client_as: Any, database: Database) -> None:
    async with client_as("officer-nord-a") as client, client_as("officer-syd") as syd:
        corrected = await reported(scenario, client, "CRV-1", CORRECTED)
        leader = await reported(scenario, client, "CRV-2", NEW_LEADER)
        foreign = await opened(scenario, "CRV-3", authority="socialtilsyn-syd")
        await assess_cases(database)
        found = await work(client) | {foreign: (await work(syd))[foreign]}
        unknown = {"id": "nothing", "etag": '"x"'}
        done = await approve_together(client, found[leader], found[foreign], unknown, found[corrected])
    assert outcomes(done) == {
        leader: "not-trivial",
        foreign: "decided-elsewhere",
        "nothing": "not-found",
        corrected: "approved",
    }
    assert [item["tilbud_name"] for item in done] == ["Tilbud CRV-2", None, None, "Tilbud CRV-1"]
    assert "Åbn sagen" in done[0]["problem"]["detail"]


async def test_a_colleague_who_was_faster_wins(scenario: Any, client_as: Any, database: Database) -> None:
    async with client_as("officer-nord-a") as client, client_as("officer-nord-b") as colleague:
        case = await reported(scenario, client, "CRV-1", CORRECTED)
        await assess_cases(database)
        seen = (await work(client))[case]
        await choose(colleague, case, "contact", "reject", "Nummeret svarer ikke.")
        [late] = await approve_together(client, seen)
        now_seen = (await work(client))[case]
        [rejected] = await approve_together(client, now_seen, key="k2")
        shown = (await client.get(f"/v1/cases/{case}")).json()
    assert outcomes([late]) == {case: "stale"}
    assert now_seen["last_choice"]["by"]["name"] in late["problem"]["detail"]
    assert outcomes([rejected]) == {case: "not-trivial"}
    assert "afvist" in rejected["problem"]["detail"]
    assert (shown["state"], shown["steps"][0]["reason"]) == ("awaiting", "Nummeret svarer ikke.")


async def test_the_choice_of_a_colleague_stays_theirs(scenario: Any, client_as: Any, database: Database) -> None:
    content = CORRECTED | {"places/afd-1": {**scenario.content["places/afd-1"], "vacancies": 0}}
    async with client_as("officer-nord-a") as client, client_as("officer-nord-b") as colleague:
        case = await reported(scenario, client, "CRV-1", content)
        await choose(colleague, case, "contact")
        await assess_cases(database)
        item = (await work(client))[case]
        assert (item["steps_left"], item["changed"]) == (1, ["Telefon", "Ledige pladser"])
        await approve_together(client, item)
        steps = (await client.get(f"/v1/cases/{case}")).json()["steps"]
    names = [step["decided_by"]["name"] for step in steps]
    assert names[0] == item["last_choice"]["by"]["name"] != names[1]


async def test_two_officers_at_the_same_moment_approve_each_case_once(
    scenario: Any, client_as: Any, database: Database
) -> None:
    async with client_as("officer-nord-a") as client, client_as("officer-nord-b") as colleague:
        cases = [await reported(scenario, client, f"CRV-{number}", CORRECTED) for number in range(1, 5)]
        await assess_cases(database)
        found = list((await work(client)).values())
        both = await asyncio.gather(
            approve_together(client, *found), approve_together(colleague, *reversed(found), key="other")
        )
    results = [outcomes(items) for items in both]
    assert sorted(results[0][case] + "," + results[1][case] for case in cases) in (
        ["approved,stale"] * 4,
        ["stale,approved"] * 4,
    )
    approved = [each for each in await scenario.published() if each["fact"] == "case-approved"]
    assert len(approved) == 8


async def test_more_than_a_page_is_not_taken_and_reporters_approve_nothing(client_as: Any) -> None:
    async with client_as("officer-nord-a") as client, client_as("reporter-solsikken") as reporter:
        cases = [{"id": str(number), "etag": '"x"'} for number in range(51)]
        assert slug(await client.post(TOGETHER, json={"cases": cases})) == "invalid"
        assert slug(await client.post(TOGETHER, json={"cases": []})) == "invalid"
        assert slug(await reporter.post(TOGETHER, json={"cases": cases[:1]})) == "forbidden"
