"""A case opens from a report and its routing in any order, and nothing older or repeated moves it back."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from approval.consumers import SUBSCRIPTIONS
from approval.models import ApprovedStep, Case, CaseStep
from chassis.database import Database
from chassis.tables import dead_letters
from chassis.testing import deliver, record_of
from contracts.events import EVENTS

SUBMISSION = "0193a1b0-0000-7000-8000-000000000001"
GOLDEN = Path(__file__).parents[3] / "contracts" / "golden"


async def case_of(database: Database) -> Case:
    async with database.read() as session:
        return await session.get_one(Case, SUBMISSION)


async def openings(story: Any) -> list[tuple[int, str]]:
    facts = [fact["data"] for fact in await story.facts() if fact["fact"] == "case-opened"]
    return [(fact["revision"], fact["authority"]) for fact in facts]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_two_revisions_in_any_order_end_in_the_newest(story: Any, database: Database, order: Any) -> None:
    records = [
        story.sent(),
        story.routed("socialtilsyn-nord"),
        story.sent(revision=2),
        story.routed("socialtilsyn-syd", revision=2),
    ]
    await story.hears(*(records[index] for index in order))
    await story.hears(*(records[index] for index in order))
    case = await case_of(database)
    assert (case.state, case.revision, case.authority) == ("awaiting", 2, "socialtilsyn-syd")
    opened = await openings(story)
    assert opened[-1] == (2, "socialtilsyn-syd")
    assert opened == sorted(set(opened))
    sequences = [fact["sequence"] for fact in await story.facts() if fact["key"] == "CRV-6324" and fact["sequence"]]
    assert sequences == list(range(1, len(sequences) + 1))


async def test_one_opening_and_one_advice_to_the_right_authority(story: Any) -> None:
    await story.opens()
    opened, advice = await story.facts()
    assert opened["topic"] == "approval.cases.v1"
    assert opened["data"]["steps"] == ["contact", "departments", "places/afd-1"]
    assert opened["data"]["explanation"].startswith("Tilbuddet ligger i Aalborg")
    assert advice["topic"] == "external.advices.socialtilsyn-nord.v1"
    assert set(advice["data"]) == {"tilbud_id", "case_id", "submitted_at", "steps"}


async def test_a_later_routing_of_a_waiting_case_moves_it(story: Any, database: Database) -> None:
    await story.opens()
    await story.hears(story.routed("socialtilsyn-syd", sequence=90))
    assert (await case_of(database)).authority == "socialtilsyn-syd"
    await story.hears(story.routed("socialtilsyn-nord", sequence=80))
    assert (await case_of(database)).authority == "socialtilsyn-syd"
    await story.hears(story.routed("socialtilsyn-syd", sequence=91))
    assert await openings(story) == [(1, "socialtilsyn-nord"), (1, "socialtilsyn-syd")]
    await story.hears(story.not_routed(sequence=92))
    assert (await case_of(database)).state == "returned"


async def test_a_case_that_was_given_up_never_opens(story: Any, database: Database) -> None:
    await story.opens()
    await story.hears(story.closed())
    await story.hears(story.closed(), story.sent(revision=2), story.routed(revision=2))
    case = await case_of(database)
    assert (case.state, case.outcome, case.revision) == ("closed", "given-up", 1)
    assert [fact["fact"] for fact in await story.facts()].count("case-closed") == 1


async def test_closing_before_the_routing_came_leaves_nothing_open(story: Any, database: Database) -> None:
    await story.hears(story.created(), story.sent(), story.closed(), story.routed())
    assert (await case_of(database)).state == "closed"
    assert await story.facts() == []


async def test_an_old_closing_does_not_close_a_newer_revision(story: Any, database: Database) -> None:
    await story.opens()
    await story.hears(story.sent(revision=2), story.routed(revision=2), story.closed(revision=1))
    assert (await case_of(database)).state == "awaiting"


async def test_two_cases_of_one_tilbud_stand_side_by_side(story: Any, database: Database) -> None:
    other = "0193a1b0-0000-7000-8000-000000000002"
    await story.opens()
    await story.hears(
        story.sent(number=2, submission_id=other, content={"values": {"text": "Nyt"}}),
        story.routed(submission_id=other),
    )
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Case).where(Case.state == "awaiting")) == 2
        assert await session.scalar(select(func.count()).select_from(CaseStep)) == 4
        assert await session.scalar(select(func.count()).select_from(ApprovedStep)) == 0


GOLDEN_READ = [
    event
    for event in EVENTS
    for subscription in SUBSCRIPTIONS
    if event in subscription.on and (GOLDEN / f"{event.ce_type}.json").exists()
]


@pytest.mark.parametrize("event", GOLDEN_READ, ids=lambda event: event.ce_type)
async def test_golden_messages_of_others_are_handled(database: Database, event: Any) -> None:
    read = event.model_validate_json((GOLDEN / f"{event.ce_type}.json").read_text())
    subscription = next(item for item in SUBSCRIPTIONS if event.topic in item.topic_names)
    await deliver(database, subscription, record_of(read, source="/services/other"))
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(dead_letters)) == 0


async def test_what_we_write_has_the_fields_of_the_golden_messages(story: Any) -> None:
    await story.opens()
    for fact in await story.facts():
        golden = json.loads((GOLDEN / f"{fact['type']}.json").read_text())
        assert fact["data"].keys() == golden.keys()
