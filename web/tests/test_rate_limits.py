"""How often one caller may ask: it is told, and no other caller notices."""

import time
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, Depends

from chassis.database import Database
from tests.support.things import PROBLEMS, ThingsSettings
from web import rate_limits
from web.app import create_app
from web.auth import public, signed_in
from web.rate_limits import RateLimiter, origin_of

router = APIRouter()


@router.get("/open", dependencies=[Depends(public)])
async def open_route() -> bool:
    return True


@router.get("/closed", dependencies=[Depends(signed_in)])
async def closed_route() -> bool:
    return True


def app_of(database: Database, issuer: str, **given: Any) -> Any:
    settings = ThingsSettings(
        database_url=database.url, kafka_bootstrap="none", identity_issuer=issuer, rate_limit_burst=5, **given
    )
    return create_app(settings, title="Things", routers=[router], problems=PROBLEMS, database=database)


async def ask(app: Any, address: str, path: str = "/open", headers: dict[str, str] | None = None) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=app, client=(address, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:
        return await client.get(path, headers=headers)


async def test_who_asks_too_often_is_told_when_to_come_back_and_no_other_is(database: Database) -> None:
    app = app_of(database, "http://x", rate_limit_per_second=0.5)
    answers = [await ask(app, "198.51.100.7") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0", "0"]
    assert {answer.headers["ratelimit-limit"] for answer in answers} == {"5"}
    assert 9 <= int(answers[-1].headers["ratelimit-reset"]) <= 10
    assert answers[-1].headers["retry-after"] == "2"
    assert answers[-1].json()["type"].endswith("/too-many-requests")
    assert answers[-1].headers["access-control-allow-origin"] == "*"
    assert (await ask(app, "198.51.100.8")).status_code == 200
    assert (await ask(app, "198.51.100.7", "/health/live")).status_code == 200


async def test_a_caller_that_signed_in_is_one_wherever_it_asks_from(database: Database, identity: Any) -> None:
    app = app_of(database, identity.issuer, rate_limit_per_second=0.1)
    mine, other = identity.headers("officer-nord-a"), identity.headers("officer-syd")
    for number in range(5):
        assert (await ask(app, f"198.51.100.{number}", "/closed", mine)).status_code == 200
    assert (await ask(app, "198.51.100.9", "/closed", mine)).status_code == 429
    assert (await ask(app, "198.51.100.9", "/closed", other)).status_code == 200


async def test_bad_tokens_are_counted_by_their_address(database: Database, identity: Any) -> None:
    app = app_of(database, identity.issuer, rate_limit_per_second=0.1)
    for number in range(6):
        answer = await ask(app, "198.51.100.7", "/closed", {"Authorization": f"Bearer a.{number}.c"})
    assert answer.status_code == 429
    assert (await ask(app, "198.51.100.7", "/closed", identity.headers("officer-syd"))).status_code == 200


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("127.0.0.1", {"environment": "development"}),
        ("::1", {"environment": "development"}),
        ("10.1.2.3", {"rate_limit_exempt": "10.0.0.0/8, fd00::/8"}),
        ("127.0.0.1", {"environment": "development", "rate_limit_exempt": "127.0.0.1"}),
        ("198.51.100.7", {"rate_limit_per_second": 0}),
    ],
)
async def test_who_is_not_counted_is_told_no_limit(database: Database, address: str, given: dict[str, Any]) -> None:
    app = app_of(database, "http://x", **{"rate_limit_per_second": 0.1, **given})
    answers = [await ask(app, address) for _ in range(8)]
    assert {answer.status_code for answer in answers} == {200}
    assert not any(name.startswith("ratelimit") for answer in answers for name in answer.headers)


def test_a_bucket_fills_again_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    limiter = RateLimiter(2, 4)
    assert [limiter.take("a").exceeded for _ in range(5)] == [False] * 4 + [True]
    now += 1
    assert [limiter.take("a").exceeded for _ in range(3)] == [False] * 2 + [True]
    now += 3_600
    assert limiter.take("a").remaining == 3


def test_the_memory_of_callers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_CALLERS", 100)
    limiter = RateLimiter(1, 1)
    for number in range(1_000):
        limiter.take(str(number))
    assert len(limiter._buckets) == 100
    assert limiter.take("999").exceeded


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_one_holder_of_ipv6_is_one_caller(address: str, caller: str) -> None:
    assert origin_of(address) == caller


async def test_networks_named_in_development_stand_in_place_of_this_machine(database: Database) -> None:
    settings = {"environment": "development", "rate_limit_exempt": "127.0.0.1", "rate_limit_per_second": 0.1}
    app = app_of(database, "http://x", **settings)
    assert "RateLimit-Limit" in (await ask(app, "127.0.0.2")).headers
