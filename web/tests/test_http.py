"""Everything that stands around a route: who may call, what is refused, and the same command twice."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, ClassVar

import httpx2
import pytest
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.errors import Conflict
from chassis.settings import Settings
from devstack.in_process import api_client
from tests.support.things import PROBLEMS, change
from web.app import Db, create_app
from web.auth import Principal, TokenVerifier, holding, public, signed_in
from web.etags import IfMatch, etag, require_match
from web.idempotency import Answer, CommandDependency
from web.pagination import decode_cursor, encode_cursor


class ThingsSettings(Settings):
    service: ClassVar[str] = "things"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    value: str = Field(max_length=100)


router = APIRouter()
SignedIn = Annotated[Principal, Depends(signed_in)]


@router.get("/open", dependencies=[Depends(public)])
async def open_route(limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: str | None = None) -> dict[str, Any]:
    return {"limit": limit, "place": decode_cursor(cursor, str, int) if cursor else None}


@router.get("/me")
async def me(principal: SignedIn) -> dict[str, Any]:
    return {"sub": principal.sub, "name": principal.name, "scopes": sorted(principal.scopes("tilbud.approve"))}


@router.get("/privileged", dependencies=[Depends(holding("tilbud.approve"))])
async def privileged() -> dict[str, str]:
    return {}


@router.put("/things/{thing_id}", dependencies=[Depends(public)])
async def put(thing_id: str, body: Body, if_match: IfMatch = None) -> dict[str, str]:
    require_match(if_match, etag(thing_id, 1))
    return {"value": body.value}


@router.post("/things/{thing_id}")
async def post(thing_id: str, body: Body, _: SignedIn, command: CommandDependency) -> Response:
    async def use_case(session: AsyncSession) -> Answer:
        if body.value == "wrong":
            raise Conflict("Det går ikke.")
        await change(session, thing_id, body.value)
        return Answer({"id": thing_id}, 201, {"Location": f"/things/{thing_id}"})

    return await command.run(use_case)


class Deadlock(Exception):
    """What PostgreSQL says to the one of two that it breaks off."""

    sqlstate = "40P01"


@router.post("/crowded/{thing_id}", dependencies=[Depends(public)])
async def crowded(thing_id: str, request: Request, db: Db) -> int:
    """Write, and meet others seven times before it goes through; answer at which attempt that was."""

    async def use_case(session: AsyncSession) -> int:
        attempts = request.app.state.attempts = getattr(request.app.state, "attempts", 0) + 1
        await change(session, thing_id, "x")
        if attempts <= 7:
            raise Deadlock
        return int(attempts)

    return await db.run_in_transaction(use_case)


@router.get("/broken", dependencies=[Depends(public)])
async def broken() -> None:
    raise RuntimeError("010180-0000 must not be shown")


@pytest.fixture
async def client(database: Database, identity: Any) -> AsyncIterator[httpx2.AsyncClient]:
    settings = ThingsSettings(
        environment="development", database_url=database.url, kafka_bootstrap="none", identity_issuer=identity.issuer
    )
    app = create_app(settings, title="Things", routers=[router], problems=PROBLEMS, database=database)
    async with api_client(app) as opened:
        yield opened


def slug(response: httpx2.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "instance", "errors"}
    assert body["status"] == response.status_code
    return str(body["type"]).rsplit("/", 1)[1]


async def test_a_token_says_who_is_calling(client: httpx2.AsyncClient, identity: Any) -> None:
    answer = await client.get("/me", headers=identity.headers("officer-nord-a"))
    assert answer.json()["scopes"] == ["socialtilsyn-nord"]


async def test_tokens_that_are_missing_foreign_expired_or_of_another_kind_are_refused(
    client: httpx2.AsyncClient, identity: Any
) -> None:
    tokens = [
        "",
        "nonsense",
        "a.b.c",
        identity.foreign_token("officer-nord-a"),
        identity.token("officer-nord-a", exp=1),
        identity.token("officer-nord-a", aud="another"),
        identity.token("officer-nord-a", iss="http://elsewhere"),
    ]
    for token in tokens:
        answer = await client.get("/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, token
        assert slug(answer) == "unauthenticated"


async def test_a_right_that_is_missing_is_403(client: httpx2.AsyncClient, identity: Any) -> None:
    answer = await client.get("/privileged", headers=identity.headers("reporter-solsikken"))
    assert (answer.status_code, slug(answer)) == (403, "forbidden")


def test_a_route_that_says_not_who_may_call_it_does_not_start(database: Database) -> None:
    undeclared = APIRouter()
    undeclared.add_api_route("/secret", broken)
    settings = ThingsSettings(database_url=database.url, kafka_bootstrap="none", identity_issuer="http://x")
    with pytest.raises(ValueError, match="/secret"):
        create_app(settings, title="Things", routers=[undeclared], problems=PROBLEMS, database=database)


BAD_BODIES: list[tuple[bytes, int, str]] = [
    (b'{"value": "x", "other": 1}', 422, "invalid"),
    (b'{"value": 7}', 422, "invalid"),
    (b'{"value": "' + b"x" * 101 + b'"}', 422, "invalid"),
    (b"{}", 422, "invalid"),
    (b"[]", 422, "invalid"),
    (b"", 422, "invalid"),
    (b"{not json", 400, "bad-request"),
    (b'{"value": "\xff\xfe"}', 400, "bad-request"),
    (b'{"value": "a\\u0000b"}', 422, "invalid"),
    (b'{"value": "\\ud800"}', 400, "bad-request"),
    (b"[" * 100_000, 400, "bad-request"),
    (b'{"value": "' + b"x" * 10_000_000 + b'"}', 413, "too-large"),
]


@pytest.mark.parametrize(("body", "status", "kind"), BAD_BODIES)
async def test_a_body_that_no_route_can_use_is_a_problem_document(
    client: httpx2.AsyncClient, body: bytes, status: int, kind: str
) -> None:
    answer = await client.put("/things/a", content=body, headers={"Content-Type": "application/json", "If-Match": "*"})
    assert (answer.status_code, slug(answer)) == (status, kind)
    assert b"xxxxx" not in answer.content


@pytest.mark.parametrize("media_type", ["application/JSON", "Application/Problem+Json"])
@pytest.mark.parametrize(("value", "status"), [(b"a\\u0000b", 422), (b"\\ud800", 400)])
async def test_how_the_media_type_is_spelt_does_not_matter(
    client: httpx2.AsyncClient, media_type: str, value: bytes, status: int
) -> None:
    body = b'{"value": "' + value + b'"}'
    answer = await client.put("/things/a", content=body, headers={"Content-Type": media_type, "If-Match": "*"})
    assert answer.status_code == status


async def test_a_nul_is_refused_with_its_place(client: httpx2.AsyncClient) -> None:
    headers = {"Content-Type": "application/json", "If-Match": "*"}
    answer = await client.put("/things/a", content=b'{"value": "a\\u0000b"}', headers=headers)
    assert answer.json()["errors"] == [
        {
            "pointer": "/value",
            "code": "control-character",
            "detail": "Tegn nummer 2 kan ikke vises: NULL. Slet det.",
        }
    ]


async def test_a_foreign_key_id_calls_a_broken_issuer_once(identity: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = TokenVerifier(identity.issuer, "tilbudsportalen")
    good = identity.token("officer-nord-a")
    assert (await verifier.verify(good)).name
    monkeypatch.setattr(verifier, "_fetched", -1e9)
    calls: list[int] = []

    async def fails() -> None:
        calls.append(1)
        raise httpx2.ConnectError("away")

    monkeypatch.setattr(verifier, "_download", fails)
    head = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "kid": "forged", "typ": "at+jwt"}).encode()).decode()
    forged = head.rstrip("=") + "." + good.split(".", 1)[1]
    outcomes = await asyncio.gather(*(verifier.verify(forged) for _ in range(20)), return_exceptions=True)
    assert {str(outcome) for outcome in outcomes} == {"unauthenticated"}
    assert len(calls) == 1
    assert (await verifier.verify(good)).name


async def test_an_issuer_that_was_never_reached_is_not_called_for_each_token(
    identity: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier = TokenVerifier(identity.issuer, "tilbudsportalen")
    download, calls = verifier._download, []

    async def fails() -> None:
        calls.append(1)
        raise httpx2.ConnectError("away")

    monkeypatch.setattr(verifier, "_download", fails)
    good = identity.token("officer-nord-a")
    outcomes = await asyncio.gather(*(verifier.verify(good) for _ in range(20)), return_exceptions=True)
    assert {str(outcome) for outcome in outcomes} == {"unavailable"}
    assert len(calls) == 1
    monkeypatch.setattr(verifier, "_download", download)
    monkeypatch.setattr(verifier, "_fetched", verifier._fetched - 2)
    assert (await verifier.verify(good)).name


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/open?limit=0", 422),
        ("/open?limit=x", 422),
        ("/open?limi=5", 422),
        ("/open?limit=%00", 400),
        ("/nowhere", 404),
    ],
)
async def test_an_address_that_is_wrong_is_a_problem_document(
    client: httpx2.AsyncClient, path: str, status: int
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert slug(answer)


@pytest.mark.parametrize("cursor", ["x", "e30", encode_cursor("only"), encode_cursor(1, 2), "å", "A" * 5000])
async def test_a_cursor_that_is_not_ours_is_refused(client: httpx2.AsyncClient, cursor: str) -> None:
    answer = await client.get("/open", params={"cursor": cursor})
    assert (answer.status_code, slug(answer)) == (422, "invalid")


async def test_a_cursor_comes_back_as_it_was(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/open", params={"cursor": encode_cursor("Ærø", 7)})
    assert answer.json()["place"] == ["Ærø", 7]


async def test_a_condition_is_required_and_must_hold(client: httpx2.AsyncClient) -> None:
    assert slug(await client.put("/things/a", json={"value": "x"})) == "precondition-required"
    stale = await client.put("/things/a", json={"value": "x"}, headers={"If-Match": '"old"'})
    assert (stale.status_code, slug(stale)) == (412, "stale")
    fine = await client.put("/things/a", json={"value": "x"}, headers={"If-Match": etag("a", 1)})
    assert fine.status_code == 200


async def test_the_same_command_twice_has_one_effect_and_one_answer(
    client: httpx2.AsyncClient, identity: Any, scalar: Any
) -> None:
    headers = identity.headers("reporter-solsikken") | {"Idempotency-Key": "k1"}
    answers = await asyncio.gather(*(client.post("/things/a", json={"value": "x"}, headers=headers) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.headers["location"] for answer in answers} == {"/things/a"}
    assert await scalar("SELECT count(*) FROM outbox") == 1


async def test_a_key_that_was_used_for_something_else_is_refused(client: httpx2.AsyncClient, identity: Any) -> None:
    headers = identity.headers("reporter-solsikken") | {"Idempotency-Key": "k1"}
    await client.post("/things/a", json={"value": "x"}, headers=headers)
    other = await client.post("/things/a", json={"value": "y"}, headers=headers)
    assert (other.status_code, slug(other)) == (422, "idempotency-mismatch")
    someone_else = identity.headers("reporter-other") | {"Idempotency-Key": "k1"}
    assert (await client.post("/things/a", json={"value": "y"}, headers=someone_else)).status_code == 201


async def test_a_refused_command_may_be_sent_again(client: httpx2.AsyncClient, identity: Any, scalar: Any) -> None:
    headers = identity.headers("reporter-solsikken") | {"Idempotency-Key": "k1"}
    refused = await client.post("/things/a", json={"value": "wrong"}, headers=headers)
    assert slug(refused) == "conflict"
    assert await scalar("SELECT count(*) FROM idempotency") == 0


async def test_a_fault_of_ours_tells_nothing_about_itself(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/broken")
    assert (answer.status_code, slug(answer)) == (500, "internal")
    assert "010180" not in answer.text


async def test_health_and_metrics_answer(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/health/live")).status_code == 200
    assert (await client.get("/health/ready")).json() == {"status": "ready", "reasons": []}
    assert "http_request_seconds" in (await client.get("/metrics")).text
    for name in ("X-Forwarded-For", "Forwarded"):
        assert (await client.get("/metrics", headers={name: "for=198.51.100.7"})).status_code == 404


async def test_a_database_that_is_away_is_503(identity: Any) -> None:
    url = "postgresql+asyncpg://nobody:x@127.0.0.1:1/none"
    settings = ThingsSettings(database_url=url, kafka_bootstrap="none", identity_issuer=identity.issuer)
    app = create_app(settings, title="Things", routers=[router], problems=PROBLEMS)
    headers = identity.headers("reporter-solsikken")
    async with api_client(app) as client:
        assert (await client.get("/health/ready")).status_code == 503
        answer = await client.post("/things/a", json={"value": "x"}, headers=headers)
        assert (answer.status_code, slug(answer)) == (503, "unavailable")


async def test_a_transaction_that_meets_others_again_and_again_is_committed_once(
    client: httpx2.AsyncClient, scalar: Any
) -> None:
    answer = await client.post("/crowded/a")
    assert (answer.status_code, answer.json()) == (200, 8)
    assert await scalar("SELECT count(*) FROM outbox") == 1
    assert await scalar("SELECT sequence FROM things WHERE id = 'a'") == 1


async def test_who_finds_no_way_through_is_told_to_come_back(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, scalar: Any
) -> None:
    monkeypatch.setattr("chassis.database.RETRY_SECONDS", 0)
    answer = await client.post("/crowded/a")
    assert (answer.status_code, slug(answer), answer.headers["retry-after"]) == (503, "unavailable", "5")
    assert await scalar("SELECT count(*) FROM outbox") == 0


async def test_nothing_is_stored_from_which_a_command_can_be_guessed(
    client: httpx2.AsyncClient, identity: Any, scalar: Any
) -> None:
    body = json.dumps({"value": "0101901234"}).encode()
    headers = identity.headers("reporter-solsikken") | {"Idempotency-Key": "k1", "Content-Type": "application/json"}
    assert (await client.post("/things/a", content=body, headers=headers)).status_code == 201
    stored = await scalar("SELECT request_hash FROM idempotency")
    plain = [hashlib.new(name, body).hexdigest() for name in ("md5", "sha1", "sha256", "sha512")]
    assert stored not in [*plain, *(hmac.digest(b"", body, name).hex() for name in ("sha256", "sha512"))]
    assert (await client.post("/things/a", content=body, headers=headers)).status_code == 201
