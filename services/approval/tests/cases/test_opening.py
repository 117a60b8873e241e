"""A case opens from a report and its routing in any order, and nothing older or repeated moves it back."""

import itertools
from typing import Any

import pytest
from sqlalchemy import func, select

from approval.models import ApprovedStep, Case, CaseStep
from chassis.database import Database
from services.approval.tests.factories import SUBMISSION


async def case_of(database: Database) -> Case:
    async with database.read() as session:
        return await session.get_one(Case, SUBMISSION)


async def openings(scenario: Any) -> list[tuple[int, str]]:
    facts = [fact["data"] for fact in await scenario.published() if fact["fact"] == "case-opened"]
    return [(fact["revision"], fact["authority"]) for fact in facts]


async def withdrawals(scenario: Any) -> list[tuple[str, str, str | None]]:
    facts = [fact for fact in await scenario.published() if fact["fact"] == "advice-withdrawn"]
    assert {(fact["key"], fact["data"]["case_id"]) for fact in facts} <= {("CRV-6324", SUBMISSION)}
    return [(fact["topic"].split(".")[2], fact["data"]["because"], fact["data"]["to"]) for fact in facts]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_two_revisions_in_any_order_end_in_the_newest(scenario: Any, database: Database, order: Any) -> None:
    records = [
        scenario.sent(),
        scenario.routed("socialtilsyn-nord"),
        scenario.sent(revision=2),
        scenario.routed("socialtilsyn-syd", revision=2),
    ]
    await scenario.deliver(*(records[index] for index in order))
    await scenario.deliver(*(records[index] for index in order))
    case = await case_of(database)
    assert (case.state, case.revision, case.authority) == ("awaiting", 2, "socialtilsyn-syd")
    opened = await openings(scenario)
    assert opened[-1] == (2, "socialtilsyn-syd")
    assert opened == sorted(set(opened))
    sequences = [
        fact["sequence"] for fact in await scenario.published() if fact["key"] == "CRV-6324" and fact["sequence"]
    ]
    assert sequences == list(range(1, len(sequences) + 1))


async def test_one_opening_and_one_advice_to_the_right_authority(scenario: Any) -> None:
    await scenario.open_case()
    opened, advice = await scenario.published()
    assert opened["topic"] == "approval.cases.v1"
    assert opened["data"]["steps"] == ["contact", "departments", "places/afd-1"]
    assert opened["data"]["explanation"].startswith("Tilbuddet ligger i Aalborg")
    assert advice["topic"] == "external.advices.socialtilsyn-nord.v1"
    assert set(advice["data"]) == {"tilbud_id", "case_id", "submitted_at", "steps"}


async def test_a_later_routing_of_a_waiting_case_moves_it(scenario: Any, database: Database) -> None:
    await scenario.open_case()
    await scenario.deliver(scenario.routed("socialtilsyn-syd", sequence=90))
    assert (await case_of(database)).authority == "socialtilsyn-syd"
    await scenario.deliver(scenario.routed("socialtilsyn-nord", sequence=80))
    assert (await case_of(database)).authority == "socialtilsyn-syd"
    await scenario.deliver(scenario.routed("socialtilsyn-syd", sequence=91))
    assert await openings(scenario) == [(1, "socialtilsyn-nord"), (1, "socialtilsyn-syd")]
    await scenario.deliver(scenario.not_routed(sequence=92))
    assert (await case_of(database)).state == "returned"
    moved, undecided = ("socialtilsyn-nord", "moved", "socialtilsyn-syd"), ("socialtilsyn-syd", "undecided", None)
    assert await withdrawals(scenario) == [moved, undecided]


async def test_one_that_is_sent_again_to_another_authority_goes_away_from_the_first(scenario: Any) -> None:
    await scenario.open_case()
    await scenario.deliver(scenario.sent(revision=2), scenario.routed(revision=2))
    assert await withdrawals(scenario) == []
    await scenario.deliver(scenario.sent(revision=3), scenario.routed("socialtilsyn-syd", revision=3))
    assert await withdrawals(scenario) == [("socialtilsyn-nord", "moved", "socialtilsyn-syd")]


async def test_a_case_that_was_given_up_never_opens(scenario: Any, database: Database) -> None:
    await scenario.open_case()
    await scenario.deliver(scenario.closed())
    await scenario.deliver(scenario.closed(), scenario.sent(revision=2), scenario.routed(revision=2))
    case = await case_of(database)
    assert (case.state, case.outcome, case.revision) == ("closed", "given-up", 1)
    assert [fact["fact"] for fact in await scenario.published()].count("case-closed") == 1
    assert await withdrawals(scenario) == [("socialtilsyn-nord", "closed", None)]


async def test_closing_before_the_routing_came_leaves_nothing_open(scenario: Any, database: Database) -> None:
    await scenario.deliver(scenario.created(), scenario.sent(), scenario.closed(), scenario.routed())
    assert (await case_of(database)).state == "closed"
    assert await scenario.published() == []


async def test_an_old_closing_does_not_close_a_newer_revision(scenario: Any, database: Database) -> None:
    await scenario.open_case()
    await scenario.deliver(scenario.sent(revision=2), scenario.routed(revision=2), scenario.closed(revision=1))
    assert (await case_of(database)).state == "awaiting"


async def test_two_cases_of_one_tilbud_stand_side_by_side(scenario: Any, database: Database) -> None:
    other = "0193a1b0-0000-7000-8000-000000000002"
    await scenario.open_case()
    await scenario.deliver(
        scenario.sent(number=2, submission_id=other, content={"values": {"text": "Nyt"}}),
        scenario.routed(submission_id=other),
    )
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Case).where(Case.state == "awaiting")) == 2
        assert await session.scalar(select(func.count()).select_from(CaseStep)) == 4
        assert await session.scalar(select(func.count()).select_from(ApprovedStep)) == 0
