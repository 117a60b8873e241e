"""The lists that are made of the overview rows: search, filters, order and pages."""

from typing import Any

from chassis.database import Database
from contracts.events import TilbudCeased
from portal.overview.queries import Filters, Listing, any_tilbud, listing, of_authorities, of_operator
from portal.overview.rules import sort_key
from portal.sessions.visitor import Visitor
from services.portal.tests.factories import (
    CVR,
    NORD,
    assigned,
    at,
    created,
    followers,
    hear,
    opened,
    publication,
    sent,
    tilsyn,
    visitor,
)


async def _list(database: Database, who: Visitor, **filters: Any) -> Listing:
    scope = of_authorities(who.approves_for) if who.is_officer else of_operator(who.principal.cvr)
    async with database.read() as session:
        return await listing(session, who, scope, Filters(**filters))


async def test_reporters_see_their_own_organisations_tilbud_in_danish_order(database: Database) -> None:
    names = ["Ørnen", "Aarken", "Ægir", "Zebra", "abe", "Østen"]
    for number, name in enumerate(names):
        await hear(database, created(f"CRV-{number}", name))
    await hear(database, created("CRV-9", "Fremmed", "11111111"), assigned("CRV-8"))
    found = await _list(database, visitor())
    assert [line.name for line in found.lines] == ["abe", "Zebra", "Ægir", "Ørnen", "Østen", "Aarken"]
    async with database.read() as session:
        assert not await any_tilbud(session, of_operator("22222222"))


async def test_acceptance_example_1_of_the_reporters_guide(database: Database) -> None:
    """Row 24: Solsikken followed by Dorthe, Valmuen by nobody; Dorthe's filter shows only Valmuen."""
    await hear(database, created("CRV-1", "Solsikken"), created("CRV-2", "Valmuen"))
    await hear(database, followers("CRV-1", 1, ("dorthe", f"cvr:{CVR}")))
    await hear(database, followers("CRV-2", 1, ("rasmus", f"authority:{NORD}")))
    nobody = await _list(database, visitor(), followed_by_nobody=True)
    assert [line.name for line in nobody.lines] == ["Valmuen"]
    mine = await _list(database, visitor(), followed_by_me=True)
    assert [(line.name, line.followed) for line in mine.lines] == [("Solsikken", True)]


async def test_search_and_filters_combine(database: Database) -> None:
    await hear(
        database, created("CRV-10", "Solsikken"), created("CRV-11", "Solgården"), created("CRV-12", "100 % Sol_")
    )
    await hear(database, publication("CRV-10", 1, public=True), tilsyn("CRV-10"), sent("CRV-11"))
    assert [line.id for line in (await _list(database, visitor(), q="SOLG")).lines] == ["CRV-11"]
    assert [line.id for line in (await _list(database, visitor(), q="crv-1", published=True)).lines] == ["CRV-10"]
    assert [line.id for line in (await _list(database, visitor(), q="%")).lines] == ["CRV-12"]
    assert [line.id for line in (await _list(database, visitor(), case_status="awaiting")).lines] == ["CRV-11"]
    assert (await _list(database, visitor(), status="approved", not_published=True)).lines == []


async def test_ceased_tilbud_stand_at_the_bottom_for_those_who_follow(database: Database) -> None:
    await hear(database, created("CRV-1", "A"), created("CRV-2", "B"))
    ceased = TilbudCeased.model_validate(
        {"tilbud_id": "CRV-1", "authority": NORD, "ceased_on": "2026-11-01", "accepted_at": at(50)}
    )
    await hear(database, ceased)
    assert [line.name for line in (await _list(database, visitor())).lines] == ["B"]
    await hear(database, followers("CRV-1", 1, ("dorthe", f"cvr:{CVR}")))
    found = await _list(database, visitor())
    assert [(line.name, line.status) for line in found.lines] == [("B", "under-approval"), ("A", "ceased")]


async def test_officers_see_what_they_supervise_decide_or_gave_away(database: Database) -> None:
    for number in range(1, 5):
        await hear(database, created(f"CRV-{number}", f"T{number}"))
    await hear(database, assigned("CRV-1"), assigned("CRV-2", 1, "socialtilsyn-syd"))
    await hear(database, assigned("CRV-3", 1, "socialtilsyn-syd"), opened("CRV-3", authority=NORD))
    await hear(database, assigned("CRV-4", 2, "socialtilsyn-syd", NORD))
    officer = visitor("rasmus", "29189382", f"tilbud.approve:{NORD}")
    assert [line.name for line in (await _list(database, officer)).lines] == ["T1", "T3", "T4"]


async def test_pages_of_a_list(database: Database) -> None:
    await hear(database, *(created(f"CRV-{number}", f"Tilbud {number:03}") for number in range(30)))
    first = await _list(database, visitor())
    assert (len(first.lines), first.total) == (25, 30)
    async with database.read() as session:
        second = await listing(session, visitor(), of_operator(CVR), Filters(), first.next or "")
    assert [line.name for line in second.lines] == [f"Tilbud {number:03}" for number in range(25, 30)]
    assert second.next is None


def test_sort_key_puts_the_danish_letters_last() -> None:
    names = ["Åse", "Øst", "Ærø", "Zoo", "Anna"]
    assert sorted(names, key=sort_key) == ["Anna", "Zoo", "Ærø", "Øst", "Åse"]
