"""The way of one case: opened, decided by two officers, returned, resubmitted, approved."""

import asyncio
from typing import Any

SUBMISSION = "0193a1b0-0000-7000-8000-000000000001"
CASE = f"/v1/cases/{SUBMISSION}"


async def decide(client: Any, step: str, verdict: str, reason: str | None = None) -> Any:
    case = (await client.get(CASE)).json()
    etag = next(item["etag"] for item in case["steps"] if item["step"] == step)
    body = {"verdict": verdict, "reason": reason}
    return await client.put(f"{CASE}/decisions/{step}", json=body, headers={"If-Match": etag})


async def conclude(client: Any) -> Any:
    etag = (await client.get(CASE)).headers["etag"]
    return await client.post(f"{CASE}/outcome", headers={"If-Match": etag})


async def test_a_case_is_returned_resubmitted_and_approved(story: Any, calling: Any) -> None:
    await story.opens()
    async with calling("officer-nord-a") as rasmus, calling("officer-nord-b") as nanna:
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

        content = dict(story.content, **{"places/afd-1": {"approved_places": 9, "vacancies": 2}})
        await story.hears(story.sent(revision=2, content=content), story.routed(revision=2))
        steps = {item["step"]: item for item in (await rasmus.get(CASE)).json()["steps"]}
        assert all(item["verdict"] is None for item in steps.values())
        assert steps["contact"]["proposed"]["decided_by"]["name"] == "Rasmus Toft"
        assert steps["places/afd-1"]["proposed"] is None
        await asyncio.gather(*(decide(rasmus, step, "approve") for step in steps))
        receipt = await conclude(rasmus)
        assert receipt.status_code == 200
        assert receipt.json()["outcome"] == "approved"

    facts = [fact["fact"] for fact in await story.facts()]
    assert facts == ["case-opened", "advice", "case-returned", "case-opened", "advice", "case-approved"]
    approved = (await story.facts())[-1]["data"]
    assert {step["key"]: step["data"] for step in approved["steps"]} == content
