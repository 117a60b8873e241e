"""Tilbud that are approved, and what they report afterwards."""

from typing import Any

from contracts.testing.factories import NORD, SMALL_REPORT, tilbud_facts

LIST = "/v1/work-list"
TOGETHER = f"{LIST}/approvals"
CONTACT = SMALL_REPORT["contact"]
CORRECTED = {"contact": dict(CONTACT, phone="98000077")}
NEW_LEADER = {"contact": dict(CONTACT, leader={"name": "Ny Leder", "email": "ny@x.example", "phone": "98000009"})}


async def opened(scenario: Any, tilbud_id: str, number: int = 1, authority: str = NORD, **fields: Any) -> str:
    """A report of a tilbud that Socialtilsyn Nord supervises is sent and routed; return the id of its case."""
    case = f"{tilbud_id}-{number}"
    facts = tilbud_facts(f"Tilbud {tilbud_id}")
    await scenario.deliver(
        scenario.created(tilbud_id, tilbud=facts),
        scenario.assigned(tilbud_id=tilbud_id),
        scenario.sent(tilbud_id=tilbud_id, number=number, submission_id=case, tilbud=facts, **fields),
        scenario.routed(authority, tilbud_id=tilbud_id, submission_id=case),
    )
    return case


async def approve(client: Any, case: str) -> None:
    """Approve every step of a case, and the case."""
    for step in (await client.get(f"/v1/cases/{case}")).json()["steps"]:
        await choose(client, case, step["step"])
    tag = (await client.get(f"/v1/cases/{case}")).headers["etag"]
    assert (await client.post(f"/v1/cases/{case}/outcome", headers={"If-Match": tag})).status_code == 200


async def choose(client: Any, case: str, step: str, verdict: str = "approve", reason: str | None = None) -> None:
    """Choose for one step of a case."""
    steps = (await client.get(f"/v1/cases/{case}")).json()["steps"]
    tag = next(each["etag"] for each in steps if each["step"] == step)
    path = f"/v1/cases/{case}/decisions/{step}"
    chosen = await client.put(path, json={"verdict": verdict, "reason": reason}, headers={"If-Match": tag})
    assert chosen.status_code == 200, chosen.text


async def reported(scenario: Any, client: Any, tilbud_id: str, content: Any) -> str:
    """A tilbud that was approved reports ``content``; return the id of its case."""
    await approve(client, await opened(scenario, tilbud_id))
    return await opened(scenario, tilbud_id, 2, content=content)


async def work(client: Any, **params: Any) -> dict[str, Any]:
    """Return the items of the work list by the id of their case, in its order."""
    answer = await client.get(LIST, params=params)
    assert answer.status_code == 200, answer.text
    return {item["id"]: item for item in answer.json()["items"]}


async def approve_together(client: Any, *items: Any, key: str = "k") -> list[dict[str, Any]]:
    """Approve cases as the list showed them; return their outcomes."""
    body = {"cases": [{"id": item["id"], "etag": item["etag"]} for item in items]}
    answer = await client.post(TOGETHER, json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def outcomes(items: list[dict[str, Any]]) -> dict[str, str]:
    """Return what became of each case: approved, or the type of the problem."""
    return {
        item["case_id"]: item["problem"]["type"].rpartition("/")[2] if item["problem"] else item["outcome"]
        for item in items
    }
