"""The overview rows: any order of events, with duplicates, gives the same rows."""

import itertools
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from chassis import tables
from chassis.consume import Consumer
from chassis.database import Database
from chassis.envelope import headers_for
from chassis.subscriptions import Record
from chassis.testing import deliver, record_of
from contracts.events import EVENTS, CaseClosed, CaseNotRouted, TilbudCeased, TilsynPublished
from portal.consumers import subscriptions
from portal.models import Case, Follower, Tilbud
from portal.models import Tilsyn as TilsynRow
from portal.overview.commands import refresh_intensified
from portal.overview.rules import CaseStage, case_status
from services.portal.tests.factories import (
    BY_TOPIC,
    NORD,
    approved,
    assigned,
    at,
    case_of,
    created,
    followers,
    golden,
    hear,
    opened,
    publication,
    returned,
    rows,
    sent,
    the,
    tilsyn,
)


async def test_any_order_with_duplicates_gives_the_same_rows(database: Database) -> None:
    story: list[Any] = [
        created("CRV-1"),
        sent("CRV-1"),
        opened("CRV-1"),
        returned("CRV-1"),
        sent("CRV-1", 2),
        opened("CRV-1", 2),
        approved("CRV-1"),
        assigned("CRV-1"),
        assigned("CRV-1", 2, "socialtilsyn-syd", NORD),
        tilsyn("CRV-1"),
        followers("CRV-1", 1, ("a", "x")),
        followers("CRV-1", 2, ("b", "x")),
    ]
    await hear(database, *story)
    wanted = await rows(database)
    shuffler = random.Random(7)  # noqa: S311
    for number in range(2, 12):
        mixed = [_moved(event, f"CRV-{number}") for event in (*story, *story)]
        shuffler.shuffle(mixed)
        await hear(database, *mixed)
        found = await rows(database)
        assert _of(found, f"CRV-{number}") == [_renamed(row, f"CRV-{number}") for row in _of(wanted, "CRV-1")]


def _moved(event: Any, tilbud_id: str) -> Any:
    changes: dict[str, Any] = {"tilbud_id": tilbud_id}
    for name in ("submission_id", "case_id"):
        if hasattr(event, name):
            changes[name] = getattr(event, name).replace("CRV-1-", f"{tilbud_id}-")
    return event.model_copy(update=changes)


def _of(found: Sequence[tuple[Any, ...]], tilbud_id: str) -> list[tuple[Any, ...]]:
    return [row for row in found if row[0] == tilbud_id or row[0].startswith(f"{tilbud_id}-")]


def _renamed(row: tuple[Any, ...], tilbud_id: str) -> tuple[Any, ...]:
    def text(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return value.replace("CRV-1", tilbud_id).replace("crv-1", tilbud_id.casefold())

    return tuple(text(value) for value in row)


async def test_a_batch_of_many_tilbud_is_one_transaction(database: Database) -> None:
    events = [record_of(created(f"CRV-{number}"), source="/services/reporting") for number in range(50)]
    await deliver(database, BY_TOPIC["reporting.tilbud.v1"], *events, *events)
    assert len(await rows(database)) == 50


async def test_the_name_is_the_approved_one(database: Database) -> None:
    await hear(database, created("CRV-1"), sent("CRV-1"))
    assert (await the(database, "CRV-1")).name == "Solsikken"
    await hear(database, approved("CRV-1", name="Nyt navn", number=2), approved("CRV-1", name="Gammelt", number=1))
    assert (await the(database, "CRV-1")).name == "Nyt navn"


async def test_a_case_without_the_name_does_not_bring_the_old_one_back(database: Database) -> None:
    newer = approved("CRV-1", name="Gammelt navn", number=3, step="values")
    await hear(database, created("CRV-1", "Gammelt navn"), approved("CRV-1", name="Nyt navn", number=2), newer)
    assert (await the(database, "CRV-1")).name == "Nyt navn"
    await hear(database, approved("CRV-1", name="Nyeste navn", number=4))
    assert (await the(database, "CRV-1")).name == "Nyeste navn"


async def test_a_case_that_moved_stands_where_it_was_told_last(database: Database) -> None:
    first = record_of(opened("CRV-1"), source="/services/approval", sequence=7)
    moved = record_of(opened("CRV-1", authority="socialtilsyn-syd"), source="/services/approval", sequence=8)
    await hear(database, created("CRV-1"), moved, first)
    async with database.read() as session:
        case = await session.get(Case, "CRV-1-1")
    assert case is not None
    assert case.authority == "socialtilsyn-syd"


def ceased(day: str, hours: int) -> TilbudCeased:
    return TilbudCeased.model_validate(
        {"tilbud_id": "CRV-1", "authority": NORD, "ceased_on": day, "accepted_at": at(hours)}
    )


async def test_the_day_of_a_cessation_is_the_one_that_was_told_last(database: Database) -> None:
    await hear(database, ceased("2026-10-31", 51), ceased("2026-11-01", 50))
    assert (await the(database, "CRV-1")).ceased_on == date(2026, 10, 31)


async def test_a_new_approval_opens_what_has_ceased(database: Database) -> None:
    again = tilsyn("CRV-1", decided_on="2026-11-05")
    for order in itertools.permutations([ceased("2026-11-01", 50), again, tilsyn("CRV-1", tilsyn_id="t0")]):
        await hear(database, *order)
        row = await the(database, "CRV-1")
        assert (row.status, row.ceased_on) == ("approved", date(2026, 11, 1))


async def test_a_deletion_is_guarded_too(database: Database) -> None:
    await hear(database, publication("CRV-1", 2, public=False), publication("CRV-1", 1, public=True))
    assert not (await the(database, "CRV-1")).published
    await hear(database, publication("CRV-1", 3, public=True))
    assert (await the(database, "CRV-1")).published


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([tilsyn("CRV-1")], "approved"),
        ([tilsyn("CRV-1", decision="no-decision")], "under-approval"),
        (
            [tilsyn("CRV-1"), tilsyn("CRV-1", tilsyn_id="t2", decided_on="2026-11-02", decision="not-approved")],
            "not-approved",
        ),
        (
            [tilsyn("CRV-1"), tilsyn("CRV-1", tilsyn_id="t2", accepted_number=2, decision="not-approved")],
            "not-approved",
        ),
        ([tilsyn("CRV-1"), tilsyn("CRV-1", version=2, decision="not-approved")], "not-approved"),
        (
            [
                tilsyn("CRV-1"),
                tilsyn("CRV-1", authority="kommune-0851", decided_on="2026-01-01", decision="not-approved"),
            ],
            "approved",
        ),
        (
            [tilsyn("CRV-1", intensified={"from": date.today(), "until": date.today() + timedelta(days=9)})],  # noqa: DTZ011
            "intensified",
        ),
        ([tilsyn("CRV-1", intensified={"from": "2020-01-01", "until": "2020-02-01"})], "approved"),
    ],
)
async def test_tilsyn_status(database: Database, events: list[TilsynPublished], status: str) -> None:
    for order in itertools.permutations(events):
        await hear(database, *order)
        assert (await the(database, "CRV-1")).status == status


async def test_intensified_tilsyn_ends_without_an_event(database: Database) -> None:
    await hear(database, tilsyn("CRV-1", intensified={"from": "2020-01-01", "until": "2099-01-01"}))
    async with database.begin() as session:
        row = (await session.execute(select(TilsynRow))).scalar_one()
        row.intensified_until = date(2020, 2, 1)
    assert (await the(database, "CRV-1")).status == "intensified"
    await refresh_intensified(database)
    assert (await the(database, "CRV-1")).status == "approved"


async def test_every_golden_message_that_the_portal_hears_is_taken(database: Database) -> None:
    heard = [(model, subscription) for subscription in subscriptions() for model in subscription.on]
    assert {model for model, _ in heard} <= set(EVENTS)
    for number, (model, subscription) in enumerate(heard):
        value = golden(model).read_bytes()
        event = model.model_validate_json(value)
        headers = headers_for(model.ce_type, event.key, source="/golden", sequence=number + 1, traceparent="")
        record = Record(
            subscription.topic_names[0], 0, 0, event.key, [(k, v.encode()) for k, v in headers.items()], value
        )
        await Consumer(subscription, database, dead_letters_topic="x").handle([record])
    async with database.read() as session:
        assert (await session.execute(select(tables.dead_letters))).all() == []
        assert (await session.execute(select(Tilbud))).all() != []


async def test_closing_a_case_counts_for_its_revision(database: Database) -> None:
    closed = CaseClosed.model_validate({**case_of("CRV-1", 1), "closed_at": at(15)})
    await hear(database, created("CRV-1"), sent("CRV-1"), returned("CRV-1"), closed)
    assert (await the(database, "CRV-1")).case_status == "closed"
    await hear(database, opened("CRV-1"), returned("CRV-1"))
    assert (await the(database, "CRV-1")).case_status == "closed"


async def test_a_report_without_an_authority_waits_for_corrections(database: Database) -> None:
    report = sent("CRV-1")
    unrouted = CaseNotRouted(
        tilbud_id="CRV-1", submission_id=report.submission_id, revision=1, reason="Christiansø", routed_at=at(2)
    )
    await hear(database, report, unrouted)
    async with database.read() as session:
        case = await session.get_one(Case, report.submission_id)
    assert case.stage == CaseStage.RETURNED


async def test_followers_are_replaced_as_a_whole(database: Database) -> None:
    await hear(database, followers("CRV-1", 3, ("a", "x"), ("b", "x")), followers("CRV-1", 2, ("c", "x")))
    async with database.read() as session:
        found = (await session.scalars(select(Follower.sub).order_by(Follower.sub))).all()
    assert found == ["a", "b"]


async def test_a_republished_state_repairs_the_rows(database: Database) -> None:
    await hear(database, followers("CRV-1", 3, ("a", "x")))
    async with database.begin() as session:
        session.add(Follower(tilbud_id="CRV-1", sub="ghost", organisation="x"))
    again = followers("CRV-1", 3, ("a", "x")).model_copy(update={"republished": True})
    await hear(database, again)
    async with database.read() as session:
        assert (await session.scalars(select(Follower.sub))).all() == ["a"]


def test_what_presses_most_is_the_case_status() -> None:
    assert case_status([("approved", 1), ("awaiting", 2), ("returned", 3)]) == "returned"
    assert case_status([("approved", 1), ("closed", 2)]) == "closed"
    assert case_status([]) == ""
    assert {stage.state for stage in CaseStage} == {"awaiting", "returned", "approved", "closed"}
