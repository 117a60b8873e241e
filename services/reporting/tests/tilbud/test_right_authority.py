"""A tilbud created outside one's own area: refused with the right authority, unless that one is confirmed (R101)."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.database import Database
from reporting.tilbud.right_authority import RightAuthority
from services.reporting.tests.http_requests import Client, count_rows, example, with_value

SYD = {"authority": "socialtilsyn-syd"}


class Jurisdiction:
    """Stands where ``jurisdiction`` stands; ``answer`` is what it says next."""

    def __init__(self) -> None:
        self.answer: httpx2.Response | Exception = httpx2.Response(200, json=SYD)
        self.asked: list[tuple[str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append((request.headers["authorization"], json.loads(request.content)))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def jurisdiction(app: FastAPI) -> Iterator[Jurisdiction]:
    stand_in, before = Jurisdiction(), app.state.right_authority
    app.state.right_authority = RightAuthority("http://jurisdiction", httpx2.MockTransport(stand_in))
    yield stand_in
    app.state.right_authority = before


async def test_it_is_refused_with_the_right_authority_until_that_one_is_confirmed(
    officer: Client, database: Database, jurisdiction: Jurisdiction
) -> None:
    refused = await officer.post("/v1/tilbud", json=example("create-tilbud"))
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["type"].endswith("/other-authority")
    assert problem["authority"] == {"id": "socialtilsyn-syd", "name": "Socialtilsyn Syd"}
    assert "Socialtilsyn Syd" in problem["detail"]
    token, question = jurisdiction.asked[0]
    assert token.startswith("Bearer ")
    assert question["municipality"] == "0851"
    assert question["operator"] == {"kind": "private", "municipality": None, "region": None}
    wrong = await officer.post("/v1/tilbud", json=with_value("confirmed_authority", "socialtilsyn-midt"))
    assert wrong.status_code == 409
    assert await count_rows(database, "tilbud") == 0
    created = await officer.post("/v1/tilbud", json=with_value("confirmed_authority", "socialtilsyn-syd"))
    assert created.status_code == 201, created.text
    shown = (await officer.get(created.headers["Location"])).json()
    assert shown["created_by_authority"] == "socialtilsyn-nord"


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, json={"authority": "socialtilsyn-nord"}),
        httpx2.Response(200, json={"authority": "nobody"}),
        httpx2.Response(200, json=[]),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(422, json={"type": "no-authority-found"}),
        httpx2.Response(503),
        httpx2.ConnectError("nobody is there"),
        httpx2.ReadTimeout("too slow"),
    ],
)
async def test_the_right_one_creates_and_nobody_waits_for_one_who_cannot_say(
    officer: Client, jurisdiction: Jurisdiction, answer: httpx2.Response | Exception
) -> None:
    jurisdiction.answer = answer
    created = await officer.post("/v1/tilbud", json=example("create-tilbud"))
    assert created.status_code == 201, created.text


async def test_what_is_wrong_is_said_before_anybody_is_asked(officer: Client, jurisdiction: Jurisdiction) -> None:
    refused = await officer.post("/v1/tilbud", json=with_value("address.postcode", "0001"))
    assert refused.json()["errors"][0]["pointer"] == "/address/postcode"
    assert jurisdiction.asked == []
