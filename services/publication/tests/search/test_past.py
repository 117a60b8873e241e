"""The search in the past: from the first day of the calendar to the last, and few at once."""

import asyncio
from typing import Any

import httpx2
import pytest

from chassis.database import Database
from devstack.in_process import api_client
from publication.app import build
from publication.search.api import PAST_AT_ONCE
from publication.settings import PublicationSettings
from services.publication.tests.factories import publishing_facts


@pytest.mark.parametrize(
    ("as_of", "total"), [("9999-12-31", 2), ("0001-01-01", 0), ("0001-01-01T00:00:00+14:00", 0), ("2126-01-01", 2)]
)
async def test_the_ends_of_the_calendar(client: httpx2.AsyncClient, deliver_facts: Any, as_of: str, total: int) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    assert (await client.get("/v1/search", params={"as_of": as_of})).json()["total"] == total


async def test_many_searches_in_the_past_wait_for_each_other_and_not_for_long(
    settings: PublicationSettings, database: Database
) -> None:
    app = build(settings.model_copy(update={"read_seconds": 0.2}), database)
    past = {"as_of": "2126-01-01", "q": "autisme"}
    async with api_client(app) as client:
        turns = app.state.past_searches
        for _ in range(PAST_AT_ONCE):
            await turns.acquire()
        answer = await client.get("/v1/search", params=past)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert (await client.get("/v1/search", params={"q": "autisme"})).status_code == 200
        for _ in range(PAST_AT_ONCE):
            turns.release()
        answers = await asyncio.gather(*(client.get("/v1/search", params=past) for _ in range(10)))
        assert {each.status_code for each in answers} <= {200, 503}
        assert (await client.get("/v1/search", params=past)).status_code == 200


async def test_it_says_that_names_of_the_past_are_not_mended(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    for q, told in (("xyzxyzxyz", True), ("demens", False)):
        answer = (await client.get("/v1/search", params={"q": q, "as_of": "2126-01-01", "municipality": "0492"})).json()
        assert answer["total"] == 0
        assert ("bliver navne ikke rettet" in answer["notice"]) is told
