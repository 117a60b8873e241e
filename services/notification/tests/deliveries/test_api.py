"""What was delivered, as far as each caller may know of it."""

from typing import Any

import pytest

from chassis.database import Database
from services.notification.tests.factories import (
    SOLSIKKEN,
    Client,
    created,
    follow,
    handle,
    mails,
    opened,
    returned,
)

EMPTY: dict[str, object] = {"items": [], "next": None}


async def test_deliveries_show_the_own_organisation_only_and_no_address_of_others(
    three_tilbud: Database, client: Client, identity: Any
) -> None:
    await follow(client, identity.token("reporter-solsikken"), SOLSIKKEN)
    await follow(client, identity.token("officer-nord-a"), SOLSIKKEN)
    await handle(three_tilbud, opened(), returned())
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
    assert len(seen["national-operator"]) == len(await mails(three_tilbud, tilbud_id=SOLSIKKEN)) == 6


async def test_deliveries_of_a_tilbud_whose_authority_is_not_known_yet_are_nobody_elses(
    database: Database, client: Client, identity: Any
) -> None:
    await handle(database, created())
    seen = {}
    for persona in ("reporter-valmuen", "reporter-other", "no-tilbud", "officer-syd"):
        async with client(identity.token(persona)) as api:
            seen[persona] = len((await api.get(f"/v1/deliveries?about={SOLSIKKEN}")).json()["items"])
    assert seen.pop("reporter-valmuen") > 0
    assert set(seen.values()) == {0}


@pytest.mark.usefixtures("three_tilbud")
async def test_deliveries_come_in_pages(client: Client, identity: Any) -> None:
    async with client(identity.token("reporter-valmuen")) as api:
        first = (await api.get(f"/v1/deliveries?about={SOLSIKKEN}&limit=1")).json()
        second = (await api.get("/v1/deliveries", params={"about": SOLSIKKEN, "cursor": first["next"]})).json()
    assert [item["role"] for item in first["items"] + second["items"]] == ["leader", "contact"]
    assert second["next"] is None


async def test_the_authority_of_another_tilbud_gets_nothing(
    three_tilbud: Database, client: Client, identity: Any
) -> None:
    await handle(three_tilbud, returned())
    async with client(identity.token("officer-syd")) as api:
        answer = await api.get(f"/v1/deliveries?about={SOLSIKKEN}")
    assert answer.json() == {**EMPTY, "total": None}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/deliveries", 422),
        ("GET", f"/v1/deliveries?about={'x' * 201}", 422),
    ],
)
async def test_what_there_is_not(client: Client, identity: Any, method: str, path: str, status: int) -> None:
    async with client(identity.token("officer-nord-a")) as api:
        answer = await api.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
