"""L7: an approval that nobody uses is warned of and its authority reminded; whoever uses it again keeps it."""

import asyncio
from datetime import date
from typing import Any

import pytest

from approval.unused_approvals.commands import follow_unused_approvals
from approval.unused_approvals.rules import AT_LEAST_EVERY
from chassis.clock import today
from chassis.database import Database
from contracts.testing.factories import SMALL_REPORT
from services.approval.tests.inbound.https_sender import send, tilsyn
from services.approval.tests.officer import approve_first

LIST = "/v1/unused-approvals"
PLACES = SMALL_REPORT["places/afd-1"]["approved_places"]
FIRST_DAY = date(2026, 3, 10)


@pytest.fixture
async def approved(scenario: Any, client_as: Any, system_client: Any, set_day: Any) -> None:
    """An approved tilbud of Socialtilsyn Nord with two of ten places vacant."""
    set_day(FIRST_DAY)
    async with client_as("officer-nord-a") as client:
        await approve_first(scenario, client)
    async with system_client("socialtilsyn-nord") as system:
        await send(system, tilsyn(decided_on=str(FIRST_DAY), visited_on=None, intensified=None))


async def unused(client_as: Any, persona: str = "officer-nord-a") -> list[tuple[str, Any]]:
    async with client_as(persona) as client:
        answer = await client.get(LIST)
        assert answer.status_code == 200, answer.text
        return [(each["tilbud_id"], each["lapses_on"]) for each in answer.json()["items"]]


async def status(client_as: Any) -> str:
    async with client_as("officer-nord-a") as client:
        return str((await client.get("/v1/tilbud/CRV-6324/tilsyn")).json()["status"])


async def noticed(scenario: Any) -> list[tuple[str, bool]]:
    facts = [fact["data"] for fact in await scenario.published() if fact["fact"] == "deadline-noticed"]
    return [(each["deadline"], each["passed"]) for each in facts if each["deadline_of"] == "unused-approval"]


@pytest.mark.usefixtures("approved")
async def test_its_authority_is_told_two_years_after_the_last_place_was_left(
    scenario: Any, database: Database, client_as: Any, system_client: Any, set_day: Any
) -> None:
    await follow_unused_approvals(database)
    assert await unused(client_as) == []
    await scenario.deliver(scenario.vacancies(1, PLACES, days=60))
    await follow_unused_approvals(database)
    [(tilbud, lapses_on)] = await unused(client_as)
    assert (tilbud, lapses_on) == ("CRV-6324", None)
    assert await unused(client_as, "officer-syd") == []
    since = await _unused_since(client_as)
    set_day(since.replace(year=since.year + 2))
    await asyncio.gather(*(follow_unused_approvals(database) for _ in range(3)))
    # The worker was away until then: the warning comes late, and the approval has its ninety days from there.
    [(deadline, passed)] = await noticed(scenario)
    assert not passed
    assert await status(client_as) == "approved"
    set_day(date.fromisoformat(deadline))
    for _ in range(2):
        await follow_unused_approvals(database)
    assert await noticed(scenario) == [(deadline, False), (deadline, True)]
    # What was reported can be old: the approval stands until the authority, reminded each month, says that it lapsed.
    assert await status(client_as) == "approved"
    assert [tilbud for tilbud, _ in await unused(client_as)] == ["CRV-6324"]
    set_day(today() + AT_LEAST_EVERY)
    await follow_unused_approvals(database)
    assert await noticed(scenario) == [(deadline, False), (deadline, True), (deadline, True)]
    lapsed: dict[str, Any] = {"decision": "not-approved", "intensified": None, "conditions": [], "orders": []}
    async with system_client("socialtilsyn-nord") as system:
        said = tilsyn(tilsyn_id="lapsed", decided_on=str(today()), visited_on=None, **lapsed)
        await send(system, said, event_id="e-2")
    await follow_unused_approvals(database)
    assert await status(client_as) == "not-approved"
    assert await unused(client_as) == []


@pytest.mark.usefixtures("approved")
async def test_who_uses_it_again_keeps_it(scenario: Any, database: Database, client_as: Any, set_day: Any) -> None:
    await scenario.deliver(scenario.vacancies(1, PLACES, days=60))
    await follow_unused_approvals(database)
    since = await _unused_since(client_as)
    set_day(since.replace(year=since.year + 2))
    await follow_unused_approvals(database)
    await scenario.deliver(scenario.vacancies(2, PLACES - 1, days=61))
    await follow_unused_approvals(database)
    assert await unused(client_as) == []
    set_day(since.replace(year=since.year + 5))
    await follow_unused_approvals(database)
    assert await status(client_as) == "approved"


@pytest.mark.parametrize("persona", ["reporter-solsikken", "caseworker-aalborg", "no-tilbud"])
async def test_only_who_approves_sees_the_list(client_as: Any, persona: str) -> None:
    async with client_as(persona) as client:
        assert (await client.get(LIST)).status_code == 403


async def _unused_since(client_as: Any) -> date:
    async with client_as("officer-nord-a") as client:
        [item] = (await client.get(LIST)).json()["items"]
    return date.fromisoformat(item["unused_since"])
