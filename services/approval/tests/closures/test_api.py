"""The open cases of a tilbud that has ceased: nothing is decided, and the authority can close them."""

import asyncio
from typing import Any

from chassis.clock import today
from services.approval.tests.inbound.https_sender import send
from services.approval.tests.officer import CASE, conclude, decide, decide_all, slug

CLOSURE = f"{CASE}/closure"
CEASED = "dk.tilsyn.tilbud.ceased.v1"


async def cease(system_client: Any) -> None:
    """Let the authority's own system say that the tilbud has ceased."""
    content = {"tilbud_id": "CRV-6324", "ceased_on": today().isoformat(), "reason": "Lukket."}
    async with system_client("socialtilsyn-nord") as system:
        assert (await send(system, content, **{"ce-type": CEASED})).status_code == 202


async def test_an_open_case_of_what_has_ceased_is_only_closed(
    scenario: Any, client_as: Any, system_client: Any
) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as officer, client_as("reporter-solsikken") as reporter:
        assert slug(await officer.post(CLOSURE, json={})) == "conflict"
        await decide_all(officer)
        await cease(system_client)
        shown = (await officer.get(CASE)).json()
        assert (shown["can_decide"], shown["can_close"], shown["ceased_on"]) == (False, True, today().isoformat())
        refused = await decide(officer, "contact", "reject", "Nej.")
        assert (refused.status_code, slug(refused)) == (409, "tilbud-ceased")
        assert slug(await conclude(officer)) == "tilbud-ceased"
        assert (await reporter.post(CLOSURE, json={})).status_code == 403
        closed = await officer.post(CLOSURE, json={"reason": "Aftalt med lederen."})
        assert closed.json()["outcome"] == "ceased"
        assert (await reporter.get(f"{CASE}/receipt")).json()["reason"] == "Aftalt med lederen."
        again = await officer.post(CLOSURE, json={})
        assert slug(again) == "wrong-state"
        assert again.json()["detail"].startswith("Sagen blev lukket af myndigheden den ")
    [told] = [fact["data"] for fact in await scenario.published() if fact["fact"] == "case-closed"]
    assert (told["outcome"], bool(told["leader"])) == ("ceased", True)
    [withdrawn] = [fact for fact in await scenario.published() if fact["fact"] == "advice-withdrawn"]
    assert (withdrawn["topic"], withdrawn["data"]["because"]) == ("external.advices.socialtilsyn-nord.v1", "ceased")


async def test_of_two_who_close_at_the_same_moment_one_is_told(
    scenario: Any, client_as: Any, system_client: Any
) -> None:
    await scenario.open_case()
    await cease(system_client)
    async with client_as("officer-nord-a") as rasmus, client_as("officer-nord-b") as nanna:
        answers = await asyncio.gather(rasmus.post(CLOSURE, json={}), nanna.post(CLOSURE, json={}))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_nobody_else_closes_it(scenario: Any, client_as: Any, system_client: Any) -> None:
    await scenario.open_case()
    await cease(system_client)
    async with client_as("officer-syd") as other:
        assert (await other.post(CLOSURE, json={})).status_code == 404
