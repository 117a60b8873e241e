"""Saving a search from the search page, and the pages behind the links of its mails."""

import json
from typing import Any

import httpx2
import pytest

from services.portal.tests.pages import submitted_by, text_of

QUERY = "q=autisme&region=1081"
PROBLEM = "https://tilbudsportalen.dk/problems/invalid"


class Notification:
    """A stand-in for notification: what it was sent, and what it refuses."""

    def __init__(self) -> None:
        self.errors: list[dict[str, str]] = []
        self.bodies: list[Any] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        done = request.method == "POST"
        if path.startswith("/v1/unsubscribe/"):
            empty = {"kind": None, "id": None, "name": None}
            return httpx2.Response(200, json={"ends": "search", "query": QUERY, **empty, "ended": done})
        if path.startswith("/v1/confirmations/"):
            return httpx2.Response(200, json={"email": "mor@hjem.example", "query": QUERY, "confirmed": done})
        if path == "/v1/preferences":
            return httpx2.Response(200, json={"email": "sofie@aalborg.example"})
        self.bodies.append(json.loads(request.content))
        if self.errors:
            return httpx2.Response(422, json={"type": PROBLEM, "detail": "Fejl.", "errors": self.errors})
        return httpx2.Response(202, json={"state": "awaiting-confirmation"})


@pytest.fixture
def notification() -> Notification:
    return Notification()


@pytest.fixture
def transport(notification: Notification) -> httpx2.MockTransport:
    return httpx2.MockTransport(notification)


async def test_anybody_saves_a_search(browser: Any, notification: Notification) -> None:
    client = await browser()
    asked = await client.get("/gem-soegning", params={"soegning": QUERY})
    assert asked.status_code == 200
    fields = dict(submitted_by(asked)) | {"email": "mor@hjem.example", "frequency": "weekly"}
    answer = await client.post("/gem-soegning", data=fields)
    assert answer.status_code == 200
    assert "Vi har sendt en mail til mor@hjem.example." in text_of(answer.text)
    assert notification.bodies == [{"query": QUERY, "email": "mor@hjem.example", "frequency": "weekly"}]


async def test_who_is_signed_in_finds_the_own_address_there(browser: Any) -> None:
    client = await browser("caseworker-aalborg")
    asked = await client.get("/gem-soegning", params={"soegning": QUERY})
    assert dict(submitted_by(asked))["email"] == "sofie@aalborg.example"


async def test_what_is_wrong_stands_at_its_field(browser: Any, notification: Notification) -> None:
    notification.errors = [
        {"pointer": "/email", "code": "invalid-format", "detail": "Skriv en e-mailadresse."},
        {"pointer": "/query", "code": "too-many", "detail": "Vælg flere filtre."},
    ]
    client = await browser()
    answer = await client.post("/gem-soegning", data={"query": QUERY, "email": "mor<b>"})
    assert answer.status_code == 422
    assert 'id="email-fejl"' in answer.text
    assert "Søgningen: Vælg flere filtre." in answer.text
    assert "mor&lt;b&gt;" in answer.text


async def test_the_links_of_its_mails_say_what_they_are_about(browser: Any) -> None:
    client = await browser()
    assert "når et nyt tilbud passer til søgningen?" in text_of((await client.get("/mails/bekraeft/a.b")).text)
    assert "Søgningen er gemt" in (await client.post("/mails/bekraeft/a.b")).text
    assert "mails om den søgning, du har gemt" in (await client.get("/mails/afmeld/a.b")).text
    assert "Mailsene er stoppet" in (await client.post("/mails/afmeld/a.b")).text


@pytest.mark.parametrize("query", ["", '"><script>', "x" * 2_000, "\x00", "q=%ff"])
async def test_no_query_breaks_the_page(browser: Any, query: str) -> None:
    answer = await (await browser()).get("/gem-soegning", params={"soegning": query})
    assert answer.status_code in {200, 303, 400, 422}
    assert "<script" not in answer.text
