"""The overview rows: any order of events, with duplicates, gives the same rows."""

import itertools
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from chassis import tables
from chassis.clock import today
from chassis.consume import Consumer
from chassis.database import Database
from chassis.envelope import headers_for
from chassis.subscriptions import Record
from contracts.events import EVENTS, TilsynPublished
from contracts.testing.factories import (
    authority_assigned,
    case_approved,
    case_closed,
    case_not_routed,
    case_opened,
    case_returned,
    followers_changed,
    intensified,
    moment,
    submission_sent,
    tilbud_ceased,
    tilbud_created,
    tilbud_facts,
    tilsyn_published,
)
from devstack.in_process import deliver, record_of
from portal.consumers import subscriptions
from portal.overview.commands import refresh_intensified
from portal.overview.models import Case, Follower, Subject, Tilsyn
from portal.overview.rules import CaseStage
from services.portal.tests.factories import golden_message, publication_record
from services.portal.tests.overview.overview_rows import NORD, SYD, all_rows, consume, row_of

CONTACT: dict[str, dict[str, Any]] = {"contact": {}}


async def test_any_order_with_duplicates_gives_the_same_rows(database: Database) -> None:
    history: list[Any] = [
        tilbud_created("CRV-1"),
        submission_sent("CRV-1"),
        case_opened("CRV-1"),
        case_returned("CRV-1"),
        submission_sent("CRV-1", revision=2),
        case_opened("CRV-1", revision=2),
        case_approved("CRV-1", revision=2, tilbud=tilbud_facts("Solsikken Ny")),
        authority_assigned("CRV-1"),
        authority_assigned("CRV-1", 2, SYD, previous=NORD),
        tilsyn_published("CRV-1"),
        followers_changed("CRV-1", 1, {"a": "x"}),
        followers_changed("CRV-1", 2, {"b": "x"}),
    ]
    await consume(database, *history)
    expected = await all_rows(database)
    shuffler = random.Random(7)  # noqa: S311
    for number in range(2, 12):
        mixed = [_about_other(event, f"CRV-{number}") for event in (*history, *history)]
        shuffler.shuffle(mixed)
        await consume(database, *mixed)
        found = await all_rows(database)
        assert _rows_of(found, f"CRV-{number}") == [
            _renamed(row, f"CRV-{number}") for row in _rows_of(expected, "CRV-1")
        ]


def _about_other(event: Any, tilbud_id: str) -> Any:
    changes: dict[str, Any] = {"tilbud_id": tilbud_id}
    for name in ("submission_id", "case_id"):
        if hasattr(event, name):
            changes[name] = getattr(event, name).replace("CRV-1-", f"{tilbud_id}-")
    return event.model_copy(update=changes)


def _rows_of(found: Sequence[dict[str, Any]], tilbud_id: str) -> list[dict[str, Any]]:
    return [row for row in found if row["id"] == tilbud_id or row["id"].startswith(f"{tilbud_id}-")]


def _renamed(row: dict[str, Any], tilbud_id: str) -> dict[str, Any]:
    def text(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return value.replace("CRV-1", tilbud_id).replace("crv-1", tilbud_id.casefold())

    return {name: text(value) for name, value in row.items()}


async def test_a_batch_of_many_tilbud_is_one_transaction(database: Database) -> None:
    events = [record_of(tilbud_created(f"CRV-{number}"), source="/services/reporting") for number in range(50)]
    reports = next(each for each in subscriptions() if each.name == "portal.reports")
    await deliver(database, reports, *events, *events)
    assert len(await all_rows(database)) == 50


async def test_the_name_is_the_approved_one(database: Database) -> None:
    unapproved = submission_sent("CRV-1", tilbud=tilbud_facts("Ikke godkendt navn"))
    await consume(database, tilbud_created("CRV-1"), unapproved)
    assert (await row_of(database, "CRV-1")).name == "Solsikken"
    newer = case_approved("CRV-1", 2, 2, content=CONTACT, tilbud=tilbud_facts("Nyt navn"))
    older = case_approved("CRV-1", 1, 2, content=CONTACT, tilbud=tilbud_facts("Gammelt"))
    await consume(database, newer, older)
    assert (await row_of(database, "CRV-1")).name == "Nyt navn"


async def test_a_case_without_the_name_does_not_bring_the_old_one_back(database: Database) -> None:
    old = tilbud_facts("Gammelt navn")
    second = case_approved("CRV-1", 2, content=CONTACT, tilbud=tilbud_facts("Nyt navn"))
    third = case_approved("CRV-1", 3, content={"values": {}}, tilbud=old)
    await consume(database, tilbud_created("CRV-1", tilbud=old), second, third)
    assert (await row_of(database, "CRV-1")).name == "Nyt navn"
    await consume(database, case_approved("CRV-1", 4, content=CONTACT, tilbud=tilbud_facts("Nyeste navn")))
    assert (await row_of(database, "CRV-1")).name == "Nyeste navn"


async def test_a_case_that_moved_stands_where_the_newest_event_says(database: Database) -> None:
    first = record_of(case_opened("CRV-1"), source="/services/approval", sequence=7)
    moved = record_of(case_opened("CRV-1", authority=SYD), source="/services/approval", sequence=8)
    await consume(database, tilbud_created("CRV-1"), moved, first)
    async with database.read() as session:
        assert (await session.scalars(select(Case.authority))).all() == [SYD]


async def test_the_day_of_a_cessation_is_the_one_that_was_reported_last(database: Database) -> None:
    newer = tilbud_ceased("CRV-1", date(2026, 10, 31), accepted_at=moment(hours=51))
    older = tilbud_ceased("CRV-1", date(2026, 11, 1), accepted_at=moment(hours=50))
    await consume(database, newer, older)
    assert (await row_of(database, "CRV-1")).ceased_on == date(2026, 10, 31)


async def test_a_new_approval_opens_what_has_ceased(database: Database) -> None:
    first = tilsyn_published("CRV-1", 1, decided_on=date(2026, 11, 1), kind="approval")
    again = tilsyn_published("CRV-1", 2, decided_on=date(2026, 11, 5), kind="approval")
    for order in itertools.permutations([tilbud_ceased("CRV-1", date(2026, 11, 1)), again, first]):
        await consume(database, *order)
        row = await row_of(database, "CRV-1")
        assert (row.status, row.ceased_on) == ("approved", date(2026, 11, 1))


async def test_a_deletion_is_guarded_too(database: Database) -> None:
    await consume(database, publication_record("CRV-1", 2, public=False), publication_record("CRV-1", 1, public=True))
    assert not (await row_of(database, "CRV-1")).published
    await consume(database, publication_record("CRV-1", 3, public=True))
    assert (await row_of(database, "CRV-1")).published


DAY = date(2026, 11, 1)
APPROVAL = tilsyn_published("CRV-1", decided_on=DAY)


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([APPROVAL], "approved"),
        ([tilsyn_published("CRV-1", decision="no-decision")], "under-approval"),
        (
            [APPROVAL, tilsyn_published("CRV-1", 2, decided_on=date(2026, 11, 2), decision="not-approved")],
            "not-approved",
        ),
        ([APPROVAL, tilsyn_published("CRV-1", 2, decided_on=DAY, decision="not-approved")], "not-approved"),
        ([APPROVAL, tilsyn_published("CRV-1", decided_on=DAY, version=2, decision="not-approved")], "not-approved"),
        (
            [
                APPROVAL,
                tilsyn_published(
                    "CRV-1", decided_on=date(2026, 1, 1), authority="kommune-0851", decision="not-approved"
                ),
            ],
            "approved",
        ),
        ([tilsyn_published("CRV-1", intensified=intensified(today(), today() + timedelta(days=9)))], "intensified"),
        ([tilsyn_published("CRV-1", intensified=intensified(date(2020, 1, 1), date(2020, 2, 1)))], "approved"),
    ],
)
async def test_tilsyn_status(database: Database, events: list[TilsynPublished], status: str) -> None:
    for order in itertools.permutations(events):
        await consume(database, *order)
        assert (await row_of(database, "CRV-1")).status == status


async def test_back_with_the_first_authority_its_old_tilsyn_count_no_more(database: Database) -> None:
    day = APPROVAL.decided_on + timedelta(days=1)
    moved = authority_assigned("CRV-1", 2, "kommune-0851", approving_kinds=["kommune"], approving_since=day)
    back = authority_assigned("CRV-1", 3, NORD, approving_kinds=["socialtilsyn"], approving_since=day)
    for order in itertools.permutations((APPROVAL, moved, back)):
        await consume(database, *order)
        assert (await row_of(database, "CRV-1")).status == "under-approval"
    await consume(database, tilsyn_published("CRV-1", 9, tilsyn_id="new", decided_on=day))
    assert (await row_of(database, "CRV-1")).status == "approved"


async def test_intensified_tilsyn_ends_without_an_event(database: Database) -> None:
    running = intensified(date(2020, 1, 1), date(2099, 1, 1))
    await consume(database, tilsyn_published("CRV-1", intensified=running))
    async with database.begin() as session:
        row = (await session.execute(select(Tilsyn))).scalar_one()
        row.intensified_until = date(2020, 2, 1)
    assert (await row_of(database, "CRV-1")).status == "intensified"
    await refresh_intensified(database)
    assert (await row_of(database, "CRV-1")).status == "approved"


async def test_every_golden_message_that_the_portal_reads_is_handled(database: Database) -> None:
    handled = [(model, subscription) for subscription in subscriptions() for model in subscription.on]
    assert {model for model, _ in handled} <= set(EVENTS)
    for number, (model, subscription) in enumerate(handled):
        value = golden_message(model)
        event = model.model_validate_json(value)
        headers = headers_for(model.ce_type, event.key, source="/golden", sequence=number + 1, traceparent="")
        encoded = [(name, text.encode()) for name, text in headers.items()]
        record = Record(subscription.topic_names[0], 0, 0, event.key, encoded, value)
        await Consumer(subscription, database, dead_letters_topic="x").handle([record])
    async with database.read() as session:
        assert (await session.execute(select(tables.dead_letters))).all() == []
        assert (await session.execute(select(Subject))).all() != []


async def test_closing_a_case_counts_for_its_revision(database: Database) -> None:
    opened, returned = case_opened("CRV-1"), case_returned("CRV-1")
    await consume(database, tilbud_created("CRV-1"), submission_sent("CRV-1"), returned, case_closed("CRV-1"))
    assert (await row_of(database, "CRV-1")).case_status == "closed"
    await consume(database, opened, returned)
    assert (await row_of(database, "CRV-1")).case_status == "closed"


async def test_a_report_without_an_authority_waits_for_corrections(database: Database) -> None:
    await consume(database, submission_sent("CRV-1"), case_not_routed("CRV-1"))
    async with database.read() as session:
        assert (await session.scalars(select(Case.stage))).all() == [CaseStage.RETURNED]


async def test_a_report_that_was_decided_on_after_all_awaits_approval(database: Database) -> None:
    """Nobody could decide it, then somebody was named: it opens at the same revision, in whichever order it comes."""
    unrouted, opened = case_not_routed("CRV-1"), case_opened("CRV-1")
    await consume(database, submission_sent("CRV-1"), unrouted, opened, unrouted, submission_sent("CRV-1"))
    async with database.read() as session:
        [case] = (await session.scalars(select(Case))).all()
    assert (case.state, case.authority) == ("awaiting", NORD)
    await consume(database, case_returned("CRV-1"), opened, unrouted)
    assert (await row_of(database, "CRV-1")).case_status == "returned"


async def test_followers_are_replaced_as_a_whole(database: Database) -> None:
    newer, older = followers_changed("CRV-1", 3, {"a": "x", "b": "x"}), followers_changed("CRV-1", 2, {"c": "x"})
    await consume(database, newer, older)
    async with database.read() as session:
        found = (await session.scalars(select(Follower.sub).order_by(Follower.sub))).all()
    assert found == ["a", "b"]


async def test_a_republished_state_repairs_the_rows(database: Database) -> None:
    await consume(database, followers_changed("CRV-1", 3, {"a": "x"}))
    async with database.begin() as session:
        session.add(Follower(subject_id="CRV-1", sub="ghost", organisation="x"))
    await consume(database, followers_changed("CRV-1", 3, {"a": "x"}, republished=True))
    async with database.read() as session:
        assert (await session.scalars(select(Follower.sub))).all() == ["a"]
