"""HTTP as its standards say, once for every service: methods, conditions, codings, media types, other sites' pages."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.database import Database
from devstack.in_process import api_client
from tests.support.things import PROBLEMS, ThingsSettings
from web.app import create_app
from web.auth import holding, public, signed_in
from web.etags import IfMatch, etag, require_match

TAG = etag("a", 1)
MANY = "x" * 5_000
streamed: list[int] = []


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    value: str = Field(max_length=100)


reads = APIRouter(dependencies=[Depends(public)])
writes = APIRouter(dependencies=[Depends(signed_in)])


@reads.get("/things/{thing_id}")
async def read(thing_id: str, response: Response, size: Annotated[int, Query(ge=0)] = 0) -> dict[str, str]:
    response.headers["ETag"] = TAG
    return {"id": thing_id, "text": MANY[:size]}


@reads.get("/endless")
async def endless() -> StreamingResponse:
    async def numbers() -> AsyncIterator[bytes]:
        while True:
            streamed.append(1)
            yield b"1\n" * 1_000
            await asyncio.sleep(0)

    return StreamingResponse(numbers(), media_type="application/x-ndjson")


@reads.post("/raw")
async def raw(request: Request) -> dict[str, int]:
    return {"length": len(await request.body())}


@writes.put("/things/{thing_id}")
async def write(thing_id: str, body: Body, if_match: IfMatch = None) -> Body:
    require_match(if_match, etag(thing_id, 1))
    return body


@writes.delete("/things/{thing_id}")
async def remove(thing_id: str) -> str:
    return thing_id


@writes.get("/private")
async def private(response: Response) -> dict[str, str]:
    response.headers["ETag"] = TAG
    return {}


@pytest.fixture
async def client(database: Database, identity: Any) -> AsyncIterator[httpx2.AsyncClient]:
    settings = ThingsSettings(
        environment="development", database_url=database.url, kafka_bootstrap="none", identity_issuer=identity.issuer
    )
    app = create_app(settings, title="Things", routers=[reads, writes], problems=PROBLEMS, database=database)
    async with api_client(app) as opened:
        opened.headers.pop("accept-encoding", None)
        yield opened


@pytest.fixture
def signed(identity: Any) -> dict[str, str]:
    headers: dict[str, str] = identity.headers("officer-nord-a")
    return headers


PLACES = ["/things/a", "/things/a?size=4000", "/nowhere", "/docs", "/openapi.json", "/health/live", "/things/a?size=-1"]


@pytest.mark.parametrize("place", PLACES)
async def test_head_says_what_get_says_without_its_content(client: httpx2.AsyncClient, place: str) -> None:
    whole, head = await client.get(place), await client.head(place)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize(
    "size", ["1.000", "1_0", "1.0", "+18", " 18", "1,000", "1 000", "1'000", "\u0661\u0662", "1\u00a0000"]
)
async def test_a_number_that_could_be_two_is_asked_about(client: httpx2.AsyncClient, size: str) -> None:
    refused = await client.get("/things/a", params={"size": size})
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert (error["parameter"], error["code"]) == ("size", "ambiguous-number")


async def test_a_number_of_digits_alone_is_taken(client: httpx2.AsyncClient) -> None:
    assert len((await client.get("/things/a", params={"size": "0010"})).json()["text"]) == 10


async def test_whatever_a_caller_calls_its_method_it_makes_no_new_series(client: httpx2.AsyncClient) -> None:
    for number in range(20):
        await client.request(f"M{number}", "/things/a")
    await client.head("/things/a")
    shown = (await client.get("/metrics")).text
    assert 'method="other",route="/things/{thing_id}",status="405"' in shown
    assert 'method="GET",route="/things/{thing_id}",status="200"' in shown
    assert 'method="M' not in shown


async def test_head_of_what_never_ends_ends(client: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(5):
        head = await client.head("/endless")
    assert (head.status_code, head.content) == (200, b"")
    made = len(streamed)
    await asyncio.sleep(0.05)
    assert len(streamed) == made


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/things/a", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("/raw", "OPTIONS, POST"),
        ("/private", "GET, HEAD, OPTIONS"),
    ],
)
async def test_what_an_address_answers_is_told_whole(client: httpx2.AsyncClient, path: str, methods: str) -> None:
    for method in ("PATCH", "BREW"):
        refused = await client.request(method, path)
        assert (refused.status_code, refused.headers["allow"]) == (405, methods)
        assert refused.headers["content-type"] == "application/problem+json"
    options = await client.options(path)
    assert (options.status_code, options.headers["allow"]) == (204, methods)


async def test_an_address_that_leads_nowhere_has_no_options(client: httpx2.AsyncClient) -> None:
    assert (await client.options("/nowhere")).status_code == 404


def preflight(method: str) -> dict[str, str]:
    return {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": method}


async def test_pages_of_other_sites_read_what_is_public_and_nothing_else(
    client: httpx2.AsyncClient, signed: dict[str, str]
) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    for path in ("/things/a", "/things/a?size=-1", "/things/a?unknown=1"):
        answer = await client.get(path, headers=origin)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert {"etag", "retry-after", "feed-position"} <= {
            name.strip().lower() for name in answer.headers["access-control-expose-headers"].split(",")
        }
    asked = await client.options("/things/a", headers=preflight("GET"))
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD"
    for path, method in (("/private", "GET"), ("/raw", "POST")):
        assert "access-control-allow-origin" not in (await client.options(path, headers=preflight(method))).headers
    assert "access-control-allow-origin" not in (await client.get("/private", headers=signed | origin)).headers
    put = await client.put("/things/a", json={"value": "x"}, headers=signed | origin | {"If-Match": "*"})
    assert (put.status_code, "access-control-allow-origin" in put.headers) == (200, False)


async def test_private_answers_are_kept_by_no_cache(client: httpx2.AsyncClient, signed: dict[str, str]) -> None:
    assert (await client.get("/private", headers=signed)).headers["cache-control"] == "no-store"
    assert (await client.get("/private")).headers["cache-control"] == "no-store"
    assert "cache-control" not in (await client.get("/things/a")).headers


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/merge-patch+json", 200),
        ("text/plain", 415),
        ("text/json", 415),
        ("application/xml", 415),
        ("application/x-www-form-urlencoded", 415),
        ("jsonp/x", 415),
        ("", 415),
    ],
)
async def test_a_body_of_another_type_is_415(
    client: httpx2.AsyncClient, signed: dict[str, str], media_type: str, status: int
) -> None:
    headers = signed | {"If-Match": "*", "Content-Type": media_type}
    answer = await client.put("/things/a", content=b'{"value": "x"}', headers=headers)
    assert answer.status_code == status
    if status == 415:
        assert answer.headers["accept"] == "application/json"


@pytest.mark.parametrize(("media_type", "content"), [("text/csv", b"x,y"), ("application/x-ndjson", b"{}\n{}\n")])
async def test_a_route_that_reads_the_body_itself_decides_itself(
    client: httpx2.AsyncClient, media_type: str, content: bytes
) -> None:
    answer = await client.post("/raw", content=content, headers={"Content-Type": media_type})
    assert answer.json() == {"length": len(content)}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("br, gzip;q=0.5", "gzip"), ("identity", None), ("", None), ("gzip;q=0", None), ("br", None)],
)
async def test_long_answers_are_packed_for_who_takes_them(
    client: httpx2.AsyncClient, accepted: str, coding: str | None
) -> None:
    answer = await client.get("/things/a?size=4000", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == coding
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert answer.json()["text"] == MANY[:4000]
    assert answer.headers["etag"] == TAG
    short = await client.get("/things/a", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in short.headers


PACKED = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
VALUE = b'{"value": "x"}'


@pytest.mark.parametrize(
    "content",
    [gzip.compress(VALUE), gzip.compress(VALUE[:4]) + gzip.compress(VALUE[4:]), VALUE],
    ids=["one", "two", "none"],
)
async def test_a_packed_body_is_unpacked(client: httpx2.AsyncClient, signed: dict[str, str], content: bytes) -> None:
    coding = "gzip" if content != VALUE else "identity"
    headers = signed | PACKED | {"If-Match": "*", "Content-Encoding": coding}
    answer = await client.put("/things/a", content=content, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"value": "x"})


@pytest.mark.parametrize(
    ("content", "coding", "status"),
    [
        (gzip.compress(b" " * 50_000_000), "gzip", 413),
        (gzip.compress(b"[" * 2_000_000), "gzip", 400),
        (gzip.compress(VALUE)[:-9], "gzip", 400),
        (VALUE, "gzip", 400),
        (zlib.compress(VALUE), "gzip", 400),
        (gzip.compress(VALUE) + b"rest", "gzip", 400),
        (VALUE, "br", 415),
        (VALUE, "gzip, gzip", 415),
        (gzip.compress(b'{"value": "\\u0000"}'), "gzip", 422),
    ],
    ids=["bomb", "depth", "cut", "plain", "zlib", "rest", "br", "twice", "nul"],
)
async def test_a_packed_body_that_cannot_be_used_is_refused(
    client: httpx2.AsyncClient, signed: dict[str, str], content: bytes, coding: str, status: int
) -> None:
    headers = signed | PACKED | {"If-Match": "*", "Content-Encoding": coding}
    answer = await client.put("/things/a", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    if status == 415:
        assert answer.headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("condition", "value", "status"),
    [
        ("If-None-Match", TAG, 304),
        ("If-None-Match", f'"other", W/{TAG}', 304),
        ("If-None-Match", "*", 304),
        ("If-None-Match", '"other"', 200),
        ("If-Match", TAG, 200),
        ("If-Match", "*", 200),
        ("If-Match", '"other"', 412),
        ("If-Match", f"W/{TAG}", 412),
    ],
)
@pytest.mark.parametrize("path", ["/things/a", "/private"])
async def test_a_read_may_have_conditions(
    client: httpx2.AsyncClient, signed: dict[str, str], path: str, condition: str, value: str, status: int
) -> None:
    for method in ("GET", "HEAD"):
        answer = await client.request(method, path, headers=signed | {condition: value})
        assert answer.status_code == status
        if status == 304:
            assert (answer.content, answer.headers["etag"]) == (b"", TAG)


CHANGED_ON_THE_WAY = [f"W/{TAG}", f'W/{TAG[:-1]}-gzip"', *(f'{TAG[:-1]}{joint}gzip"' for joint in "-;:")]


@pytest.mark.parametrize("tag", CHANGED_ON_THE_WAY)
async def test_who_sends_an_etag_that_a_proxy_changed_is_told_so(
    client: httpx2.AsyncClient, signed: dict[str, str], tag: str
) -> None:
    answer = await client.put("/things/a", json={"value": "x"}, headers=signed | {"If-Match": tag})
    assert answer.status_code == 412
    assert "proxy" in answer.json()["detail"]
    stale = await client.put("/things/a", json={"value": "x"}, headers=signed | {"If-Match": '"old"'})
    assert "proxy" not in stale.json()["detail"]


@pytest.mark.parametrize(("token", "challenge"), [(None, "Bearer"), ("abc", 'Bearer error="invalid_token"')])
async def test_who_is_not_let_in_is_told_why(client: httpx2.AsyncClient, token: str | None, challenge: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = await client.get("/private", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)


@pytest.mark.parametrize("path", ["/things/a/", "/private/", "/docs/"])
async def test_a_slash_too_many_leads_to_no_other_host(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Host": "elsewhere.example"})
    assert (answer.status_code, "location" in answer.headers) == (404, False)


async def test_the_documentation_loads_nothing_from_elsewhere(client: httpx2.AsyncClient) -> None:
    page = await client.get("/docs")
    assert "PUT /things/{thing_id}" in page.text
    assert "<script" not in page.text
    assert "http" not in page.text.replace('"/openapi.json"', "")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await client.get("/redoc")).status_code == 404


router_of_a_low_level = APIRouter()


@router_of_a_low_level.get("/decide", dependencies=[Depends(holding("tilbud.approve"))])
async def decide() -> dict[str, str]:
    return {}


@pytest.mark.parametrize(("level", "status"), [("low", 403), ("", 403), ("substantial", 200), ("high", 200)])
async def test_decisions_and_personal_data_ask_for_a_sure_sign_in(
    database: Database, identity: Any, level: str, status: int
) -> None:
    settings = ThingsSettings(
        environment="development", database_url=database.url, kafka_bootstrap="none", identity_issuer=identity.issuer
    )
    routers = [router_of_a_low_level, writes]
    app = create_app(settings, title="Things", routers=routers, problems=PROBLEMS, database=database)
    async with api_client(app, identity.token("officer-nord-a", loa=level)) as opened:
        assert (await opened.get("/decide")).status_code == status
        assert (await opened.get("/private")).status_code == status
