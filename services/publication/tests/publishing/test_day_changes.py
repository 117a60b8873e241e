"""What is public changes with the Danish day, without any fact: an intensified tilsyn begins and ends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

import httpx2
import pytest
from sqlalchemy import insert, select, text, update

from chassis.clock import COPENHAGEN
from chassis.database import Database
from contracts.events.publication import TilbudPublished
from contracts.testing.factories import intensified, sanction, tilsyn_published
from devstack.in_process import emitted
from publication.feed.commands import append_pending
from publication.publishing.commands import lock_tilbud
from publication.publishing.maintenance import publish_day_changes
from publication.records.models import Tilbud
from services.publication.tests.factories import SANCTIONS, approved_case, publishing_facts

FIRST, LAST = date(2026, 11, 20), date(2027, 5, 19)
PERIOD = {"from": "2026-11-20", "until": "2027-05-19", "reason": "Medicin"}
UPDATE_OF_THE_VERSION_BEFORE = text(
    "UPDATE tilbud SET known = CAST(:known AS jsonb), version = :version, changed_at = :changed_at,"
    " record = CAST(:record AS jsonb) WHERE id = :id"
)
SetClock = Callable[[datetime], None]
AtMoment = Callable[..., Awaitable[None]]


def moment(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment of a Danish day."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=COPENHAGEN)


@pytest.fixture
def at_moment(set_clock: SetClock, database: Database) -> AtMoment:
    """Let it be another moment, and let the worker do then what it does all the time."""

    async def work_at(*when: Any) -> None:
        set_clock(moment(*when))
        await publish_day_changes(database)
        while await append_pending(database):
            continue

    return work_at


async def shown(client: httpx2.AsyncClient, **params: Any) -> tuple[Any, Any, set[bool]]:
    """Return what the record says is announced and in force, and whether the search shows sanctions."""
    record = (await client.get("/v1/tilbud/CRV-1", params=params)).json()
    items = (await client.get("/v1/search", params=params)).json()["items"]
    return record.get("announced"), record["intensified"], {item["sanctions"] for item in items}


ANNOUNCED, IN_FORCE, OVER = ([PERIOD], None, {False}), (None, PERIOD, {True}), (None, None, {False})


async def test_an_intensified_tilsyn_is_shown_from_its_first_day_to_its_last(
    client: httpx2.AsyncClient, deliver_facts: Any, set_clock: SetClock, at_moment: AtMoment
) -> None:
    set_clock(moment(date(2026, 11, 18), 12))
    await deliver_facts(approved_case("CRV-1"), tilsyn_published("CRV-1", intensified=intensified(FIRST, LAST)))
    assert await shown(client) == ANNOUNCED
    await at_moment(date(2026, 11, 19), 23, 59)
    assert await shown(client) == ANNOUNCED
    await at_moment(FIRST)
    assert await shown(client) == IN_FORCE
    # A UTC day would not be over yet.
    await at_moment(LAST, 23, 59)
    assert await shown(client) == IN_FORCE
    await at_moment(date(2027, 5, 20))
    assert await shown(client) == OVER

    for day, expected in ((date(2026, 11, 19), ANNOUNCED), (FIRST, IN_FORCE), (LAST, IN_FORCE)):
        assert await shown(client, as_of=day.isoformat()) == expected


async def test_the_feed_and_kafka_hear_of_the_change_once(
    client: httpx2.AsyncClient, deliver_facts: Any, set_clock: SetClock, at_moment: AtMoment, database: Database
) -> None:
    set_clock(moment(date(2026, 11, 18), 12))
    await deliver_facts(approved_case("CRV-1"), tilsyn_published("CRV-1", intensified=intensified(FIRST, LAST)))
    set_clock(moment(FIRST))
    await asyncio.gather(publish_day_changes(database), publish_day_changes(database))
    await at_moment(FIRST, 12)
    first, second = (await client.get("/v1/feed")).json()
    assert (first["data"]["tilbud"]["version"], second["data"]["tilbud"]["version"]) == (1, 2)
    assert second["data"]["reason"] == "tilsyn"
    assert {change["path"].split("/")[1] for change in second["data"]["changes"]} == {"announced", "intensified"}
    assert second["data"]["tilbud"] == (await client.get("/v1/tilbud/CRV-1")).json()
    states = [row for row in await emitted(database) if row["topic"] == TilbudPublished.topic]
    assert len(states) == 2


async def test_the_day_after_its_deadline_an_order_says_that_it_is_late(
    client: httpx2.AsyncClient, deliver_facts: Any, set_clock: SetClock, at_moment: AtMoment
) -> None:
    set_clock(moment(date(2026, 11, 18), 12))
    order = sanction(id="p1", deadline=date(2027, 1, 15))
    await deliver_facts(approved_case("CRV-1"), tilsyn_published("CRV-1", orders=[order]))
    await at_moment(date(2027, 1, 15), 23, 59)
    assert (await client.get("/v1/tilbud/CRV-1")).json()["orders"] == [
        {"id": "p1", "text": order.text, "deadline": "2027-01-15"}
    ]
    await at_moment(date(2027, 1, 16))
    assert (await client.get("/v1/tilbud/CRV-1")).json()["orders"][0]["overdue"] is True
    last = (await client.get("/v1/feed")).json()[-1]
    assert last["data"]["changes"] == [{"path": "/orders/p1/overdue", "old": None, "new": True}]
    assert last["data"]["reason"] == "tilsyn"
    assert (await client.get("/v1/search")).json()["items"][0]["sanctions"] is True


async def test_a_record_that_an_older_version_made_is_made_again(
    client: httpx2.AsyncClient, deliver_facts: Any, set_clock: SetClock, at_moment: AtMoment, database: Database
) -> None:
    set_clock(moment(FIRST, 12))
    await deliver_facts(approved_case("CRV-1"), tilsyn_published("CRV-1", **SANCTIONS), tilsyn_published("CRV-1", 2))
    right = (await client.get("/v1/tilbud/CRV-1")).json()
    older = right | {"orders": [], "intensified": None}
    async with database.begin() as session:
        await session.execute(update(Tilbud).values(next_change_on=text("DEFAULT"), record=older))
        await session.execute(insert(Tilbud).values(id="CRV-2"))
    await at_moment(FIRST, 12)
    again = (await client.get("/v1/tilbud/CRV-1")).json()
    assert again == right | {"version": right["version"] + 1}
    assert (await client.get("/v1/feed")).json()[-1]["data"]["reason"] == "corrected"
    assert [order["text"] for order in again["orders"]] == ["Medicinhåndteringen skal rettes."]
    async with database.read() as session:
        rows = await session.execute(select(Tilbud.id, Tilbud.next_change_on).order_by(Tilbud.id))
    assert [tuple(row) for row in rows] == [("CRV-1", date(2027, 1, 16)), ("CRV-2", None)]


async def days(database: Database) -> list[date | None]:
    """Return the day of each tilbud on which its record changes."""
    async with database.read() as session:
        return list(await session.scalars(select(Tilbud.next_change_on).order_by(Tilbud.id)))


async def row_of(database: Database, tilbud_id: str) -> dict[str, Any]:
    """Return the columns of a tilbud that the version before knows."""
    columns = text("SELECT id, known::text, version, changed_at, record::text FROM tilbud WHERE id = :id")
    async with database.read() as session:
        return dict((await session.execute(columns, {"id": tilbud_id})).mappings().one())


async def test_what_a_worker_of_the_version_before_publishes_ends_as_well(
    client: httpx2.AsyncClient, deliver_facts: Any, set_clock: SetClock, at_moment: AtMoment, database: Database
) -> None:
    set_clock(moment(FIRST, 12))
    await deliver_facts(*publishing_facts("CRV-1"), approved_case("CRV-2"))
    before = await row_of(database, "CRV-1")
    await deliver_facts(tilsyn_published("CRV-1", 2, intensified=intensified(FIRST, LAST)))
    after = await row_of(database, "CRV-1")
    async with database.begin() as session:
        await session.execute(UPDATE_OF_THE_VERSION_BEFORE, before)
        await session.execute(update(Tilbud).values(next_change_on=None))
    assert await days(database) == [None, None]
    async with database.begin() as session:
        await session.execute(UPDATE_OF_THE_VERSION_BEFORE, after)
    assert await days(database) == [date.min, None]
    await at_moment(FIRST, 13)
    assert await days(database) == [date(2027, 5, 20), None]
    assert await shown(client) == IN_FORCE
    await at_moment(date(2027, 5, 20))
    assert await shown(client) == OVER
    assert await days(database) == [None, None]


async def test_a_fact_that_moves_no_day_makes_nothing_due(
    deliver_facts: Any, set_clock: SetClock, database: Database
) -> None:
    set_clock(moment(FIRST, 12))
    await deliver_facts(*publishing_facts("CRV-1"), tilsyn_published("CRV-1", 2, intensified=intensified(FIRST, LAST)))
    assert await days(database) == [date(2027, 5, 20)]
    await deliver_facts(approved_case("CRV-1", number=2), approved_case("CRV-2"), approved_case("CRV-2", number=2))
    assert await days(database) == [date(2027, 5, 20), None]


async def test_a_tilbud_with_a_day_is_locked_for_a_fact(
    deliver_facts: Any, set_clock: SetClock, database: Database
) -> None:
    set_clock(moment(FIRST, 12))
    await deliver_facts(approved_case("CRV-1"), tilsyn_published("CRV-1", intensified=intensified(FIRST, LAST)))
    free = select(Tilbud.id).with_for_update(skip_locked=True)
    async with database.begin() as session, database.begin() as other:
        await lock_tilbud(session, ["CRV-1"])
        assert list(await other.scalars(free)) == []


async def test_a_record_that_has_become_too_large_holds_no_other_up(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await deliver_facts(*publishing_facts("CRV-1"), *publishing_facts("CRV-2"))
    async with database.begin() as session:
        first, second = await session.scalars(select(Tilbud).order_by(Tilbud.id))
        values = first.state["steps"]["values"]
        # So many texts that cutting each of them does not help.
        large = values | {"data": values["data"] | {"values": ["x" * 150] * 7_000}}
        first.state = first.state | {"steps": first.state["steps"] | {"values": large}}
        second.record = (second.record or {}) | {"name": "Forkert"}
        first.next_change_on = second.next_change_on = date.min
    with pytest.raises(ExceptionGroup, match="too large"):
        await publish_day_changes(database)
    assert (await client.get("/v1/tilbud/CRV-2")).json()["version"] == 2
    assert (await client.get("/v1/tilbud/CRV-1")).json()["version"] == 1
