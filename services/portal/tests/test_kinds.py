"""Another kind of subject needs entries in the registries and no other line: its rows, its list and its pages."""

import itertools
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from chassis.database import Database
from contracts.events.base import SubjectEvent
from contracts.testing import factories
from contracts.testing.lighthouse import LIGHTHOUSE, registered
from portal.app import build
from portal.consumers import subscriptions
from portal.kinds import KINDS, ListedKind, Tab, Tabs, Words
from portal.overview.models import Case, Subject
from portal.settings import PortalSettings
from services.portal.tests.overview.overview_rows import NORD, SYD, consume
from services.portal.tests.pages import csrf_token

LISTED = ListedKind(
    id=LIGHTHOUSE.id,
    tabs=Tabs(approve=Tab("Godkend fyrtårn", "/godkend/fyrtaarn")),
    words=Words(compound="fyrtårns", none_found="Ingen fyrtårne passer til din søgning."),
)
CASE: dict[str, Any] = {
    "id": "CRV-1-1",
    "fyrtaarn_id": "CRV-1",
    "state": "awaiting",
    "outcome": None,
    "authority": NORD,
    "authority_name": "Socialtilsyn Nord",
    "initial": True,
    "revision": 1,
    "submitted_at": "2026-11-02T12:00:00Z",
    "decided_at": None,
    "closed_at": None,
    "can_open": True,
    "explanation": "",
    "can_decide": False,
    "decided_by": None,
    "steps": [],
    "log": [],
}
SECTION = {
    "step": "tower",
    "title": "Tårnet",
    "department": None,
    "reported": True,
    "changed": True,
    "old": None,
    "new": {"colour": "Rødt"},
    "previous": None,
    "edited": None,
}


@pytest.fixture(autouse=True)
def lighthouses() -> Iterator[None]:
    """The artificial kind, registered while a test runs."""
    with registered():
        KINDS.register(LISTED.id, LISTED)
        yield
        KINDS.unregister(LISTED.id)


def approval(request: httpx2.Request) -> httpx2.Response:
    """Answer in place of approval, and of notification, about the one lighthouse."""
    if request.url.path == "/v1/cases":
        mine = request.url.params.get("fyrtaarn_id") == "CRV-1" and request.url.params["state"] == "awaiting"
        return httpx2.Response(200, json={"items": [CASE] if mine else [], "next": None})
    if request.url.path.endswith("/undecided"):
        return httpx2.Response(200, json={"items": []})
    if request.url.path.endswith("/changes"):
        return httpx2.Response(200, json={"sections": [SECTION]})
    return httpx2.Response(200, json=CASE, headers={"etag": '"one"'})


@pytest.fixture
def app(settings: PortalSettings, database: Database) -> FastAPI:
    """The portal, built while the kind is registered."""
    return build(settings, database, httpx2.MockTransport(approval))


def about_lighthouse(event: SubjectEvent, **fields: Any) -> SubjectEvent:
    return factories.as_kind(LIGHTHOUSE, event, **fields)


HISTORY = (
    factories.tilbud_created("CRV-1"),
    factories.authority_assigned("CRV-1"),
    factories.submission_sent("CRV-1"),
    factories.case_opened("CRV-1"),
)


async def test_officers_with_the_right_find_it_on_its_own_list(browser: Any, database: Database) -> None:
    await consume(database, factories.tilbud_created("CRV-1"), factories.authority_assigned("CRV-1"))
    await consume(database, *map(about_lighthouse, HISTORY))
    officer = await browser("officer-nord-a")
    text = (await officer.get("/godkend/fyrtaarn")).text
    assert "<h1>Fyrtårnslisten</h1>" in text
    assert "1 fyrtårn" in text
    assert 'href="/godkend/fyrtaarn/CRV-1"' in text
    assert "Afventer godkendelse" in text
    assert "Tilbuds" not in text.partition("<main")[2].partition("</main>")[0]


async def test_no_list_of_tilbud_has_it(browser: Any, database: Database) -> None:
    await consume(database, *map(about_lighthouse, HISTORY))
    await consume(database, factories.tilbud_created("CRV-2"), factories.authority_assigned("CRV-2"))
    for path in ("/godkend", "/indberet"):
        text = (await (await browser("officer-nord-a")).get(path)).text
        assert "1 tilbud" in text
        assert "CRV-1" not in text
        assert "CRV-2" in text


async def test_officers_without_the_right_are_refused(browser: Any) -> None:
    basic = await browser("officer-nord-basic")
    answer = await basic.get("/godkend/fyrtaarn")
    assert answer.status_code == 403
    assert "Du har ikke rettigheden til at godkende fyrtårne." in answer.text
    assert "Godkend fyrtårn<" not in (await basic.get("/godkend")).text


async def test_its_tab_is_marked_on_its_own_pages_only(browser: Any) -> None:
    officer = await browser("officer-nord-a")
    own = (await officer.get("/godkend/fyrtaarn")).text
    assert '<a href="/godkend/fyrtaarn" class="menu-link" aria-current="page">Godkend fyrtårn</a>' in own
    assert own.count("aria-current") == 1
    assert 'href="/godkend" class="menu-link" aria-current="page"' in (await officer.get("/godkend")).text


async def test_its_cases_have_their_pages(browser: Any, database: Database) -> None:
    await consume(database, *map(about_lighthouse, HISTORY))
    officer = await browser("officer-nord-a")
    listed = (await officer.get("/godkend/fyrtaarn/CRV-1")).text
    assert 'href="/godkend/sager/CRV-1-1"' in listed
    assert "tilsynsliste" not in listed
    shown = (await officer.get("/godkend/sager/CRV-1-1")).text
    assert 'href="/godkend/fyrtaarn/CRV-1"' in shown
    assert "<dd>Rødt</dd>" in shown


async def test_its_star_is_right_at_once(browser: Any, database: Database) -> None:
    await consume(database, *map(about_lighthouse, HISTORY))
    await consume(database, factories.tilbud_created("CRV-1"), factories.authority_assigned("CRV-1"))
    officer = await browser("officer-nord-a")
    fields = {"csrf": await csrf_token(officer, "/godkend/fyrtaarn"), "do": "follow", "back": "/godkend/fyrtaarn"}
    answer = await officer.post("/foelg/fyrtaarn/CRV-1", data=fields)
    assert answer.headers["location"] == "/godkend/fyrtaarn"
    assert 'value="unfollow"' in (await officer.get("/godkend/fyrtaarn")).text
    assert 'value="unfollow"' not in (await officer.get("/godkend")).text
    await consume(database, about_lighthouse(factories.followers_changed("CRV-1")))
    assert 'value="unfollow"' not in (await officer.get("/godkend/fyrtaarn")).text


async def test_any_order_of_its_events_gives_the_same_rows(database: Database) -> None:
    returned = factories.case_returned("CRV-1")
    unrouted = factories.case_not_routed("CRV-1")
    moved = factories.authority_assigned("CRV-1", 2, SYD, previous=NORD)
    events = [about_lighthouse(event) for event in (*HISTORY, unrouted, returned, moved)]
    found = set()
    for order in itertools.islice(itertools.permutations(events), 0, None, 500):
        await consume(database, *order)
        async with database.read() as session:
            subject = (await session.execute(select(Subject))).scalar_one()
            case = (await session.execute(select(Case))).scalar_one()
        found.add(
            (subject.kind, subject.authority, subject.case_status, subject.changed_at, case.state, case.authority)
        )
        async with database.begin() as session:
            await session.delete(await session.get_one(Case, case.id))
            await session.flush()
            await session.delete(await session.get_one(Subject, {"id": "CRV-1", "kind": "fyrtaarn"}))
    assert found == {("fyrtaarn", SYD, "returned", returned.returned_at, "returned", NORD)}


def test_its_groups_have_names_of_their_own() -> None:
    names = [subscription.name for subscription in subscriptions()]
    assert len(set(names)) == len(names)
    own = {name for name in names if name.endswith(".fyrtaarn")}
    streams = ("reports", "cases", "routings", "authorities", "follows")
    assert own == {f"portal.{stream}.fyrtaarn" for stream in streams}
