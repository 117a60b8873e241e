"""The own overview of a signed-in user: followed, looked at last, and where one lands."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.database import Database
from contracts.testing.factories import tilbud_created, tilbud_facts
from portal.clients import Backends
from portal.overview.commands import add_follower
from portal.recently_seen import MOST, with_newest
from portal.settings import PortalSettings
from services.portal.tests.factories import publication_record
from services.portal.tests.overview.overview_rows import consume


@pytest.mark.parametrize(
    ("persona", "home"),
    [
        ("caseworker-aalborg", "/mit-overblik"),
        ("caseworker-no-access", "/mit-overblik"),
        ("no-tilbud", "/mit-overblik"),
        ("officer-nord-a", "/godkend"),
    ],
)
async def test_where_one_lands(browser: Any, persona: str, home: str) -> None:
    client = await browser(persona)
    assert (await client.get("/min-side")).headers["location"] == home
    page = await client.get(home)
    assert page.status_code == 200
    assert "Der er ikke oprettet et tilbud for din organisation" not in page.text


async def test_who_runs_something_lands_at_it(browser: Any, database: Database) -> None:
    await consume(database, tilbud_created("CRV-1"))
    assert (await (await browser("reporter-solsikken")).get("/min-side")).headers["location"] == "/indberet"


async def test_what_is_followed_and_what_was_seen(browser: Any, database: Database) -> None:
    names = {"CRV-1": "Fulgt", "CRV-2": "Set", "CRV-3": "Hemmelig"}
    await consume(database, *(tilbud_created(each, tilbud=tilbud_facts(name)) for each, name in names.items()))
    await consume(database, publication_record("CRV-1", 1, public=True), publication_record("CRV-2", 1, public=True))
    client = await browser("caseworker-aalborg")
    empty = (await client.get("/mit-overblik")).text
    assert "Du følger ingen tilbud endnu." in empty
    fields = {"csrf": empty.split('name="csrf" value="')[1].split('"')[0], "do": "follow", "back": "/mit-overblik"}
    del fields
    async with database.begin() as session:
        await add_follower(session, "tilbud", "CRV-1", "caseworker-aalborg", "cvr:x")
    client.cookies.set("tp_seen", "CRV-2.CRV-3.<b>")
    text = (await client.get("/mit-overblik")).text
    assert '<a href="/tilbud/CRV-2">Set</a>' in text
    # What is not public is not told by its id.
    assert "Hemmelig" not in text
    assert "<b>" not in text


def test_the_last_seen_stand_first_and_the_oldest_go() -> None:
    ids = [f"CRV-{number}" for number in range(MOST)]
    assert with_newest(ids, "CRV-3")[0] == "CRV-3"
    assert len(with_newest(ids, "CRV-99")) == MOST
    assert with_newest(["CRV-1"], "CRV-1") == ["CRV-1"]


async def test_signing_out_forgets_what_was_seen(browser: Any) -> None:
    client = await browser("caseworker-aalborg")
    csrf = (await client.get("/kontakt")).text.split('name="csrf" value="')[1].split('"')[0]
    answer = await client.post("/logout", data={"csrf": csrf})
    assert any(each.startswith('tp_seen=""') for each in answer.headers.get_list("set-cookie"))


async def test_saved_searches_in_words_and_how_to_stop_them(
    browser: Any, app: FastAPI, settings: PortalSettings
) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        assert request.url.path == "/v1/saved-searches"
        found = {"query": "q=ro&region=1081&vacancies=1", "frequency": "weekly", "created_at": "2026-11-01T10:00:00Z"}
        return httpx2.Response(200, json={"items": [{**found, "confirmed": True, "token": "x.z"}], "next": None})

    app.state.backends = Backends(settings, httpx2.MockTransport(answer))
    text = (await (await browser("caseworker-aalborg")).get("/mit-overblik")).text
    assert ">»ro«, Region Nordjylland, Ledige pladser</a>" in text
    assert "Du får en mail én gang om ugen" in text
    assert 'href="/mails/afmeld/x.z"' in text


async def test_the_overview_is_there_while_saved_searches_are_not(browser: Any) -> None:
    text = (await (await browser("caseworker-aalborg")).get("/mit-overblik")).text
    assert "kan ikke vises lige nu" in text
