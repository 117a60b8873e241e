"""Saving a search at the public API: it goes on to notification, and its answer comes back."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from chassis.database import Database
from devstack.in_process import api_client
from publication.app import build
from publication.settings import PublicationSettings

BODY = {"query": "q=autisme", "email": "mor@hjem.example"}
PROBLEM = {"type": "https://tilbudsportalen.dk/problems/invalid", "status": 422, "errors": [{"pointer": "/query"}]}


class Notification:
    """A stand-in for notification."""

    def __init__(self) -> None:
        self.answer = httpx2.Response(202, json={"state": "awaiting-confirmation"})
        self.asked: list[tuple[str, str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append((request.method, request.url.path, json.loads(request.content) if request.content else None))
        return self.answer


@pytest.fixture
def notification() -> Notification:
    return Notification()


@pytest.fixture
async def client(
    settings: PublicationSettings, database: Database, notification: Notification
) -> AsyncIterator[httpx2.AsyncClient]:
    app = build(settings.model_copy(update={"notification_url": "http://notification.test"}), database)
    app.state.notification_transport = httpx2.MockTransport(notification)
    async with api_client(app) as client:
        yield client


async def test_a_search_goes_on_to_who_tells_of_it(client: httpx2.AsyncClient, notification: Notification) -> None:
    answer = await client.post("/v1/saved-searches", json=BODY)
    assert (answer.status_code, answer.json()) == (202, {"state": "awaiting-confirmation"})
    notification.answer = httpx2.Response(204)
    assert (await client.delete("/v1/saved-searches/abc.def")).status_code == 204
    assert notification.asked == [
        ("POST", "/v1/saved-searches", {**BODY, "frequency": "at-once"}),
        ("DELETE", "/v1/saved-searches/abc.def", None),
    ]


@pytest.mark.parametrize("wished", ["æ", "en-GB, \u20ac", "x" * 4_000])
async def test_a_language_that_nobody_speaks_is_no_fault_of_ours(
    client: httpx2.AsyncClient, notification: Notification, wished: str
) -> None:
    headers = [(b"accept-language", wished.encode())]
    answer = await client.post("/v1/saved-searches", json=BODY, headers=headers)
    assert answer.status_code == 202
    assert len(notification.asked) == 1


async def test_what_is_refused_there_is_refused_here(client: httpx2.AsyncClient, notification: Notification) -> None:
    notification.answer = httpx2.Response(422, json=PROBLEM, headers={"content-type": "application/problem+json"})
    answer = await client.post("/v1/saved-searches", json=BODY)
    assert (answer.status_code, answer.json()) == (422, PROBLEM)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_while_it_is_away_one_is_told_to_come_back(
    client: httpx2.AsyncClient, notification: Notification, status: int
) -> None:
    notification.answer = httpx2.Response(status, text="<html>secret</html>")
    answer = await client.post("/v1/saved-searches", json=BODY)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "secret" not in answer.text


@pytest.mark.parametrize("change", [{"email": "mor"}, {"query": ""}, {"frequency": "hourly"}, {"name": "x"}])
async def test_what_makes_no_sense_goes_no_further(
    client: httpx2.AsyncClient, notification: Notification, change: dict[str, str]
) -> None:
    answer = await client.post("/v1/saved-searches", json={**BODY, **change})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}" for name in change]
    assert notification.asked == []


async def test_where_nobody_tells_of_searches_none_is_saved(settings: PublicationSettings, database: Database) -> None:
    async with api_client(build(settings, database)) as client:
        assert (await client.post("/v1/saved-searches", json=BODY)).status_code == 503
