"""Following, what nobody follows, preferences, deliveries: rows 21–25 and everything that is refused."""

import json
from typing import Any

import pytest
from flowers import (
    BLOMSTERENGEN,
    HAVBLIK,
    SOLSIKKEN,
    VALMUEN,
    VIOLEN,
    Client,
    assigned,
    created,
    mails,
    opened,
    public,
    returned,
    take,
)

from chassis.database import Database
from chassis.testing import emitted

EMPTY: dict[str, object] = {"items": [], "next": None}


@pytest.fixture
async def flowers(database: Database) -> Database:
    """Solsikken and Valmuen of Blomsterengen, Violen of Havblik, all at Socialtilsyn Nord."""
    for tilbud, cvr in ((SOLSIKKEN, BLOMSTERENGEN), (VALMUEN, BLOMSTERENGEN), (VIOLEN, HAVBLIK)):
        await take(database, created(tilbud, cvr), assigned(tilbud))
    return database


async def unfollowed(client: Client, token: str) -> list[str]:
    async with client(token) as api:
        answer = await api.get("/v1/unfollowed")
    assert answer.status_code == 200
    assert answer.json()["total"] == len(answer.json()["items"])
    return [item["name"] for item in answer.json()["items"]]


async def follow(client: Client, token: str, *tilbud: str, status: int = 200) -> None:
    async with client(token) as api:
        for each in tilbud:
            assert (await api.put(f"/v1/follows/tilbud/{each}")).status_code == status


@pytest.mark.usefixtures("flowers")
async def test_row_24_dorthe_follows_solsikken_and_nobody_follows_valmuen(client: Client, identity: Any) -> None:
    dorthe = identity.token("reporter-solsikken")
    await follow(client, dorthe, SOLSIKKEN)
    assert await unfollowed(client, dorthe) == ["Valmuen"]
    assert await unfollowed(client, identity.token("reporter-valmuen")) == ["Valmuen"]


@pytest.mark.usefixtures("flowers")
async def test_row_25_rasmus_follows_violen_and_valmuen_so_a_colleague_sees_neither(
    client: Client, identity: Any
) -> None:
    await follow(client, identity.token("officer-nord-a"), VIOLEN, VALMUEN)
    assert await unfollowed(client, identity.token("officer-nord-b")) == ["Solsikken"]


@pytest.mark.usefixtures("flowers")
async def test_row_22_the_two_sides_are_counted_apart(client: Client, identity: Any) -> None:
    await follow(client, identity.token("officer-nord-a"), SOLSIKKEN, VALMUEN, VIOLEN)
    assert await unfollowed(client, identity.token("reporter-solsikken")) == ["Solsikken", "Valmuen"]
    assert await unfollowed(client, identity.token("officer-nord-basic")) == []
    assert await unfollowed(client, identity.token("officer-syd")) == []


async def test_row_21_several_follow_and_each_unfollows_alone(flowers: Database, client: Client, identity: Any) -> None:
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
    told = [json.loads(row["value"]) for row in await emitted(flowers)]
    assert [(event["version"], len(event["followers"])) for event in told] == [(1, 1), (2, 2), (3, 1)]
    assert told[-1]["followers"][0]["organisation"] == f"cvr:{BLOMSTERENGEN}"


async def test_following_twice_changes_and_tells_nothing(flowers: Database, client: Client, identity: Any) -> None:
    await follow(client, identity.token("reporter-solsikken"), SOLSIKKEN, SOLSIKKEN)
    (event,) = await emitted(flowers)
    assert (event["topic"], event["key"], event["sequence"]) == ("notification.follows.v1", SOLSIKKEN, 1)


async def test_who_changes_sides_is_counted_on_the_new_one(flowers: Database, client: Client, identity: Any) -> None:
    await follow(client, identity.token("officer-nord-a"), SOLSIKKEN)
    await follow(client, identity.token("officer-nord-a", rights=[], cvr=BLOMSTERENGEN), SOLSIKKEN)
    last = json.loads((await emitted(flowers))[-1]["value"])
    assert [each["organisation"] for each in last["followers"]] == [f"cvr:{BLOMSTERENGEN}"]


async def test_what_is_not_public_can_be_followed_only_by_those_who_have_to_do_with_it(
    flowers: Database, client: Client, identity: Any
) -> None:
    outsiders = [identity.token(name) for name in ("reporter-other", "officer-syd", "caseworker-aalborg", "family-own")]
    for token in outsiders:
        await follow(client, token, SOLSIKKEN, status=404)
        async with client(token) as api:
            assert (await api.delete(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 404
    await take(flowers, opened(authority="socialtilsyn-syd"))
    await follow(client, identity.token("officer-syd"), SOLSIKKEN)
    await take(flowers, public())
    for token in outsiders:
        await follow(client, token, SOLSIKKEN)


@pytest.mark.usefixtures("flowers")
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


async def test_preferences_start_with_the_address_of_the_sign_in(client: Client, identity: Any) -> None:
    async with client(identity.token("reporter-solsikken")) as api:
        answer = await api.get("/v1/preferences")
    body = answer.json()
    assert body["email"] == "dorthe@blomsterengen.example"
    assert body["own_email"] is None
    assert set(body["mails"].values()) == {True}
    assert "tilbud-created" not in body["mails"]


async def test_preferences_are_changed_by_who_has_seen_them(client: Client, identity: Any) -> None:
    change = {"own_email": "dorthe@privat.example", "mails": {"tilsyn-published": False}}
    async with client(identity.token("reporter-solsikken")) as api:
        tag = (await api.get("/v1/preferences")).headers["etag"]
        assert (await api.put("/v1/preferences", json=change)).status_code == 428
        done = await api.put("/v1/preferences", json=change, headers={"If-Match": tag})
        stale = await api.put("/v1/preferences", json=change, headers={"If-Match": tag})
        again = await api.get("/v1/preferences")
    assert done.status_code == 200
    assert done.json()["email"] == "dorthe@privat.example"
    assert done.json()["mails"]["tilsyn-published"] is False
    assert done.json()["mails"]["case-returned"] is True
    assert stale.status_code == 412
    assert again.json() == done.json()
    assert again.headers["etag"] == done.headers["etag"] != tag


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"own_email": "dorthe"}, "/own_email"),
        ({"own_email": "a@b.example\r\nBcc: all@b.example"}, "/own_email"),
        ({"own_email": f"{'a' * 64}@{'b' * 300}.example"}, "/own_email"),
        ({"mails": {"tilbud-created": False}}, "/mails/tilbud-created"),
        ({"mails": {"weather": False}}, "/mails/weather"),
        ({"mails": {"case-opened": "perhaps"}}, "/mails/case-opened"),
        ({"unknown": 1}, "/unknown"),
    ],
)
async def test_preferences_that_make_no_sense(
    client: Client, identity: Any, change: dict[str, Any], pointer: str
) -> None:
    async with client(identity.token("reporter-solsikken")) as api:
        tag = (await api.get("/v1/preferences")).headers["etag"]
        answer = await api.put("/v1/preferences", json=change, headers={"If-Match": tag})
    assert answer.status_code == 422
    assert any(error["pointer"].startswith(pointer) for error in answer.json()["errors"])
    assert "Bcc" not in answer.text


async def test_deliveries_show_the_own_organisation_only_and_no_address_of_others(
    flowers: Database, client: Client, identity: Any
) -> None:
    await follow(client, identity.token("reporter-solsikken"), SOLSIKKEN)
    await follow(client, identity.token("officer-nord-a"), SOLSIKKEN)
    await take(flowers, opened(), returned())
    seen: dict[str, list[tuple[str, str, Any]]] = {}
    for persona in ("reporter-valmuen", "reporter-solsikken", "officer-nord-a", "reporter-other", "national-operator"):
        async with client(identity.token(persona)) as api:
            items = (await api.get(f"/v1/deliveries?about={SOLSIKKEN}")).json()["items"]
        seen[persona] = sorted((item["kind"], item["role"], item["to"]) for item in items)
        assert {item["state"] for item in items} <= {"owed"}
    own = ("case-returned", "follower", "dorthe@blomsterengen.example")
    assert len(seen["reporter-valmuen"]) == 5
    assert {to for _, _, to in seen["reporter-valmuen"]} == {None}
    assert own in seen["reporter-solsikken"]
    assert ("case-opened", "follower", "rasmus@nord.example") in seen["officer-nord-a"]
    assert ("tilbud-created", "leader", None) in seen["officer-nord-a"]
    assert not [kind for kind, role, _ in seen["officer-nord-a"] if kind == "case-returned" and role == "follower"]
    assert seen["reporter-other"] == []
    assert len(seen["national-operator"]) == len(await mails(flowers, tilbud_id=SOLSIKKEN)) == 6


async def test_deliveries_of_a_tilbud_whose_authority_is_not_known_yet_are_nobody_elses(
    database: Database, client: Client, identity: Any
) -> None:
    await take(database, created())
    seen = {}
    for persona in ("reporter-valmuen", "reporter-other", "no-tilbud", "officer-syd"):
        async with client(identity.token(persona)) as api:
            seen[persona] = len((await api.get(f"/v1/deliveries?about={SOLSIKKEN}")).json()["items"])
    assert seen.pop("reporter-valmuen") > 0
    assert set(seen.values()) == {0}


@pytest.mark.usefixtures("flowers")
async def test_deliveries_come_in_pages(client: Client, identity: Any) -> None:
    async with client(identity.token("reporter-valmuen")) as api:
        first = (await api.get(f"/v1/deliveries?about={SOLSIKKEN}&limit=1")).json()
        second = (await api.get("/v1/deliveries", params={"about": SOLSIKKEN, "cursor": first["next"]})).json()
    assert [item["role"] for item in first["items"] + second["items"]] == ["leader", "contact"]
    assert second["next"] is None


ROUTES = [
    ("PUT", f"/v1/follows/tilbud/{SOLSIKKEN}"),
    ("DELETE", f"/v1/follows/tilbud/{SOLSIKKEN}"),
    ("GET", "/v1/follows"),
    ("GET", "/v1/unfollowed"),
    ("GET", "/v1/preferences"),
    ("PUT", "/v1/preferences"),
    ("GET", f"/v1/deliveries?about={SOLSIKKEN}"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_nobody_gets_in_without_a_token_of_ours(client: Client, identity: Any, method: str, path: str) -> None:
    for token in (None, "nonsense", identity.foreign_token("reporter-solsikken")):
        async with client(token) as api:
            answer = await api.request(method, path)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/v1/follows/tilbud/CRV-1", 404),
        ("DELETE", "/v1/follows/tilbud/CRV-1", 404),
        ("PUT", f"/v1/follows/tilbud/{'x' * 201}", 422),
        ("PUT", "/v1/follows/plejefamilie/P-1", 404),
        ("PUT", "/v1/follows/tilbud/%00", 400),
        ("GET", "/v1/deliveries", 422),
        ("GET", f"/v1/deliveries?about={'x' * 201}", 422),
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


async def test_the_authority_of_another_tilbud_gets_nothing(flowers: Database, client: Client, identity: Any) -> None:
    await take(flowers, returned())
    async with client(identity.token("officer-syd")) as api:
        answer = await api.get(f"/v1/deliveries?about={SOLSIKKEN}")
    assert answer.json() == {**EMPTY, "total": None}
