"""The lists that are made of the overview rows: search, filters, order and pages."""

from datetime import date
from typing import Any

from chassis.database import Database
from contracts.events import TilbudCreated
from contracts.testing.factories import (
    authority_assigned,
    case_opened,
    case_returned,
    followers_changed,
    submission_sent,
    tilbud_ceased,
    tilbud_created,
    tilbud_facts,
    tilsyn_published,
)
from portal.kinds import TILBUD
from portal.overview.queries import Filters, Listing, handled_by, has_any, list_rows, operated_by
from portal.sessions.visitor import Visitor
from services.portal.tests.factories import publication_record, visitor
from services.portal.tests.overview.overview_rows import CVR, NORD, SYD, consume


def created(tilbud_id: str, name: str, **facts: Any) -> TilbudCreated:
    return tilbud_created(tilbud_id, tilbud=tilbud_facts(name, **facts))


async def _list(database: Database, user: Visitor, **filters: Any) -> Listing:
    scope = (
        handled_by(TILBUD.id, user.approves_for(TILBUD))
        if user.is_officer
        else operated_by(TILBUD.id, user.principal.cvr)
    )
    own = user.approves_for(TILBUD) if user.is_officer else None
    async with database.read() as session:
        return await list_rows(session, user, scope, Filters(**filters), decided_by=own)


async def test_reporters_see_their_own_organisations_tilbud_in_danish_order(database: Database) -> None:
    names = ["Ørnen", "Aarken", "Ægir", "Zebra", "abe", "Østen"]
    for number, name in enumerate(names):
        await consume(database, created(f"CRV-{number}", name))
    await consume(database, created("CRV-9", "Fremmed", cvr="11111111"), authority_assigned("CRV-8"))
    listing = await _list(database, visitor())
    assert [row.name for row in listing.rows] == ["abe", "Zebra", "Ægir", "Ørnen", "Østen", "Aarken"]
    async with database.read() as session:
        assert not await has_any(session, operated_by(TILBUD.id, "22222222"))


async def test_what_nobody_of_the_own_side_follows_can_be_found(database: Database) -> None:
    """R24: Solsikken followed by Dorthe, Valmuen by nobody; Dorthe's filter shows only Valmuen."""
    await consume(database, created("CRV-1", "Solsikken"), created("CRV-2", "Valmuen"))
    await consume(database, followers_changed("CRV-1", 1, {"dorthe": f"cvr:{CVR}"}))
    await consume(database, followers_changed("CRV-2", 1, {"rasmus": f"authority:{NORD}"}))
    nobody = await _list(database, visitor(), followed_by_nobody=True)
    assert [row.name for row in nobody.rows] == ["Valmuen"]
    mine = await _list(database, visitor(), followed_by_me=True)
    assert [(row.name, row.followed) for row in mine.rows] == [("Solsikken", True)]


async def test_search_and_filters_combine(database: Database) -> None:
    await consume(
        database, created("CRV-10", "Solsikken"), created("CRV-11", "Solgården"), created("CRV-12", "100 % Sol_")
    )
    published = publication_record("CRV-10", 1, public=True)
    await consume(database, published, tilsyn_published("CRV-10"), submission_sent("CRV-11"))
    assert [row.id for row in (await _list(database, visitor(), q="SOLG")).rows] == ["CRV-11"]
    assert [row.id for row in (await _list(database, visitor(), q="crv-1", published=True)).rows] == ["CRV-10"]
    assert [row.id for row in (await _list(database, visitor(), q="%")).rows] == ["CRV-12"]
    assert [row.id for row in (await _list(database, visitor(), case_status="awaiting")).rows] == ["CRV-11"]
    assert (await _list(database, visitor(), status="approved", not_published=True)).rows == []


async def test_a_tilbud_is_found_under_the_state_of_each_of_its_open_cases(database: Database) -> None:
    """R19: two cases run side by side, and one of them has gone back."""
    await consume(database, created("CRV-1", "Solsikken"), created("CRV-2", "Valmuen"), created("CRV-3", "Violen"))
    await consume(database, submission_sent("CRV-1", 1), submission_sent("CRV-1", 2), case_returned("CRV-1", 1))
    await consume(database, submission_sent("CRV-2"))
    found = {
        state: [row.id for row in (await _list(database, visitor(), case_status=state)).rows]
        for state in ("awaiting", "returned", "approved")
    }
    assert found == {"awaiting": ["CRV-1", "CRV-2"], "returned": ["CRV-1"], "approved": []}
    rows = (await _list(database, visitor(), ids=frozenset({"CRV-1", "CRV-3"}))).rows
    assert [(row.id, row.case_status, row.also_awaits) for row in rows] == [
        ("CRV-1", "returned", True),
        ("CRV-3", "", False),
    ]


async def test_ceased_tilbud_stand_at_the_bottom_for_those_who_follow(database: Database) -> None:
    await consume(database, created("CRV-1", "A"), created("CRV-2", "B"), tilbud_ceased("CRV-1", date(2026, 11, 1)))
    assert [row.name for row in (await _list(database, visitor())).rows] == ["B"]
    await consume(database, followers_changed("CRV-1", 1, {"dorthe": f"cvr:{CVR}"}))
    listing = await _list(database, visitor())
    assert [(row.name, row.status) for row in listing.rows] == [("B", "under-approval"), ("A", "ceased")]


async def test_what_is_not_approved_stands_at_the_bottom_too(database: Database) -> None:
    ended = tilsyn_published("CRV-1", decision="not-approved")
    await consume(database, created("CRV-1", "A"), created("CRV-2", "B"), ended)
    listing = await _list(database, visitor())
    assert [(row.name, row.status) for row in listing.rows] == [("B", "under-approval"), ("A", "not-approved")]


async def test_who_does_not_follow_finds_what_has_ceased_by_its_id(database: Database) -> None:
    await consume(
        database, created("CRV-1", "A"), authority_assigned("CRV-1"), tilbud_ceased("CRV-1", date(2026, 11, 1))
    )
    officer = visitor("rasmus", "29189382", f"tilbud.approve:{NORD}")
    for query, found in (("crv-1 ", ["A"]), ("A", []), ("CRV", []), ("", [])):
        listing = await _list(database, officer, q=query)
        assert [row.name for row in listing.rows] == found


async def test_officers_see_what_they_supervise_decide_or_gave_away(database: Database) -> None:
    for number in range(1, 5):
        await consume(database, created(f"CRV-{number}", f"T{number}"))
    await consume(database, authority_assigned("CRV-1"), authority_assigned("CRV-2", 1, SYD))
    await consume(database, authority_assigned("CRV-3", 1, SYD), case_opened("CRV-3", authority=NORD))
    await consume(database, authority_assigned("CRV-4", 2, SYD, previous=NORD))
    officer = visitor("rasmus", "29189382", f"tilbud.approve:{NORD}")
    assert [row.name for row in (await _list(database, officer)).rows] == ["T1", "T3", "T4"]


async def test_what_only_others_may_decide_does_not_await_the_own_authority(database: Database) -> None:
    for number in range(1, 4):
        await consume(database, created(f"CRV-{number}", f"T{number}"), authority_assigned(f"CRV-{number}"))
    await consume(database, case_opened("CRV-1", authority=NORD), case_opened("CRV-2", authority=SYD))
    await consume(database, submission_sent("CRV-3"))
    officer = visitor("rasmus", "29189382", f"tilbud.approve:{NORD}")
    listed = {row.id: (row.case_status, row.awaits_others) for row in (await _list(database, officer)).rows}
    assert listed == {"CRV-1": ("awaiting", False), "CRV-2": ("awaiting", True), "CRV-3": ("awaiting", False)}
    assert [row.id for row in (await _list(database, officer, case_status="awaiting")).rows] == ["CRV-1", "CRV-3"]
    assert [row.id for row in (await _list(database, officer, case_status="awaiting-elsewhere")).rows] == ["CRV-2"]


async def test_pages_of_a_list(database: Database) -> None:
    await consume(database, *(created(f"CRV-{number}", f"Tilbud {number:03}") for number in range(30)))
    first = await _list(database, visitor())
    assert (len(first.rows), first.total) == (25, 30)
    async with database.read() as session:
        second = await list_rows(session, visitor(), operated_by(TILBUD.id, CVR), Filters(), first.next or "")
    assert [row.name for row in second.rows] == [f"Tilbud {number:03}" for number in range(25, 30)]
    assert second.next is None


async def test_who_has_no_cvr_number_runs_nothing(database: Database) -> None:
    await consume(database, submission_sent("CRV-1"), authority_assigned("CRV-2"))
    async with database.read() as session:
        assert not await has_any(session, operated_by(TILBUD.id, ""))


async def test_invisible_marks_and_texts_without_end_do_no_harm(database: Database) -> None:
    await consume(database, created("CRV-1", "Bo\u00adfællesskabet Ege\u200bly"))
    assert [row.id for row in (await _list(database, visitor(), q="bofællesskabet EGELY")).rows] == ["CRV-1"]
    assert [row.id for row in (await _list(database, visitor(), q="Ege\u00adly\u00a0Bo")).rows] == ["CRV-1"]
    assert (await _list(database, visitor(), q="a " * 20_000)).rows == []
    assert (await _list(database, visitor(), q="\x1b")).rows == []
