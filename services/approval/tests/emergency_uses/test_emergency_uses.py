"""L8: a kommune uses a tilbud without approval for three weeks, and three more; it is counted and watched."""

import asyncio
from datetime import date
from typing import Any

import pytest

from approval.emergency_uses.commands import watch_emergency_uses
from chassis.database import Database
from services.approval.tests.inbound.https_sender import send, tilsyn

USES = "/v1/emergency-uses"
DAY = date(2026, 12, 1)
BODY = {"tilbud_id": "CRV-6324", "started_on": "2026-12-01", "persons": 2, "reason": "Ingen anden plads i nat."}
WHY = {"reason": "Der er endnu ingen anden plads."}


@pytest.fixture
async def known(scenario: Any, set_day: Any) -> None:
    """A tilbud that Socialtilsyn Nord has not approved."""
    set_day(DAY)
    await scenario.deliver(scenario.created(), scenario.assigned())


async def registered(client_as: Any, **fields: Any) -> str:
    async with client_as("caseworker-aalborg") as client:
        answer = await client.post(USES, json=BODY | fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


async def counts(client_as: Any, persona: str = "officer-aalborg") -> dict[str, int]:
    async with client_as(persona) as client:
        found: dict[str, int] = (await client.get(USES)).json()["counts"]
    return found


async def noticed(scenario: Any) -> list[tuple[str, bool]]:
    facts = [fact["data"] for fact in await scenario.published() if fact["fact"] == "deadline-noticed"]
    assert all((each["deadline_of"], each["authority"]) == ("emergency-use", "kommune-0851") for each in facts)
    return [(each["deadline"], each["passed"]) for each in facts]


@pytest.mark.usefixtures("known")
async def test_it_is_registered_extended_once_and_ended(client_as: Any, set_day: Any) -> None:
    use = await registered(client_as)
    async with client_as("officer-aalborg") as client:
        [shown] = (await client.get(USES, params={"state": "running"})).json()["items"]
        assert (shown["name"], shown["last_day"], shown["registered_by"]) == ("Solsikken", "2026-12-21", "Sofie Brandt")
        set_day(date(2026, 12, 20))
        longer = await client.post(f"{USES}/{use}/extension", json=WHY)
        assert (longer.status_code, longer.json()["last_day"]) == (200, "2027-01-11")
        assert (await client.post(f"{USES}/{use}/extension", json=WHY)).status_code == 409
        for wrong, code in (("2026-11-30", "backwards"), ("2026-12-21", "future")):
            answer = await client.post(f"{USES}/{use}/end", json={"ended_on": wrong})
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
        assert (await client.post(f"{USES}/{use}/end", json={"ended_on": "2026-12-19"})).json()["state"] == "ended"
        assert (await client.post(f"{USES}/{use}/end", json={"ended_on": "2026-12-18"})).status_code == 409
        assert (await client.post(f"{USES}/{use}/extension", json=WHY)).status_code == 409
    assert await counts(client_as) == {"running": 0, "exceeded": 0, "ended": 1}


@pytest.mark.usefixtures("known")
async def test_the_supervising_authority_sees_it_and_nobody_else(client_as: Any) -> None:
    use = await registered(client_as)
    await registered(client_as, tilbud_id=None, name="Gården ved åen")
    assert await counts(client_as, "officer-nord-a") == {"running": 1, "exceeded": 0, "ended": 0}
    assert await counts(client_as, "officer-syd") == {"running": 0, "exceeded": 0, "ended": 0}
    assert (await counts(client_as))["running"] == 2
    async with client_as("officer-nord-a") as client:
        assert (await client.post(USES, json=BODY)).status_code == 403
        assert (await client.post(f"{USES}/{use}/extension", json=WHY)).status_code == 403
    async with client_as("officer-region") as client:
        assert (await client.post(USES, json=BODY)).status_code == 403
        assert (await client.post(f"{USES}/x/end", json={"ended_on": "2026-11-30"})).status_code == 403
    async with client_as("reporter-solsikken") as client:
        assert (await client.get(USES)).status_code == 403


@pytest.mark.usefixtures("known")
async def test_what_cannot_be_is_refused_at_its_place(client_as: Any) -> None:
    wrong: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"tilbud_id": "CRV-1"}, "/tilbud_id", "unknown"),
        ({"tilbud_id": None}, "/name", "missing"),
        ({"started_on": "2026-12-02"}, "/started_on", "future"),
        ({"persons": 0}, "/persons", "out-of-range"),
        ({"reason": "Om 010190-1234."}, "/reason", "cpr-number"),
    )
    async with client_as("caseworker-aalborg") as client:
        for fields, pointer, code in wrong:
            answer = await client.post(USES, json=BODY | fields)
            assert answer.status_code == 422, fields
            assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)


@pytest.mark.usefixtures("known")
async def test_an_approved_tilbud_needs_no_emergency(client_as: Any, system_client: Any) -> None:
    async with system_client("socialtilsyn-nord") as system:
        await send(system, tilsyn(decided_on="2026-12-01", visited_on=None, intensified=None))
    async with client_as("caseworker-aalborg") as client:
        assert (await client.post(USES, json=BODY)).status_code == 409


@pytest.mark.usefixtures("known")
async def test_the_end_of_its_time_is_told_before_and_after(
    client_as: Any, scenario: Any, database: Database, set_day: Any
) -> None:
    await registered(client_as)
    await watch_emergency_uses(database)
    assert await noticed(scenario) == []
    set_day(date(2026, 12, 18))
    await asyncio.gather(*(watch_emergency_uses(database) for _ in range(3)))
    assert await noticed(scenario) == [("2026-12-21", False)]
    for day in (date(2026, 12, 22), date(2026, 12, 1), date(2027, 3, 1)):
        set_day(day)
        await watch_emergency_uses(database)
    assert await noticed(scenario) == [("2026-12-21", False), ("2026-12-21", True)]
    assert (await counts(client_as))["exceeded"] == 1


@pytest.mark.usefixtures("known")
async def test_what_has_ended_or_is_not_known_here_is_told_to_nobody(
    client_as: Any, scenario: Any, database: Database, set_day: Any
) -> None:
    use = await registered(client_as)
    await registered(client_as, tilbud_id=None, name="Gården ved åen")
    async with client_as("officer-aalborg") as client:
        assert (await client.post(f"{USES}/{use}/end", json={"ended_on": "2026-12-01"})).status_code == 200
    set_day(date(2027, 2, 1))
    await watch_emergency_uses(database)
    assert await noticed(scenario) == []
    assert await counts(client_as) == {"running": 0, "exceeded": 1, "ended": 1}
