"""Following, and what nobody follows (R21 to R25), and everything that is refused."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import Database
from devstack.in_process import emitted
from services.notification.tests.factories import (
    BLOMSTERENGEN,
    SOLSIKKEN,
    VALMUEN,
    VIOLEN,
    Client,
    follow,
    handle,
    opened,
    public,
)


async def unfollowed(client: Client, token: str) -> list[str]:
    async with client(token) as api:
        answer = await api.get("/v1/unfollowed")
    assert answer.status_code == 200
    assert answer.json()["total"] == len(answer.json()["items"])
    return [item["name"] for item in answer.json()["items"]]


@pytest.mark.usefixtures("three_tilbud")
async def test_r24_dorthe_follows_solsikken_and_nobody_follows_valmuen(client: Client, identity: Any) -> None:
    dorthe = identity.token("reporter-solsikken")
    await follow(client, dorthe, SOLSIKKEN)
    assert await unfollowed(client, dorthe) == ["Valmuen"]
    assert await unfollowed(client, identity.token("reporter-valmuen")) == ["Valmuen"]


@pytest.mark.usefixtures("three_tilbud")
async def test_r25_rasmus_follows_violen_and_valmuen_so_a_colleague_sees_neither(client: Client, identity: Any) -> None:
    await follow(client, identity.token("officer-nord-a"), VIOLEN, VALMUEN)
    assert await unfollowed(client, identity.token("officer-nord-b")) == ["Solsikken"]


@pytest.mark.usefixtures("three_tilbud")
async def test_r22_the_two_sides_are_counted_apart(client: Client, identity: Any) -> None:
    await follow(client, identity.token("officer-nord-a"), SOLSIKKEN, VALMUEN, VIOLEN)
    assert await unfollowed(client, identity.token("reporter-solsikken")) == ["Solsikken", "Valmuen"]
    assert await unfollowed(client, identity.token("officer-nord-basic")) == []
    assert await unfollowed(client, identity.token("officer-syd")) == []


async def test_r21_several_follow_and_each_unfollows_alone(
    three_tilbud: Database, client: Client, identity: Any
) -> None:
    dorthe, joergen = identity.token("reporter-solsikken"), identity.token("reporter-valmuen")
    await follow(client, dorthe, SOLSIKKEN)
    await follow(client, joergen, SOLSIKKEN)
    async with client(dorthe) as api:
        assert (await api.delete(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 204
        assert (await api.delete(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 204
        assert (await api.get("/v1/follows")).json()["items"] == []
    async with client(joergen) as api:
        items = (await api.get("/v1/follows")).json()["items"]
    assert [(item["kind"], item["id"], item["name"]) for item in items] == [("tilbud", SOLSIKKEN, "Solsikken")]
    told = [json.loads(row["value"]) for row in await emitted(three_tilbud)]
    assert [(event["version"], len(event["followers"])) for event in told] == [(1, 1), (2, 2), (3, 1)]
    assert told[-1]["followers"][0]["organisation"] == f"cvr:{BLOMSTERENGEN}"


async def test_following_twice_changes_and_tells_nothing(three_tilbud: Database, client: Client, identity: Any) -> None:
    await follow(client, identity.token("reporter-solsikken"), SOLSIKKEN, SOLSIKKEN)
    (event,) = await emitted(three_tilbud)
    assert (event["topic"], event["key"], event["sequence"]) == ("notification.follows.v1", SOLSIKKEN, 1)


async def test_who_changes_sides_is_counted_on_the_new_one(
    three_tilbud: Database, client: Client, identity: Any
) -> None:
    await follow(client, identity.token("officer-nord-a"), SOLSIKKEN)
    await follow(client, identity.token("officer-nord-a", rights=[], cvr=BLOMSTERENGEN), SOLSIKKEN)
    last = json.loads((await emitted(three_tilbud))[-1]["value"])
    assert [each["organisation"] for each in last["followers"]] == [f"cvr:{BLOMSTERENGEN}"]


async def test_what_is_not_public_can_be_followed_only_by_those_who_have_to_do_with_it(
    three_tilbud: Database, client: Client, identity: Any
) -> None:
    outsiders = [identity.token(name) for name in ("reporter-other", "officer-syd", "caseworker-aalborg", "family-own")]
    for token in outsiders:
        await follow(client, token, SOLSIKKEN, status=404)
        async with client(token) as api:
            assert (await api.delete(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 404
    await handle(three_tilbud, opened(authority="socialtilsyn-syd"))
    await follow(client, identity.token("officer-syd"), SOLSIKKEN)
    await handle(three_tilbud, public())
    for token in outsiders:
        await follow(client, token, SOLSIKKEN)


async def test_when_no_event_can_tell_of_one_more_nobody_more_follows(
    three_tilbud: Database, client: Client, identity: Any
) -> None:
    crowd = """INSERT INTO follows (tilbud_id, sub, organisation, followed_at)
        SELECT :tilbud, 'somebody-with-a-long-name-' || number, 'authority:socialtilsyn-hovedstaden', now()
        FROM generate_series(1, 12000) number"""
    await follow(client, identity.token("reporter-solsikken"), SOLSIKKEN)
    async with three_tilbud.begin() as session:
        await session.execute(text(crowd), {"tilbud": SOLSIKKEN})
    await follow(client, identity.token("officer-nord-a"), SOLSIKKEN, status=409)
    async with three_tilbud.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM follows")) == 12_001


@pytest.mark.usefixtures("three_tilbud")
async def test_a_system_is_no_employee_of_the_operator(client: Client, identity: Any) -> None:
    for authority, status in (("socialtilsyn-syd", 404), ("socialtilsyn-nord", 200)):
        token = identity.token("reporter-solsikken", rights=[f"tilsyn.publish:{authority}"])
        await follow(client, token, SOLSIKKEN, status=status)


@pytest.mark.usefixtures("three_tilbud")
async def test_lists_come_in_pages(client: Client, identity: Any) -> None:
    await follow(client, identity.token("officer-nord-a"), VIOLEN, SOLSIKKEN, VALMUEN)
    async with client(identity.token("officer-nord-a")) as api:
        first = (await api.get("/v1/follows?limit=2")).json()
        second = (await api.get("/v1/follows", params={"limit": 2, "cursor": first["next"]})).json()
        wrong = await api.get("/v1/follows?cursor=abc")
    assert [item["id"] for item in first["items"]] == [SOLSIKKEN, VALMUEN]
    assert [item["id"] for item in second["items"]] == [VIOLEN]
    assert second["next"] is None
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/v1/follows/tilbud/CRV-1", 404),
        ("DELETE", "/v1/follows/tilbud/CRV-1", 404),
        ("PUT", f"/v1/follows/tilbud/{'x' * 201}", 422),
        ("PUT", "/v1/follows/plejefamilie/P-1", 404),
        ("PUT", "/v1/follows/tilbud/%00", 400),
        ("GET", "/v1/unfollowed?limit=0", 422),
        ("GET", "/v1/unfollowed?limit=101", 422),
        ("GET", "/v1/follows?who=all", 422),
        ("POST", "/v1/follows", 405),
    ],
)
async def test_what_there_is_not(client: Client, identity: Any, method: str, path: str, status: int) -> None:
    async with client(identity.token("officer-nord-a")) as api:
        answer = await api.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
