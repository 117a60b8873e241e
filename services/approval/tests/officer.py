"""Requests of officers about the case of the scenario."""

from typing import Any

from contracts.testing.factories import SMALL_REPORT
from services.approval.tests.factories import SUBMISSION

CASE = f"/v1/cases/{SUBMISSION}"

STEPS = tuple(SMALL_REPORT)


async def decide(client: Any, step: str, verdict: str = "approve", reason: Any = None, etag: Any = None) -> Any:
    """Choose for a step of the case, as it is now where no ``etag`` is given."""
    if etag is None:
        steps = (await client.get(CASE)).json()["steps"]
        etag = next(item["etag"] for item in steps if item["step"] == step)
    headers = {"If-Match": etag} if etag else {}
    return await client.put(f"{CASE}/decisions/{step}", json={"verdict": verdict, "reason": reason}, headers=headers)


async def conclude(client: Any, **headers: str) -> Any:
    """Ask for the outcome of the case as it is now."""
    etag = (await client.get(CASE)).headers["etag"]
    return await client.post(f"{CASE}/outcome", headers={"If-Match": etag} | headers)


async def decide_all(client: Any, **rejected: str) -> None:
    """Approve every step of the case but the ``rejected`` ones, which have a reason each."""
    for step in STEPS:
        reason = rejected.get(step)
        assert (await decide(client, step, "reject" if reason else "approve", reason)).status_code == 200


async def approve_first(scenario: Any, client: Any) -> None:
    """Open the case of the first report and approve it."""
    await scenario.open_case()
    await decide_all(client)
    assert (await conclude(client)).status_code == 200


async def approve_case(client: Any, case: str) -> Any:
    """Approve the one step of a case; return what was answered at each turn."""
    shown = (await client.get(f"/v1/cases/{case}")).json()
    [step] = shown["steps"]
    path = f"/v1/cases/{case}/decisions/{step['step']}"
    decided = await client.put(path, json={"verdict": "approve"}, headers={"If-Match": step["etag"]})
    tag = {"If-Match": decided.json()["case_etag"]}
    return step, decided.json(), (await client.post(f"/v1/cases/{case}/outcome", headers=tag)).json()


def slug(answer: Any) -> str:
    """Return the type of the problem that was answered."""
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"].rsplit("/", 1)[1])
