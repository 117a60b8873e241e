"""The authority of each case, through the real consume path on a real database, in right and in wrong order."""

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from chassis.clock import day_of
from chassis.database import Database
from devstack.in_process import deliver, emitted
from jurisdiction.consumers import subscriptions
from jurisdiction.operate import republish
from services.jurisdiction.tests.factories import (
    TILBUD,
    approved,
    closed,
    created,
    dead_letters,
    handle,
    handle_records,
    published,
    record_for,
    returned,
    sent,
)


async def test_a_closure_that_is_heard_of_first_holds(database: Database) -> None:
    await handle(database, created(), closed(number=2), sent(number=2))
    assert await published(database) == [("authority-assigned", "1", "socialtilsyn-nord")]
    async with database.read() as session:
        rows = (await session.execute(text("SELECT number, state FROM submissions"))).all()
    assert [tuple(row) for row in rows] == [(2, "closed")]
    assert await dead_letters(database) == 0


async def test_a_new_tilbud_gets_its_authority_and_its_first_case_is_routed(database: Database) -> None:
    await handle(database, created(), sent())
    assert await published(database) == [
        ("authority-assigned", "1", "socialtilsyn-nord"),
        ("case-routed", "case-1/1", "socialtilsyn-nord"),
    ]
    assert [row["sequence"] for row in await emitted(database)] == [1, 2]


async def test_in_one_batch_it_is_the_same(database: Database) -> None:
    await handle_records(database, record_for(created()), record_for(sent()), record_for(sent(2, steps=("budget",))))
    assert [row[:2] for row in await published(database)] == [
        ("authority-assigned", "1"), ("case-routed", "case-1/1"), ("case-routed", "case-2/1"),
    ]  # fmt: skip


async def test_a_case_that_nobody_may_decide_is_told_with_the_reason(database: Database) -> None:
    await handle(database, created(), sent(municipality="0411"))
    assert (await published(database))[1][:2] == ("case-not-routed", "case-1/1")
    assert "Christiansø" in (await published(database))[1][2]


async def test_what_nobody_may_decide_waits_for_its_next_revision(database: Database) -> None:
    """The report has gone back: a move of the tilbud does not route it behind the reporter's back."""
    await handle(database, created(), sent(), approved(), sent(2, steps=("agreements",), agreement_municipality="9999"))
    await handle(database, sent(3, steps=("contact",), municipality="0751"))
    await handle(database, approved(3, "socialtilsyn-midt", steps=("contact",)))
    assert [row[:2] for row in await published(database)][2:] == [
        ("case-not-routed", "case-2/1"), ("case-routed", "case-3/1"), ("authority-assigned", "2"),
    ]  # fmt: skip
    await handle(database, sent(2, revision=2, steps=("agreements",)))
    assert (await published(database))[-1] == ("case-routed", "case-2/2", "socialtilsyn-midt")


async def test_an_open_case_stays_where_it_is_when_nobody_else_can_be_named(database: Database) -> None:
    await handle(database, created(), sent(), approved(), sent(2, steps=("budget",)))
    await handle(database, sent(3, steps=("contact",), municipality="0411"))
    await handle(database, approved(3, steps=("contact",)))
    assert [row[:2] for row in await published(database)][2:] == [
        ("case-routed", "case-2/1"), ("case-not-routed", "case-3/1"),
    ]  # fmt: skip


async def test_the_same_record_and_the_same_fact_again_have_no_effect(database: Database) -> None:
    record = record_for(sent())
    await handle_records(database, record)
    await handle_records(database, record)
    await handle(database, sent(), sent().model_copy(update={"republished": True}), created(), created())
    assert [row[:2] for row in await published(database)] == [("case-routed", "case-1/1"), ("authority-assigned", "1")]


async def test_each_revision_is_routed_once_and_an_older_one_never_again(database: Database) -> None:
    await handle(database, created(), sent(), returned(), sent(revision=2, municipality="0751"), sent(), returned())
    assert (await published(database))[1:] == [
        ("case-routed", "case-1/1", "socialtilsyn-nord"),
        ("case-routed", "case-1/2", "socialtilsyn-midt"),
    ]


async def test_an_approval_elsewhere_moves_the_tilbud_and_its_other_open_cases(database: Database) -> None:
    await handle(database, created(), sent(), approved())
    await handle(database, sent(2, steps=("contact",), municipality="0751"), sent(3, steps=("budget",)))
    await handle(database, sent(4, steps=("staffing",)), closed(4))
    before = len(await published(database))
    await handle(database, approved(2, "socialtilsyn-midt", steps=("contact",)))
    assert (await published(database))[before:] == [
        ("authority-assigned", "2", "socialtilsyn-midt"),
        ("case-routed", "case-3/1", "socialtilsyn-midt"),
    ]


async def test_a_case_with_an_address_of_its_own_is_not_taken_along(database: Database) -> None:
    """An agreement with Hjørring moves the tilbud to Øst; the open case moves its address to Copenhagen."""
    await handle(database, created(), sent(), approved())
    await handle(database, sent(2, steps=("agreements",), agreement_municipality="0860"))
    await handle(database, sent(3, steps=("contact",), municipality="0101"), sent(4, steps=("budget",)))
    await handle(database, approved(2, "socialtilsyn-oest", steps=("agreements",)))
    assert (await published(database))[-3:] == [
        ("case-routed", "case-4/1", "socialtilsyn-nord"),
        ("authority-assigned", "2", "socialtilsyn-oest"),
        ("case-routed", "case-4/1", "socialtilsyn-oest"),
    ]


async def test_a_case_takes_the_approved_facts_that_it_does_not_report_itself(database: Database) -> None:
    """A koncern goes before the address, also for the case that reports an address."""
    await handle(database, created(), sent(), approved())
    koncern: dict[str, Any] = {"group": {"head_municipality": "0751"}, "operator_kind": "private"}
    await handle(database, sent(2, steps=("company",), **koncern), sent(3, steps=("contact",), municipality="0101"))
    await handle(database, approved(2, "socialtilsyn-midt", steps=("company",)))
    assert (await published(database))[-3:] == [
        ("case-routed", "case-3/1", "socialtilsyn-hovedstaden"),
        ("authority-assigned", "2", "socialtilsyn-midt"),
        ("case-routed", "case-3/1", "socialtilsyn-midt"),
    ]
    await handle(database, sent(4, steps=("budget",)))
    assert (await published(database))[-1] == ("case-routed", "case-4/1", "socialtilsyn-midt")


async def test_a_decision_at_the_moment_of_the_move_does_not_move_it_back(database: Database) -> None:
    """Nord approves the budget while jurisdiction routes it to Midt: the address has the last word."""
    await handle(database, created(), sent(), approved())
    await handle(database, sent(2, steps=("contact",), municipality="0751"), sent(3, steps=("budget",)))
    await handle(database, approved(2, "socialtilsyn-midt", steps=("contact",)))
    before = len(await published(database))
    await handle(database, approved(3, "socialtilsyn-nord", steps=("budget",)))
    assert (await published(database))[before:] == []


async def test_an_older_case_moves_the_tilbud_when_only_it_reports_the_address(database: Database) -> None:
    await handle(database, created(), sent(), approved())
    await handle(database, sent(2, steps=("contact",), municipality="0751"), sent(3, steps=("budget",)))
    await handle(database, approved(3, "socialtilsyn-nord", steps=("budget",)))
    await handle(database, approved(2, "socialtilsyn-midt", steps=("contact",)))
    assert (await published(database))[-1] == ("authority-assigned", "2", "socialtilsyn-midt")


async def test_an_older_address_never_overwrites_a_newer_one(database: Database) -> None:
    await handle(database, created(), sent(), approved())
    await handle(database, sent(2, steps=("contact",), municipality="0751"))
    await handle(database, sent(3, steps=("contact",), municipality="0430"))
    await handle(database, approved(3, "socialtilsyn-midt", steps=("contact",)))
    before = len(await published(database))
    await handle(database, approved(2, "socialtilsyn-midt", steps=("contact",)))
    await handle(database, approved(2, "socialtilsyn-midt", steps=("contact",)))
    assert (await published(database))[before:] == []


async def test_with_the_year_of_inertia_a_tilbud_that_moves_stays_for_a_year(database: Database) -> None:
    reports, cases, _ = subscriptions({"R6": date(2022, 1, 1)})
    later = sent(4, steps=("budget",))
    later = later.model_copy(update={"sent_at": later.sent_at + timedelta(days=366)})
    for subscription, event in (
        (reports, created()),
        (reports, sent()),
        (cases, approved()),
        (reports, sent(2, steps=("contact",), municipality="0751")),
        (cases, approved(2, steps=("contact",))),
        (reports, sent(3, steps=("budget",))),
        (reports, later),
        (cases, approved(4, "socialtilsyn-midt", steps=("budget",))),
    ):
        await deliver(database, subscription, record_for(event))
    assert (await published(database))[2:] == [
        ("case-routed", "case-2/1", "socialtilsyn-nord"),
        ("case-routed", "case-3/1", "socialtilsyn-nord"),
        ("case-routed", "case-4/1", "socialtilsyn-midt"),
        ("authority-assigned", "2", "socialtilsyn-midt"),
    ]


DAY_OFFER: dict[str, Any] = {"legal_bases": ["beskyttet-beskaeftigelse"], "primary": "beskyttet-beskaeftigelse"}


async def assignments(database: Database) -> list[dict[str, Any]]:
    rows = [row for row in await emitted(database) if row["type"].endswith("assigned.v1")]
    return [json.loads(row["value"]) for row in rows]


async def test_a_change_of_type_to_another_kind_of_authority_ends_the_approval(database: Database) -> None:
    await handle(database, created(), sent(), approved(), sent(2, steps=("company",), **DAY_OFFER))
    await handle(database, approved(2, "kommune-0851", steps=("company",)))
    moved = (await assignments(database))[-1]
    assert (moved["authority"], moved["approving_kinds"]) == ("kommune-0851", ["kommune"])
    assert "Godkendelsen fra Socialtilsyn Nord gælder ikke længere" in moved["explanation"]
    # Another kommune is of the same kind: its predecessor's approval stands.
    await handle(database, sent(3, steps=("contact",), municipality="0860", **DAY_OFFER))
    await handle(database, approved(3, "kommune-0860", steps=("contact",)))
    again = (await assignments(database))[-1]
    assert (again["authority"], again["approving_kinds"]) == ("kommune-0860", ["kommune"])
    assert again["approving_since"] == moved["approving_since"] == day_of(approved(2).approved_at).isoformat()
    assert "gælder ikke længere" not in again["explanation"]


async def test_a_change_back_counts_from_its_own_day_and_is_told_again_alike(database: Database) -> None:
    """The tilsyn from before are out of effect, also for the authority that had the tilbud first."""
    home: dict[str, Any] = {"legal_bases": ["botilbud-laengerevarende"], "primary": "botilbud-laengerevarende"}
    later = approved(3, "socialtilsyn-nord", steps=("company",))
    later = later.model_copy(update={"approved_at": later.approved_at + timedelta(days=40)})
    await handle(database, created(), sent(), approved(), sent(2, steps=("company",), **DAY_OFFER))
    await handle(database, approved(2, "kommune-0851", steps=("company",)), sent(3, steps=("company",), **home), later)
    back = (await assignments(database))[-1]
    assert (back["authority"], back["approving_kinds"]) == ("socialtilsyn-nord", ["socialtilsyn"])
    assert back["approving_since"] == day_of(later.approved_at).isoformat()
    async with database.begin() as session:
        await republish(session, "tilbud", TILBUD)
    again = (await assignments(database))[-1]
    assert {**back, "republished": True} == again


async def test_a_move_between_socialtilsyn_keeps_the_approval(database: Database) -> None:
    await handle(database, created(), sent(), approved(), sent(2, steps=("contact",), municipality="0751"))
    await handle(database, approved(2, "socialtilsyn-midt", steps=("contact",)))
    moved = (await assignments(database))[-1]
    assert moved["authority"] == "socialtilsyn-midt"
    assert not {"approving_kinds", "approving_since"} & moved.keys()
