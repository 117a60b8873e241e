"""Sanctions by deadline: the list follows the tilsyn, and each deadline is told once, whatever the worker meets."""

import asyncio
import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from approval.sanctions.commands import keep_sanctions
from chassis.database import Database
from services.approval.tests.inbound.https_sender import receipt, send, tilsyn
from services.approval.tests.test_golden import GOLDEN

LIST = "/v1/sanctions"
DAY = date(2026, 12, 1)
GIVEN: dict[str, Any] = {
    "tilsyn_id": "T-1",
    "visited_on": None,
    "decided_on": "2026-12-01",
    "decision": "approved-with-conditions",
    "orders": [{"id": "p1", "text": "Vågen nattevagt.", "deadline": "2027-01-15"}],
    "conditions": [{"text": "Højst otte.", "deadline": "2027-03-01"}, {"text": "Højst otte i huset."}],
    "intensified": {"from": "2026-12-10", "until": "2027-02-10", "reason": "Uro."},
}


@pytest.fixture
async def given(scenario: Any, system_client: Any, database: Database, set_day: Any) -> None:
    """A tilbud of Socialtilsyn Nord with every kind of sanction."""
    set_day(DAY)
    await scenario.deliver(scenario.created(), scenario.assigned())
    await sent(system_client, "e-1", GIVEN)
    await keep_sanctions(database)


async def sent(system_client: Any, event_id: str, fields: dict[str, Any]) -> None:
    async with system_client("socialtilsyn-nord") as client:
        answer = await receipt(client, await send(client, tilsyn(**fields), event_id=event_id))
        assert answer.json()["accepted"] is True, answer.json()


async def listed(client_as: Any, persona: str = "officer-nord-a", **params: Any) -> list[tuple[Any, ...]]:
    async with client_as(persona) as client:
        answer = await client.get(LIST, params=params)
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
    return [(each["kind"], each["deadline"] or each["until"], each["overdue"]) for each in items]


async def noticed(scenario: Any) -> list[tuple[str, str, bool]]:
    facts = [fact["data"] for fact in await scenario.published() if fact["fact"] == "deadline-noticed"]
    golden = json.loads((GOLDEN / "dk.tilbudsportalen.approval.deadline-noticed.v1.json").read_text())
    assert all(each.keys() == golden.keys() for each in facts)
    return [(each["deadline_of"], each["deadline"], each["passed"]) for each in facts]


@pytest.mark.usefixtures("given")
async def test_the_next_deadline_comes_first_and_what_has_none_last(client_as: Any) -> None:
    assert await listed(client_as) == [
        ("order", "2027-01-15", False),
        ("intensified", "2027-02-10", False),
        ("condition", "2027-03-01", False),
        ("condition", None, False),
    ]
    assert await listed(client_as, kind="order") == [("order", "2027-01-15", False)]
    assert await listed(client_as, overdue=True) == []
    async with client_as("officer-nord-a") as client:
        first = (await client.get(LIST, params={"limit": 3})).json()
        assert (first["total"], first["items"][0]["tilbud_name"]) == (4, "Solsikken")
        rest = (await client.get(LIST, params={"limit": 3, "cursor": first["next"]})).json()
        assert ([each["kind"] for each in rest["items"]], rest["next"]) == (["condition"], None)


@pytest.mark.usefixtures("given")
async def test_it_is_the_list_of_who_supervises_the_tilbud_now(client_as: Any, scenario: Any) -> None:
    assert await listed(client_as, "officer-syd") == []
    await scenario.deliver(scenario.assigned("socialtilsyn-syd", version=2))
    assert await listed(client_as) == []
    assert len(await listed(client_as, "officer-syd")) == 4
    for persona in ("reporter-solsikken", "caseworker-aalborg", "no-tilbud"):
        async with client_as(persona) as client:
            assert (await client.get(LIST)).status_code == 403


@pytest.mark.usefixtures("given")
async def test_each_deadline_is_told_once_two_weeks_before(scenario: Any, database: Database, set_day: Any) -> None:
    set_day(date(2026, 12, 31))
    await keep_sanctions(database)
    assert await noticed(scenario) == []
    set_day(date(2027, 1, 1))
    for _ in range(3):
        await keep_sanctions(database)
    assert await noticed(scenario) == [("order", "2027-01-15", False)]


@pytest.mark.usefixtures("given")
async def test_a_worker_that_was_away_tells_what_is_still_near_and_nothing_that_is_over(
    scenario: Any, database: Database, set_day: Any, client_as: Any
) -> None:
    set_day(date(2027, 2, 8))
    await asyncio.gather(*(keep_sanctions(database) for _ in range(4)))
    assert await noticed(scenario) == [("intensified", "2027-02-10", False)]
    assert await listed(client_as, overdue=True) == [("order", "2027-01-15", True)]
    set_day(date(2026, 12, 20))
    await keep_sanctions(database)
    set_day(date(2027, 2, 16))
    await keep_sanctions(database)
    assert (await noticed(scenario))[1:] == [("condition", "2027-03-01", False)]
    assert "intensified" not in {kind for kind, _, _ in await listed(client_as)}


@pytest.mark.usefixtures("given")
async def test_a_deadline_that_a_correction_moves_is_told_again(
    scenario: Any, database: Database, set_day: Any, system_client: Any, client_as: Any
) -> None:
    set_day(date(2027, 1, 2))
    await keep_sanctions(database)
    moved = {**GIVEN, "version": 2, "orders": [{**GIVEN["orders"][0], "deadline": "2027-02-20"}]}
    await sent(system_client, "e-2", moved)
    await keep_sanctions(database)
    assert ("order", "2027-02-20", False) in await listed(client_as)
    set_day(date(2027, 2, 6))
    await keep_sanctions(database)
    assert [deadline for what, deadline, _ in await noticed(scenario) if what == "order"] == [
        "2027-01-15",
        "2027-02-20",
    ]


@pytest.mark.usefixtures("given")
async def test_what_has_ended_leaves_the_list(
    database: Database, system_client: Any, client_as: Any, set_day: Any
) -> None:
    set_day(DAY + timedelta(days=2))
    ending = {"tilsyn_id": "T-2", "visited_on": None, "decided_on": str(DAY), "intensified": None}
    await sent(system_client, "e-2", {**ending, "ended": [{"tilsyn_id": "T-1", "id": "p1"}]})
    await keep_sanctions(database)
    assert len(await listed(client_as)) == 3
    await sent(system_client, "e-3", {**ending, "tilsyn_id": "T-3", "decision": "not-approved"})
    await keep_sanctions(database)
    assert await listed(client_as) == []


@pytest.mark.usefixtures("given")
async def test_what_was_there_before_the_list_is_on_it(database: Database, client_as: Any) -> None:
    """The migration makes every tilbud with a tilsyn due; two orders with the same words stay two."""
    async with database.begin() as session:
        await session.execute(text("DELETE FROM standing_sanctions"))
        await session.execute(text("UPDATE tilbud SET sanctions_due = DATE '2014-01-01'"))
    for _ in range(2):
        await keep_sanctions(database)
        assert len(await listed(client_as)) == 4
