"""Following and unfollowing by the star of a list."""

import html
from typing import Any

import httpx2
import pytest

from chassis.database import Database
from contracts.testing.factories import followers_changed, tilbud_created
from services.portal.tests.overview.overview_rows import consume
from services.portal.tests.pages import csrf_token, hidden_value


@pytest.fixture
def transport() -> httpx2.MockTransport:
    """A service that does whatever it is asked."""
    return httpx2.MockTransport(lambda _: httpx2.Response(200, json={}))


async def test_the_star_is_right_at_once(browser: Any, database: Database) -> None:
    await consume(database, tilbud_created("CRV-1"))
    client = await browser("reporter-solsikken")
    assert 'value="follow"' in (await client.get("/indberet")).text
    fields = {"csrf": await csrf_token(client, "/indberet"), "do": "follow", "back": "//evil.example"}
    answer = await client.post("/foelg/CRV-1", data=fields)
    assert answer.headers["location"] == "/indberet"
    assert 'value="unfollow"' in (await client.get("/indberet?followed=1")).text
    await consume(database, followers_changed("CRV-1"))
    assert 'value="follow"' in (await client.get("/indberet")).text


async def test_the_star_is_taken_away_at_once(browser: Any, database: Database) -> None:
    await consume(database, tilbud_created("CRV-1"))
    client = await browser("reporter-solsikken")
    fields = {"csrf": await csrf_token(client, "/indberet"), "back": "/indberet?q=sol"}
    await client.post("/foelg/CRV-1", data={**fields, "do": "follow"})
    answer = await client.post("/foelg/CRV-1", data={**fields, "do": "unfollow"})
    assert answer.headers["location"] == "/indberet?q=sol"
    assert 'value="follow"' in (await client.get("/indberet")).text


async def test_following_what_the_portal_does_not_know_yet_is_no_fault(browser: Any) -> None:
    client = await browser("reporter-solsikken")
    fields = {"csrf": await csrf_token(client, "/kontakt"), "do": "follow"}
    answer = await client.post("/foelg/CRV-404", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/indberet")


async def test_the_star_leads_back_to_the_list_as_it_was(browser: Any, database: Database) -> None:
    await consume(database, tilbud_created("CRV-1"))
    client = await browser("reporter-solsikken")
    text = (await client.get("/indberet?q=sol")).text
    fields = {name: html.unescape(hidden_value(text, name)) for name in ("csrf", "back")}
    answer = await client.post("/foelg/CRV-1", data={**fields, "do": "follow"})
    assert answer.headers["location"] == "/indberet?q=sol#foelg-CRV-1"
    assert 'id="foelg-CRV-1"' in text
