"""A kommune corrects its own tilsyn: a later version takes the place of the earlier one, which officers still see."""

import asyncio
from typing import Any

from services.approval.tests.inbound.https_sender import send, tilsyn
from services.approval.tests.officer import slug

FIRST = {"tilbud_id": "CRV-6324", "decision": "approved", "decided_on": "2026-01-10", "conclusion": "Godt."}


async def made(client: Any) -> str:
    answer = await client.post("/v1/tilsyn", json=FIRST)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_the_correction_counts_and_officers_see_what_stood_before(scenario: Any, client_as: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned("kommune-0851"))
    async with client_as("officer-aalborg") as client:
        tilsyn_id = await made(client)
        body = {**FIRST, "decided_on": None, "tilsyn_id": tilsyn_id, "version": 2, "decision": "not-approved"}
        corrected = (await client.post("/v1/tilsyn", json=body)).json()
        assert (corrected["version"], corrected["accepted_number"], corrected["decided_on"]) == (2, 1, "2026-01-10")
        listed = (await client.get("/v1/tilbud/CRV-6324/tilsyn")).json()
        assert (listed["status"], listed["total"]) == ("not-approved", 1)
        [earlier] = (await client.get(f"/v1/tilsyn/{tilsyn_id}")).json()["earlier_versions"]
        assert (earlier["version"], bool(earlier["made_by"])) == (1, True)
        first = (await client.get(f"/v1/tilsyn/{tilsyn_id}", params={"version": 1})).json()
        assert (first["decision"], first["latest"]) == ("approved", False)
        assert (await client.get(f"/v1/tilsyn/{tilsyn_id}", params={"version": 3})).status_code == 404
    async with client_as("reporter-solsikken") as client:
        shown = (await client.get(f"/v1/tilsyn/{tilsyn_id}")).json()
        assert (shown["version"], "earlier_versions" in shown) == (2, False)
        assert (await client.get(f"/v1/tilsyn/{tilsyn_id}", params={"version": 1})).status_code == 404


async def test_of_two_who_correct_the_same_version_one_is_told(scenario: Any, client_as: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned("kommune-0851"))
    async with client_as("officer-aalborg") as client:
        body = {**FIRST, "tilsyn_id": await made(client), "version": 2}
        texts = ("Det ene.", "Det andet.")
        answers = await asyncio.gather(*(client.post("/v1/tilsyn", json=body | {"conclusion": each}) for each in texts))
        assert sorted(each.status_code for each in answers) == [201, 409]
    facts = [fact for fact in await scenario.published() if fact["fact"] == "tilsyn-published"]
    assert [fact["data"]["version"] for fact in facts] == [1, 2]


async def test_nothing_else_is_corrected(scenario: Any, client_as: Any, system_client: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    async with system_client("socialtilsyn-nord") as system:
        await send(system, tilsyn(tilsyn_id="T-1", decided_on="2026-01-10"))
    await scenario.deliver(scenario.assigned("kommune-0851", version=2))
    async with client_as("officer-aalborg") as client:
        foreign = {**FIRST, "tilsyn_id": "T-1", "version": 2}
        assert (await client.post("/v1/tilsyn", json=foreign)).status_code == 404
        own = {**FIRST, "tilsyn_id": await made(client)}
        assert (await client.post("/v1/tilsyn", json=own)).json()["errors"][0]["pointer"] == "/version"
    async with system_client("kommune-0851") as system:
        await send(system, tilsyn(tilsyn_id="T-2", decided_on="2026-01-10"), event_id="e-2")
    async with client_as("officer-aalborg") as client:
        transferred = await client.post("/v1/tilsyn", json={**FIRST, "tilsyn_id": "T-2", "version": 2})
        assert (transferred.status_code, slug(transferred)) == (409, "conflict")
