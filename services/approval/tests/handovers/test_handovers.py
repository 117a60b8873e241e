"""A handover is settled on a real database: all current cases move, or a decision was first and it is refused."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from approval.models import Case, CaseLog, Handover
from chassis.database import Database
from contracts.testing import factories
from contracts.testing.factories import NORD
from services.approval.tests.factories import SECOND, SUBMISSION, Scenario
from services.approval.tests.officer import CASE, conclude, decide, decide_all, slug

SYD = "socialtilsyn-syd"


def request(scenario: Scenario, sequence: int = 50, **fields: Any) -> Any:
    """Nord wants to hand the tilbud over to Syd with its first case."""
    fields = {"cases": [SUBMISSION]} | fields
    return scenario._record(factories.handover_requested(**fields), sequence)


async def settled(scenario: Scenario) -> list[tuple[bool, str | None, list[str]]]:
    facts = [fact["data"] for fact in await scenario.published() if fact["fact"] == "handover-settled"]
    return [(fact["applied"], fact["refused_because"], fact["cases"]) for fact in facts]


async def case_of(database: Database, case_id: str = SUBMISSION) -> Case:
    async with database.read() as session:
        return await session.get_one(Case, case_id)


async def test_every_current_case_of_the_giver_moves_in_one_act(
    scenario: Any, database: Database, client_as: Any
) -> None:
    await scenario.open_case()
    await scenario.deliver(scenario.sent(number=2, submission_id=SECOND), scenario.routed(submission_id=SECOND))
    async with client_as("officer-nord-a") as nord:
        await decide(nord, "contact")
        await scenario.deliver(request(scenario))
        listed = (await nord.get("/v1/cases?tilbud_id=CRV-6324")).json()["items"]
        late = await decide(nord, "contact", etag='"x"')
        overview = await nord.get(f"{CASE}/changes")
    assert await settled(scenario) == [(True, None, [SUBMISSION, SECOND])]
    for case in (SUBMISSION, SECOND):
        assert (await case_of(database, case)).authority == SYD
    # Who gave it away still finds the cases, and reads whose they are now.
    assert [(each["authority"], each["can_open"]) for each in listed] == [(SYD, False)] * 2
    assert (late.status_code, slug(late), slug(overview)) == (409, "case-moved", "case-moved")
    assert late.json()["detail"].startswith("Sagen blev flyttet til Socialtilsyn Syd den ")
    async with client_as("officer-syd") as syd:
        shown = (await syd.get(CASE)).json()
        # What was decided stays in the log, and the new authority decides every step itself.
        assert [(each["act"], each["authority"]) for each in shown["log"]] == [
            ("opened", NORD), ("decided", NORD), ("moved", SYD),
        ]  # fmt: skip
        assert shown["log"][-1]["by"]["name"] == "Rasmus Toft"
        assert "koncern" in shown["log"][-1]["reason"]
        assert {each["verdict"] for each in shown["steps"]} == {None}
        await decide_all(syd)
        assert (await conclude(syd)).status_code == 200
    opened = [fact["data"] for fact in await scenario.published() if fact["fact"] == "case-opened"]
    advices = [fact["topic"] for fact in await scenario.published() if fact["fact"] == "advice"]
    assert [each["authority"] for each in opened] == [NORD, NORD, SYD, SYD]
    assert advices.count(f"external.advices.{SYD}.v1") == 2
    withdrawn = [fact for fact in await scenario.published() if fact["fact"] == "advice-withdrawn"]
    assert {(fact["topic"], fact["data"]["to"]) for fact in withdrawn} == {(f"external.advices.{NORD}.v1", SYD)}
    assert len(withdrawn) == 2


async def test_cases_of_others_stay_where_they_are(scenario: Any, database: Database) -> None:
    await scenario.open_case()
    await scenario.deliver(
        scenario.sent(number=2, submission_id=SECOND), scenario.routed("socialtilsyn-midt", submission_id=SECOND)
    )
    await scenario.deliver(request(scenario))
    assert (await case_of(database, SECOND)).authority == "socialtilsyn-midt"


async def test_an_older_routing_or_a_report_that_comes_again_does_not_move_them_back(
    scenario: Any, database: Database
) -> None:
    await scenario.open_case()
    await scenario.deliver(request(scenario), scenario.routed(NORD, sequence=40))
    await scenario.deliver(scenario.sent(republished=True))
    assert (await case_of(database)).authority == SYD
    await scenario.deliver(scenario.routed(SYD, sequence=51))
    assert (await case_of(database)).authority == SYD
    await scenario.deliver(scenario.routed(NORD, sequence=52))
    assert (await case_of(database)).authority == NORD


@pytest.mark.parametrize("rejected", [False, True])
async def test_a_decision_that_was_first_wins(
    scenario: Any, database: Database, client_as: Any, *, rejected: bool
) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as nord:
        await decide_all(nord, **({"contact": "Forkert."} if rejected else {}))
        assert (await conclude(nord)).status_code == 200
    await scenario.deliver(request(scenario))
    [(applied, because, cases)] = await settled(scenario)
    assert (applied, cases) == (False, [])
    assert str(because).startswith("Socialtilsyn Nord indsendte en af sagerne i samme øjeblik")
    assert (await case_of(database)).authority == NORD


async def test_a_case_that_was_returned_before_goes_along_and_stays_with_the_reporter(
    scenario: Any, database: Database, client_as: Any
) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as nord:
        await decide_all(nord, contact="Forkert.")
        await conclude(nord)
    case = await case_of(database)
    assert case.decided_at is not None
    await scenario.deliver(request(scenario, requested_at=case.decided_at.replace(year=2027)))
    moved = await case_of(database)
    assert (moved.state, moved.authority) == ("returned", SYD)
    await scenario.deliver(scenario.sent(revision=2), scenario.routed(SYD, revision=2, sequence=60))
    async with client_as("officer-syd") as syd:
        steps = (await syd.get(CASE)).json()["steps"]
    # Nothing is proposed: what Nord approved is no choice of Syd.
    assert {each["proposed"] for each in steps} == {None}


async def test_who_supervises_by_now_is_told(scenario: Any) -> None:
    await scenario.open_case()
    await scenario.deliver(scenario.assigned("socialtilsyn-midt", version=2), request(scenario))
    assert await settled(scenario) == [(False, "Socialtilsyn Midt har fået tilsynet i mellemtiden.", [])]


async def test_a_case_that_its_reporter_gave_up_is_no_obstacle(scenario: Any) -> None:
    await scenario.open_case()
    await scenario.deliver(scenario.closed(), request(scenario))
    assert await settled(scenario) == [(True, None, [])]


async def test_the_same_question_again_gets_the_same_answer(scenario: Any, database: Database) -> None:
    await scenario.open_case()
    await scenario.deliver(request(scenario))
    await scenario.deliver(request(scenario, sequence=51, republished=True))
    assert await settled(scenario) == [(True, None, [SUBMISSION])] * 2
    async with database.read() as session:
        assert len((await session.scalars(select(Handover))).all()) == 1
    assert await moves(database) == ["moved"]


async def moves(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(CaseLog.act).where(CaseLog.act == "moved")))


@pytest.mark.parametrize("attempt", range(5))
async def test_of_a_handover_and_an_outcome_at_the_same_moment_one_wins(
    scenario: Any, database: Database, client_as: Any, attempt: int
) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as nord:
        await decide_all(nord)
        etag = (await nord.get(CASE)).headers["etag"]

        async def outcome() -> Any:
            await asyncio.sleep(attempt * 0.004)
            return await nord.post(f"{CASE}/outcome", headers={"If-Match": etag})

        answer, _ = await asyncio.gather(outcome(), scenario.deliver(request(scenario)))
    [(applied, because, cases)] = await settled(scenario)
    case = await case_of(database)
    if applied:
        assert (answer.status_code, slug(answer)) == (409, "case-moved")
        assert (case.state, case.authority, cases) == ("awaiting", SYD, [SUBMISSION])
    else:
        assert answer.status_code == 200
        assert (case.state, case.authority) == ("closed", NORD)
        assert "indsendte en af sagerne i samme øjeblik" in str(because)
