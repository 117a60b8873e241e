"""One case from its opening to its approval: decided by two officers, returned, resubmitted, approved."""

import asyncio
from typing import Any

from services.approval.tests.factories import SUBMISSION
from services.approval.tests.officer import CASE, conclude, decide


async def test_a_case_is_returned_resubmitted_and_approved(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as rasmus, client_as("officer-nord-b") as nanna:
        listed = (await rasmus.get("/v1/cases", params={"state": "awaiting"})).json()
        assert [item["id"] for item in listed["items"]] == [SUBMISSION]
        assert (await decide(rasmus, "contact", "approve")).status_code == 200
        assert (await decide(nanna, "places/afd-1", "reject", "Antallet passer ikke.")).status_code == 200
        undecided = await conclude(nanna)
        assert undecided.status_code == 409
        assert [item["pointer"] for item in undecided.json()["errors"]] == ["/steps/departments"]
        seen = {item["step"]: item for item in (await nanna.get(CASE)).json()["steps"]}
        assert seen["contact"]["decided_by"]["name"] == "Rasmus Toft"
        assert (await decide(nanna, "departments", "approve")).status_code == 200
        assert (await conclude(nanna)).json()["outcome"] == "returned"

        content = dict(scenario.content, **{"places/afd-1": {"approved_places": 9, "vacancies": 2}})
        await scenario.deliver(scenario.sent(revision=2, content=content), scenario.routed(revision=2))
        steps = {item["step"]: item for item in (await rasmus.get(CASE)).json()["steps"]}
        assert all(item["verdict"] is None for item in steps.values())
        assert steps["contact"]["proposed"]["decided_by"]["name"] == "Rasmus Toft"
        assert steps["places/afd-1"]["proposed"] is None
        await asyncio.gather(*(decide(rasmus, step, "approve") for step in steps))
        receipt = await conclude(rasmus)
        assert receipt.status_code == 200
        assert receipt.json()["outcome"] == "approved"

    facts = [fact["fact"] for fact in await scenario.published()]
    assert facts == ["case-opened", "advice", "case-returned", "case-opened", "advice", "case-approved"]
    approved = (await scenario.published())[-1]["data"]
    assert {step["key"]: step["data"] for step in approved["steps"]} == content
