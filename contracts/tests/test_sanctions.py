"""Which sanctions are in force on a day: a table of cases, and what the answer carries."""

from datetime import date
from typing import Any

import pytest

from contracts.events.approval import EndedSanction, Sanction, TilsynPublished
from contracts.sanctions import SanctionKind, Supervision, is_overdue, next_change
from contracts.testing.factories import NORD, intensified, tilsyn_published

SYD = "socialtilsyn-syd"


def november(day: int) -> date:
    return date(2026, 11, day)


TODAY = november(22)


def given(
    day: int,
    number: int,
    decision: str = "approved",
    *,
    orders: str = "",
    conditions: str = "",
    period: tuple[date, date] | None = None,
    ended: str = "",
    **fields: Any,
) -> TilsynPublished:
    """Return a tilsyn decided on that day of November; ``ended`` is ``<number of a tilsyn>/<id>`` for each."""
    named = [each.split("/") for each in ended.split()]
    return tilsyn_published(
        "CRV-6324",
        number,
        decided_on=november(day),
        decision=decision,
        orders=[Sanction(id=each, text=f"Påbud {each}", deadline=november(21)) for each in orders.split()],
        conditions=[Sanction(id=each, text=f"Vilkår {each}") for each in conditions.split()],
        intensified=intensified(*period) if period else None,
        ended=[
            EndedSanction(tilsyn_id=other if other.isalpha() else f"tilsyn-{other}", id=each) for other, each in named
        ],
        **fields,
    )


def shown(supervision: Supervision) -> str:
    """Return what is in force, and what is announced behind a bar: orders and conditions by id, periods by days."""
    words = [
        [each.id or f"{each.start:%-d/%-m}-{each.until:%-d/%-m}" for each in some]
        for some in (supervision.in_force, supervision.announced)
    ]
    return " | ".join(" ".join(each) for each in words if each or each is words[0])


PERIOD = (november(10), date(2027, 5, 9))
CASES: dict[str, tuple[list[TilsynPublished], date | None, str, str]] = {
    "nothing is known": ([], None, "under-approval", ""),
    "an order stands from the day of its tilsyn": ([given(22, 1, orders="p1")], None, "approved", "p1"),
    "a condition stands": (
        [given(1, 1, "approved-with-conditions", conditions="v1")],
        None,
        "approved-with-conditions",
        "v1",
    ),
    "an order past its deadline stands": ([given(1, 1, orders="p1")], None, "approved", "p1"),
    "a later tilsyn that is silent ends nothing": (
        [given(1, 1, "approved-with-conditions", orders="p1", conditions="v1"), given(9, 2)],
        None,
        "approved",
        "p1 v1",
    ),
    "a later visit without a decision ends nothing": (
        [given(1, 1, orders="p1"), given(9, 2, "no-decision")],
        None,
        "approved",
        "p1",
    ),
    "a visit without a decision gives sanctions too": (
        [given(1, 1), given(9, 2, "no-decision", orders="p1")],
        None,
        "approved",
        "p1",
    ),
    "a visit before any decision gives sanctions": (
        [given(9, 1, "no-decision", orders="p1")],
        None,
        "under-approval",
        "p1",
    ),
    "what several tilsyn gave stands side by side": (
        [given(9, 2, orders="p1"), given(1, 1, orders="p1 p2")],
        None,
        "approved",
        "p1 p2 p1",
    ),
    "a later tilsyn that names an order ends it and no other": (
        [given(1, 1, orders="p1 p2", conditions="v1"), given(9, 2, ended="1/p1")],
        None,
        "approved",
        "p2 v1",
    ),
    "a later tilsyn that names a condition ends it": (
        [given(1, 1, conditions="v1"), given(9, 2, "no-decision", ended="1/v1")],
        None,
        "approved",
        "",
    ),
    "a later tilsyn ends one and gives another": (
        [given(1, 1, orders="p1"), given(9, 2, orders="p1", ended="1/p1")],
        None,
        "approved",
        "p1",
    ),
    "on the same day the tilsyn accepted last is the later": (
        [given(9, 1, orders="p1"), given(9, 2, ended="1/p1")],
        None,
        "approved",
        "",
    ),
    "on the same day the tilsyn accepted first names in vain": (
        [given(9, 2, orders="p1"), given(9, 1, ended="2/p1")],
        None,
        "approved",
        "p1",
    ),
    "a tilsyn decided earlier names in vain, however late it came": (
        [given(9, 1, orders="p1"), given(8, 2, ended="1/p1")],
        None,
        "approved",
        "p1",
    ),
    "a tilsyn that names its own order ends nothing": (
        [given(9, 1, orders="p1", ended="1/p1")],
        None,
        "approved",
        "p1",
    ),
    "an unknown tilsyn or id is named in vain": (
        [given(1, 1, orders="p1"), given(9, 2, ended="7/p1 1/p9")],
        None,
        "approved",
        "p1",
    ),
    "what was named comes back when a correction names it no more": (
        [given(1, 1, orders="p1"), given(9, 2, version=2)],
        None,
        "approved",
        "p1",
    ),
    "a correction that drops an order ends it": ([given(1, 1, orders="p2", version=2)], None, "approved", "p2"),
    "a negative decision ends everything": (
        [given(1, 1, orders="p1", conditions="v1", period=PERIOD), given(9, 2, "not-approved")],
        None,
        "not-approved",
        "",
    ),
    "a negative decision gives nothing itself": ([given(9, 1, "not-approved", orders="p1")], None, "not-approved", ""),
    "while the approval is lost nothing is in force": (
        [given(1, 1), given(8, 2, "not-approved"), given(9, 3, "no-decision", orders="p1")],
        None,
        "not-approved",
        "",
    ),
    "a new approval brings nothing back": (
        [given(1, 1, orders="p1", period=PERIOD), given(8, 2, "not-approved"), given(9, 3, conditions="v1")],
        None,
        "approved",
        "v1",
    ),
    "what was given after the loss stands under the new approval": (
        [given(1, 1), given(7, 2, "not-approved"), given(8, 3, "no-decision", orders="p1"), given(9, 4)],
        None,
        "approved",
        "p1",
    ),
    "a negative decision that is corrected has lost nothing": (
        [given(1, 1, orders="p1"), given(9, 2, "approved", version=2)],
        None,
        "approved",
        "p1",
    ),
    "a negative decision older than the order takes nothing": (
        [given(1, 2, "not-approved"), given(9, 1, orders="p1")],
        None,
        "approved",
        "p1",
    ),
    "a cessation ends everything": ([given(1, 1, orders="p1", period=PERIOD)], november(20), "ceased", ""),
    "the report of a visit after the end gives nothing": ([given(21, 1, orders="p1")], november(20), "ceased", ""),
    "a new approval after the end brings nothing back": (
        [given(20, 1, orders="p1"), given(21, 2, kind="approval", conditions="v1")],
        november(20),
        "approved",
        "v1",
    ),
    "an intensified tilsyn that runs is in force": ([given(1, 1, period=PERIOD)], None, "intensified", "10/11-9/5"),
    "it covers its first day": ([given(1, 1, period=(TODAY, november(30)))], None, "intensified", "22/11-30/11"),
    "it covers its last day": ([given(1, 1, period=(november(1), TODAY))], None, "intensified", "1/11-22/11"),
    "after its last day it is over": ([given(1, 1, period=(november(1), november(21)))], None, "approved", ""),
    "one that begins tomorrow is announced": (
        [given(1, 1, period=(november(23), november(30)))],
        None,
        "approved",
        " | 23/11-30/11",
    ),
    "a running and a following one stand side by side": (
        [given(20, 2, period=(november(25), november(30))), given(1, 1, period=(november(1), november(24)))],
        None,
        "intensified",
        "1/11-24/11 | 25/11-30/11",
    ),
    "a later tilsyn that is silent leaves an intensified one running": (
        [given(1, 1, period=PERIOD), given(9, 2, "approved-with-conditions")],
        None,
        "intensified",
        "10/11-9/5",
    ),
    "a loss ends an announced one": (
        [given(1, 1, period=(november(25), november(30))), given(9, 2, "not-approved"), given(10, 3)],
        None,
        "approved",
        "",
    ),
    "an authority means its own tilsyn where two have the same id": (
        [
            given(1, 1, orders="p1", authority=SYD, tilsyn_id="T"),
            given(2, 2, orders="p1", tilsyn_id="T"),
            given(9, 3, ended="T/p1", authority=NORD),
        ],
        None,
        "approved",
        "p1",
    ),
    "the authority after a handover ends what the one before gave": (
        [given(1, 1, orders="p1", authority=SYD), given(9, 2, ended="1/p1", authority=NORD)],
        None,
        "approved",
        "",
    ),
    "its own tilsyn with the same id but without such a sanction is not meant": (
        [
            given(1, 1, orders="p1", authority=SYD, tilsyn_id="tilsyn-1"),
            given(2, 2, orders="p2", tilsyn_id="tilsyn-1"),
            given(9, 3, ended="1/p1"),
        ],
        None,
        "approved",
        "p2",
    ),
}


@pytest.mark.parametrize(("tilsyn", "ceased_on", "status", "expected"), CASES.values(), ids=CASES)
def test_what_is_in_force_today(
    tilsyn: list[TilsynPublished], ceased_on: date | None, status: str, expected: str
) -> None:
    for order in (tilsyn, tilsyn[::-1]):
        supervision = Supervision.on(TODAY, order, ceased_on)
        assert (supervision.status, shown(supervision)) == (status, expected)


def test_an_order_or_a_condition_without_an_id_is_ended_by_no_name() -> None:
    first = tilsyn_published(number=1, orders=[Sanction(text="Ret det.", deadline=november(30))])
    named = tilsyn_published(number=2, ended=[EndedSanction(tilsyn_id="tilsyn-1", id="p1")])
    assert [each.text for each in Supervision.on(TODAY, [first, named], None).in_force] == ["Ret det."]


@pytest.mark.parametrize(
    ("day", "status", "in_force", "announced", "change"),
    [
        (9, "approved", "", " | 10/11-20/11", 10),
        (10, "intensified", "10/11-20/11", "", 21),
        (20, "intensified", "10/11-20/11", "", 21),
        (21, "approved", "", "", None),
    ],
)
def test_the_same_tilsyn_from_day_to_day(
    day: int, status: str, in_force: str, announced: str, change: int | None
) -> None:
    tilsyn = [given(1, 1, period=(november(10), november(20)))]
    supervision = Supervision.on(november(day), tilsyn, None)
    assert (supervision.status, shown(supervision)) == (status, in_force + announced)
    assert next_change(tilsyn, None, november(day)) == (november(change) if change else None)


def test_nothing_changes_by_itself_where_nothing_is_in_force() -> None:
    tilsyn = [given(1, 1, orders="p1", period=PERIOD)]
    assert next_change(tilsyn, november(20), TODAY) is None
    assert next_change([given(1, 1, orders="p1")], None, TODAY) is None


@pytest.mark.parametrize(("day", "overdue"), [(20, False), (21, False), (22, True)])
def test_an_order_is_overdue_from_the_day_after_its_deadline(day: int, *, overdue: bool) -> None:
    [order] = Supervision.on(november(day), [given(1, 1, orders="p1")], None).in_force
    assert (order.kind, order.overdue, order.deadline) == (SanctionKind.ORDER, overdue, november(21))
    assert is_overdue(order.deadline, november(day)) is overdue
    assert not is_overdue(None, november(day))


def test_a_sanction_says_which_tilsyn_gave_it_and_the_deciding_one_is_another() -> None:
    giving, deciding = given(1, 1, orders="p1"), given(9, 2)
    supervision = Supervision.on(TODAY, [deciding, giving, given(10, 3, "no-decision")], None)
    assert [each.given_by for each in supervision.in_force] == [giving]
    assert supervision.deciding == deciding
    assert supervision.is_approved


def test_what_is_in_force_reads_as_events_carry_it() -> None:
    tilsyn = [
        given(1, 1, orders="p1", conditions="v1", period=(november(1), november(24))),
        given(9, 2, period=(november(9), november(30))),
        given(10, 3, period=(november(28), date(2027, 1, 1))),
    ]
    supervision = Supervision.on(TODAY, tilsyn, None)
    assert supervision.orders == tilsyn[0].orders
    assert supervision.conditions == tilsyn[0].conditions
    assert supervision.intensified == tilsyn[1].intensified
    assert supervision.announced_periods == [tilsyn[2].intensified]
    nothing = Supervision.on(TODAY, [given(1, 1, "not-approved", period=PERIOD)], None)
    assert (nothing.orders, nothing.conditions, nothing.intensified, nothing.is_approved) == ([], [], None, False)


def test_what_says_nothing_of_ids_and_ends_is_written_as_before_they_existed() -> None:
    written = tilsyn_published(orders=[Sanction(text="Ret det.")]).model_dump(mode="json", by_alias=True)
    assert "ended" not in written
    assert written["orders"] == [{"text": "Ret det.", "deadline": None}]
    named = given(9, 2, conditions="v1", ended="1/p1").model_dump(mode="json", by_alias=True)
    assert named["ended"] == [{"tilsyn_id": "tilsyn-1", "id": "p1"}]
    assert named["conditions"] == [{"id": "v1", "text": "Vilkår v1", "deadline": None}]
