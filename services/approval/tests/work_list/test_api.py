"""The work list over HTTP: what stands first and why, how it is narrowed, and what is told of others' cases."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from approval.cases.models import Case
from approval.subjects.models import Subject
from approval.work_list.assessing import assess_cases
from chassis.clock import now, today
from chassis.database import Database
from contracts.testing.factories import tilsyn_completed
from services.approval.tests.inbound.https_sender import send
from services.approval.tests.officer import slug
from services.approval.tests.work_list.reports import CORRECTED, LIST, NEW_LEADER, choose, opened, reported, work

SYD = "socialtilsyn-syd"


async def test_the_riskiest_come_first_and_each_says_why(scenario: Any, client_as: Any, database: Database) -> None:
    async with client_as("officer-nord-a") as client:
        corrected = await reported(scenario, client, "CRV-1", CORRECTED)
        worded = await reported(scenario, client, "CRV-2", {"values": {"values": "Vi ser mennesket først."}})
        leader = await reported(scenario, client, "CRV-3", NEW_LEADER)
        first = await opened(scenario, "CRV-4", sent_at=now())
        await assess_cases(database)
        found = await work(client)
        by_age = await work(client, sort="age")
    assert list(found) == [leader, first, worded, corrected]
    assert [item["risk"] for item in found.values()] == ["high", "high", "ordinary", "trivial"]
    assert found[leader]["risk_reasons"] == [{"id": "leader", "label": "Leder"}]
    assert found[first]["risk_reasons"] == [{"id": "first-report", "label": "Første indberetning"}]
    assert (found[corrected]["trivial"], found[corrected]["changed"]) == (True, ["Telefon"])
    assert found[leader]["trivial"] is False
    assert list(by_age) == [corrected, worded, leader, first]
    assert (found[first]["age_days"], found[leader]["age_days"] > 0) == (0, True)


async def test_a_case_that_cannot_be_assessed_is_for_officers_to_read_and_holds_up_no_other(
    scenario: Any, client_as: Any, database: Database
) -> None:
    async with client_as("officer-nord-a") as client:
        broken = await reported(scenario, client, "CRV-1", CORRECTED)
        sound = await reported(scenario, client, "CRV-2", CORRECTED)
        async with database.begin() as session:
            # Its report is not there any more.
            await session.execute(update(Case).where(Case.id == broken).values(revision=9))
        await assess_cases(database)
        found = await work(client)
    assert (found[broken]["risk"], found[broken]["trivial"]) == ("ordinary", False)
    assert (found[sound]["risk"], found[sound]["trivial"]) == ("trivial", True)


async def test_a_case_that_was_opened_just_now_is_listed_and_not_assessed(scenario: Any, client_as: Any) -> None:
    case = await opened(scenario, "CRV-1")
    async with client_as("officer-nord-a") as client:
        item = (await work(client))[case]
    assert (item["risk"], item["risk_reasons"], item["trivial"], item["can_decide"]) == (None, [], False, True)


async def test_who_works_on_a_case_and_what_is_left(scenario: Any, client_as: Any) -> None:
    mine, theirs, nobodys = [await opened(scenario, f"CRV-{number}") for number in (1, 2, 3)]
    async with client_as("officer-nord-a") as client, client_as("officer-nord-b") as colleague:
        await choose(client, mine, "contact")
        await choose(colleague, theirs, "contact")
        await choose(colleague, theirs, "departments")
        found = await work(client)
        narrowed = {each: list(await work(client, worked_on=each)) for each in ("me", "colleague", "nobody")}
        await scenario.deliver(scenario.routed(SYD, tilbud_id="CRV-2", submission_id=theirs, sequence=99))
        async with client_as("officer-syd") as syd:
            moved = (await work(syd))[theirs]
    assert [found[each]["steps_left"] for each in (mine, theirs, nobodys)] == [2, 1, 3]
    assert found[theirs]["steps_total"] == 3
    assert found[theirs]["last_choice"]["by"]["name"] != found[mine]["last_choice"]["by"]["name"]
    assert found[nobodys]["last_choice"] is None
    assert narrowed == {"me": [mine], "colleague": [theirs], "nobody": [nobodys]}
    assert (moved["last_choice"], moved["steps_left"]) == (None, 3)


async def test_sanctions_make_a_case_urgent_as_long_as_they_stand(
    scenario: Any, client_as: Any, system_client: Any, database: Database
) -> None:
    order = {"id": "p1", "text": "Medicin.", "deadline": (today() - timedelta(days=1)).isoformat()}
    decided = (today() - timedelta(days=20)).isoformat()
    period = {"from": decided, "until": (today() + timedelta(days=5)).isoformat(), "reason": "Uro."}
    given = tilsyn_completed(
        tilbud_id="CRV-1", visited_on=decided, decided_on=decided, orders=[order], intensified=period
    )
    async with client_as("officer-nord-a") as client, system_client("socialtilsyn-nord") as system:
        case = await reported(scenario, client, "CRV-1", CORRECTED)
        await assess_cases(database)
        before = (await work(client))[case]
        assert (await send(system, given)).status_code == 202
        await assess_cases(database)
        during = (await work(client))[case]
        ended = given | {"version": 2, "orders": [], "intensified": None}
        assert (await send(system, ended, event_id="e-2")).status_code == 202
        await assess_cases(database)
        after = (await work(client))[case]
    assert (before["risk"], before["sanctions"]) == ("trivial", [])
    assert [each["id"] for each in during["risk_reasons"]] == ["intensified", "order"]
    assert (during["risk"], during["trivial"]) == ("high", False)
    assert [(each["kind"], each["overdue"]) for each in during["sanctions"]] == [
        ("intensified", False),
        ("order", True),
    ]
    assert during["sanctions"][0]["until"] == period["until"]
    assert (after["risk"], after["trivial"], after["sanctions"]) == ("trivial", True, [])


async def test_a_case_is_assessed_again_on_the_day_that_something_ends(scenario: Any, database: Database) -> None:
    case = await opened(scenario, "CRV-1")
    await assess_cases(database)
    async with database.begin() as session:
        await session.execute(update(Case).values(risk=5))
        await session.execute(update(Subject).values(assess_on=today()))
    await assess_cases(database)
    async with database.read() as session:
        row, subject = await session.get_one(Case, case), await session.get_one(Subject, ("CRV-1", "tilbud"))
    assert (row.risk, subject.assess_on) == (1, None)


async def test_cases_that_others_decide_are_seen_and_not_counted_among_the_own(
    scenario: Any, client_as: Any, database: Database
) -> None:
    own = await opened(scenario, "CRV-1")
    moving = await opened(scenario, "CRV-2", authority=SYD)
    await assess_cases(database)
    async with client_as("officer-nord-a") as client, client_as("officer-syd") as syd:
        assert list(await work(client)) == [own]
        elsewhere = await work(client, decided="elsewhere")
        decided = (await work(syd))[moving]
        refused = await client.get(f"/v1/cases/{moving}/changes")
        listed = (await client.get("/v1/cases", params={"tilbud_id": "CRV-2"})).json()["items"]
        assert await work(syd, decided="elsewhere") == {}
    item = elsewhere[moving]
    assert list(elsewhere) == [moving]
    assert (item["can_open"], item["can_decide"], item["trivial"]) == (False, False, False)
    assert (item["steps_left"], item["risk"], item["changed"], item["etag"]) == (None, None, [], None)
    assert item["authority_name"] == "Socialtilsyn Syd"
    assert item["explanation"] == listed[0]["explanation"] == "Tilbuddet ligger i Aalborg Kommune."
    assert decided["can_decide"] is True
    assert slug(refused) == "decided-elsewhere"
    assert "Socialtilsyn Syd" in refused.json()["detail"]
    assert item["explanation"] in refused.json()["detail"]


async def test_the_list_comes_in_pages_in_both_orders(scenario: Any, client_as: Any, database: Database) -> None:
    for number in range(1, 8):
        await opened(scenario, f"CRV-{number}", sent_at=now() - timedelta(days=number))
    await assess_cases(database)
    async with client_as("officer-nord-a") as client:
        for sort in ("risk", "age"):
            seen: list[str] = []
            params: dict[str, Any] = {"sort": sort, "limit": 3}
            while True:
                page = (await client.get(LIST, params=params)).json()
                seen += [item["id"] for item in page["items"]]
                if page["next"] is None:
                    break
                params["cursor"] = page["next"]
            assert seen == [f"CRV-{number}-1" for number in range(7, 0, -1)]
        other = (await client.get(LIST, params={"sort": "risk", "limit": 3})).json()["next"]
        assert slug(await client.get(LIST, params={"sort": "age", "cursor": other})) == "invalid"
        assert slug(await client.get(LIST, params={"sort": "name"})) == "invalid"


async def test_search_and_filters_combine(scenario: Any, client_as: Any, database: Database) -> None:
    async with client_as("officer-nord-a") as client:
        corrected = await reported(scenario, client, "CRV-12", CORRECTED)
        first = await opened(scenario, "CRV-21")
        returned = await opened(scenario, "CRV-3")
        for step, verdict in (("contact", "reject"), ("departments", "approve"), ("places/afd-1", "approve")):
            await choose(client, returned, step, verdict, "Telefonen passer ikke.")
        tag = (await client.get(f"/v1/cases/{returned}")).headers["etag"]
        await client.post(f"/v1/cases/{returned}/outcome", headers={"If-Match": tag})
        await assess_cases(database)
        assert set(await work(client)) == {corrected, first, returned}
        assert set(await work(client, state="awaiting")) == {corrected, first}
        assert set(await work(client, state="returned")) == {returned}
        assert set(await work(client, risk="trivial")) == {corrected}
        assert set(await work(client, risk="high", state="awaiting")) == {first}
        assert set(await work(client, q="tilbud crv-1")) == {corrected}
        assert set(await work(client, q="CRV-2")) == {first}
        assert await work(client, q="100%") == {}


async def test_the_work_list_is_for_who_decides(scenario: Any, client_as: Any) -> None:
    await opened(scenario, "CRV-1")
    for persona, status in (("reporter-solsikken", 403), ("caseworker-aalborg", 403), ("officer-nord-basic", 200)):
        async with client_as(persona) as client:
            assert (await client.get(LIST)).status_code == status
    async with client_as("officer-aalborg") as client:
        assert await work(client) == {}
