"""What an error says: where, which values would be right, in which language, and never what was sent."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated, Any, Literal

import httpx2
import pytest
from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from chassis.database import Database
from chassis.errors import Conflict, FieldError, NotFound
from devstack.in_process import api_client
from tests.support.things import PROBLEMS, ThingsSettings
from web.app import create_app
from web.auth import public
from web.validation import holds_long_number

TRANSLATED = {slug: (*entry, f"English {slug}") for slug, entry in PROBLEMS.items()} | {
    "conflict": PROBLEMS["conflict"]
}


class Colour(StrEnum):
    RED = "red"
    BLUE = "dark-blue"


def _no_ink(text: str) -> str:
    if "ink" in text:
        raise PydanticCustomError("no-ink", "Teksten må ikke nævne blæk.")
    return text


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    amount: Annotated[int, Field(ge=1, le=9)] = 1


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    colour: Colour = Colour.RED
    size: Literal["s", "m", 7] = "s"
    text: Annotated[str, Field(max_length=10), AfterValidator(_no_ink)] = ""
    inner: list[Inner] = []
    by_name: dict[str, int] = {}


router = APIRouter(dependencies=[Depends(public)])


@router.post("/things")
async def create(body: Body) -> Body:
    return body


@router.get("/things")
async def listed(colour: Colour = Colour.RED, limit: Annotated[int, Query(ge=1)] = 1) -> list[str]:
    return [colour] * limit


@router.get("/things/{thing_id}/parts")
async def missing(thing_id: str) -> None:
    raise Conflict("Det er optaget.") if thing_id == "taken" else NotFound


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx2.AsyncClient]:
    settings = ThingsSettings(
        environment="development", database_url=database.url, kafka_bootstrap="none", identity_issuer="http://x"
    )
    app = create_app(
        settings,
        title="Things",
        routers=[router],
        problems=TRANSLATED,
        english_details={"out-of-range": "Too much."},
        database=database,
    )
    async with api_client(app) as opened:
        yield opened


async def errors_of(client: httpx2.AsyncClient, body: Any) -> list[dict[str, Any]]:
    answer = await client.post("/things", json=body)
    assert answer.status_code == 422
    found: list[dict[str, Any]] = answer.json()["errors"]
    return found


@pytest.mark.parametrize(
    ("body", "pointer", "code", "detail", "allowed"),
    [
        (
            {"colour": "green"},
            "/colour",
            "unknown-value",
            "Værdien skal være en af: red, dark-blue.",
            ["red", "dark-blue"],
        ),
        ({"size": "xl"}, "/size", "unknown-value", "Værdien skal være en af: s, m, 7.", ["s", "m", "7"]),
        ({"text": "x" * 11}, "/text", "too-long", "Teksten må højst være på 10 tegn.", None),
        ({"text": "ink"}, "/text", "no-ink", "Teksten må ikke nævne blæk.", None),
        ({"inner": [{}, {"amount": 0}]}, "/inner/1/amount", "out-of-range", "Tallet skal være mindst 1.", None),
        ({"inner": [{"amount": "x"}]}, "/inner/0/amount", "wrong-type", "Værdien skal være et helt tal.", None),
        ({"by_name": {"a/b~c": "x"}}, "/by_name/a~1b~0c", "wrong-type", "Værdien skal være et helt tal.", None),
        ({"other": 1}, "/other", "unknown-field", "Feltet findes ikke.", None),
    ],
)
async def test_an_error_says_where_and_what_would_be_right(
    client: httpx2.AsyncClient, body: Any, pointer: str, code: str, detail: str, allowed: list[str] | None
) -> None:
    expected = {"pointer": pointer, "code": code, "detail": detail} | ({"allowed": allowed} if allowed else {})
    assert await errors_of(client, body) == [expected]


NUMBERS = [
    "0101901234",
    "010190-1234",
    "01 01 90 1234",
    "010190.1234",
    "01011990-1234",
    "０１０１９０-１２３４",
    "01\u034f0190\ufe0f-1234",
]


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_name_that_holds_a_number_of_a_person_is_not_repeated(client: httpx2.AsyncClient, number: str) -> None:
    for body, pointer in (({number: 1}, ""), ({"by_name": {f"Borger {number}": "x"}}, "/by_name")):
        answer = await client.post("/things", json=body)
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
        assert "1234" not in answer.text
    answer = await client.get(f"/things/{number}/parts")
    assert answer.status_code == 404
    assert answer.json()["instance"] == "/things/{thing_id}/parts"
    assert "1234" not in answer.text
    assert "1234" not in (await client.get(f"/nowhere/{number}")).text


@pytest.mark.parametrize("name", ["CRV-6324", "places/afd-2", "0193a5f2-7b1c-7d2e-9a55-1f1c6c2f8f10", "step 12345"])
def test_ids_and_short_numbers_are_repeated(name: str) -> None:
    assert not holds_long_number(name)


async def test_a_parameter_that_is_wrong_is_named_apart(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/things?limit=0")
    assert answer.json()["errors"] == [
        {
            "pointer": "#query/limit",
            "parameter": "limit",
            "code": "out-of-range",
            "detail": "Tallet skal være mindst 1.",
        }
    ]
    colour = (await client.get("/things?colour=0101901234")).json()["errors"][0]
    assert (colour["parameter"], colour["allowed"]) == ("colour", ["red", "dark-blue"])
    unknown = await client.get("/things?0101901234=1")
    assert unknown.json()["errors"][0]["allowed"] == ["colour", "limit"]
    assert "1234" not in unknown.text


def test_only_what_is_outside_the_body_is_a_parameter() -> None:
    assert [FieldError(pointer, "", "").parameter for pointer in ("/query/x", "", "#query", "#header/If-Match")] == [
        None,
        None,
        None,
        "If-Match",
    ]


@pytest.mark.parametrize(
    ("wished", "language"),
    [
        ("", "da"),
        ("da", "da"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("da, en;q=0.8", "da"),
        ("en;q=0.8, da-DK;q=0.3", "en"),
        ("de, en;q=0.5", "en"),
        ("de", "da"),
        ("en;q=0", "da"),
        ("*", "da"),
        ("en;q=x", "da"),
        (";;;,,,", "da"),
    ],
)
async def test_an_error_is_told_in_the_language_that_is_asked_for(
    client: httpx2.AsyncClient, wished: str, language: str
) -> None:
    answer = await client.get("/things?limit=0", headers={"Accept-Language": wished})
    told = ("English invalid", "Too much.") if language == "en" else ("invalid", "Tallet skal være mindst 1.")
    assert (answer.headers["content-language"], answer.json()["title"]) == (language, told[0])
    assert answer.json()["errors"][0]["detail"] == told[1]
    assert "Accept-Language" in answer.headers["vary"]


async def test_what_is_asked_for_once_is_said_once(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/things?limit=2&limit=1")
    assert [(each["parameter"], each["code"]) for each in answer.json()["errors"]] == [("limit", "repeated-parameter")]


async def test_browsers_of_other_sites_may_read_what_is_offered(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/openapi.json")
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert "/things" in answer.json()["paths"]


async def test_what_has_no_english_is_told_in_danish(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/things/taken/parts", headers={"Accept-Language": "en"})
    assert (answer.headers["content-language"], answer.json()["detail"]) == ("da", "Det er optaget.")
