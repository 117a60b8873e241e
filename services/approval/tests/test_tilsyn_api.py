"""Tilsyn over HTTP: read by officers and the operator, created by kommune and region, sent by systems."""

import json
from typing import Any

import pytest

from approval.app import build
from approval.inbound import retry_parked
from chassis.database import Database
from chassis.testing import api_client

TILSYN = "dk.tilsyn.tilsyn.completed.v1"
LIST = "/v1/tilbud/CRV-6324/tilsyn"
EVENTS = "/v1/external/events"


def tilsyn(**other: Any) -> dict[str, Any]:
    return {
        "tilsyn_id": "T/1",
        "tilbud_id": "CRV-6324",
        "version": 1,
        "kind": "announced",
        "visited_on": "2025-11-02",
        "decided_on": "2025-11-20",
        "decision": "approved",
        "intensified": {"from": "2025-11-20", "until": "2026-01-01", "reason": "Uro."},
    } | other


@pytest.fixture
def system(settings: Any, database: Database, identity: Any) -> Any:
    """Open the API as the supervision system of an authority."""
    app = build(settings, database)
    return lambda authority: api_client(app, identity.system_token(authority))


async def send(client: Any, data: Any, *, event_id: str = "e-1", **headers: str) -> Any:
    attributes = {"ce-id": event_id, "ce-source": "/tilsyn.dk", "ce-type": TILSYN, "content-type": "application/json"}
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return await client.post(EVENTS, content=content, headers=attributes | headers)


async def receipt(client: Any, answer: Any) -> Any:
    assert answer.status_code == 202, answer.text
    return await client.get(answer.json()["receipt"])


def slug(answer: Any) -> str:
    return str(answer.json()["type"].rsplit("/", 1)[1])


async def test_a_system_sends_and_officers_and_the_operator_read(story: Any, calling: Any, system: Any) -> None:
    await story.hears(story.created(), story.assigned())
    async with system("socialtilsyn-nord") as client:
        sent = await send(client, tilsyn())
        assert (await receipt(client, sent)).json()["accepted"] is True
        again = await send(client, tilsyn())
        assert again.json() == sent.json()
        assert slug(await send(client, tilsyn(decision="not-approved"))) == "already-handled"
    for persona in ("officer-nord-a", "officer-syd", "officer-region", "reporter-solsikken"):
        async with calling(persona) as client:
            listed = (await client.get(LIST)).json()
            assert [(item["id"], item["latest"]) for item in listed["items"]] == [("T/1", True)]
            shown = (await client.get("/v1/tilsyn/T/1")).json()
            assert shown == listed["items"][0]
            assert shown["intensified"]["from"] == "2025-11-20"
    for persona in ("reporter-other", "no-tilbud", "caseworker-aalborg"):
        async with calling(persona) as client:
            assert (await client.get(LIST)).status_code == 404
            assert (await client.get("/v1/tilsyn/T/1")).status_code == 404


async def test_receipts_are_for_the_own_authority_only(story: Any, calling: Any, system: Any) -> None:
    await story.hears(story.created(), story.assigned())
    async with system("socialtilsyn-nord") as nord, system("socialtilsyn-syd") as syd:
        sent = await send(nord, tilsyn())
        assert (await syd.get(sent.json()["receipt"])).status_code == 404
        foreign = await receipt(syd, await send(syd, tilsyn()))
        assert foreign.json()["problem"]["type"].endswith("/foreign-tilbud")
    async with calling("officer-nord-a") as officer:
        assert (await send(officer, tilsyn())).status_code == 403
        assert (await officer.get(sent.json()["receipt"])).status_code == 403


async def test_structured_mode_over_https(story: Any, system: Any) -> None:
    await story.hears(story.created(), story.assigned())
    event = {"specversion": "1.0", "id": "e-1", "source": "/tilsyn.dk", "type": TILSYN, "data": tilsyn()}
    async with system("socialtilsyn-nord") as client:
        sent = await client.post(EVENTS, json=event, headers={"content-type": "application/cloudevents+json"})
        assert (await receipt(client, sent)).json()["accepted"] is True
        assert (await send(client, tilsyn())).json() == sent.json()
        encoded = await send(client, tilsyn(tilsyn_id="T-2"), event_id="bl%C3%A5")
        assert (await receipt(client, encoded)).json()["event_id"] == "blå"


@pytest.mark.parametrize(
    ("content", "headers", "status", "problem"),
    [
        (b"{", {}, 400, "bad-request"),
        (b"\xff", {}, 400, "bad-request"),
        (b"[]", {}, 202, "invalid"),
        (b"{}", {"ce-type": "other"}, 202, "unknown-type"),
        (b"{}", {"ce-id": ""}, 422, "unreadable"),
        (b"{}", {"ce-id": "x" * 201}, 422, "unreadable"),
        (b"{}", {"ce-id": "010190-1234"}, 422, "unreadable"),
        (b"{}", {"ce-source": "010190-1234"}, 422, "unreadable"),
        (b"{}", {"content-type": "application/cloudevents+json"}, 422, "unreadable"),
        (b"{}", {"content-type": "application/cloudevents-batch+json"}, 415, "unsupported-media-type"),
        (b"{}", {"content-type": "text/plain"}, 415, "unsupported-media-type"),
        (b'{"a": "\\u0000"}', {}, 400, "bad-request"),
    ],
)
async def test_bad_events_are_refused(
    system: Any, content: bytes, headers: dict[str, str], status: int, problem: str
) -> None:
    async with system("socialtilsyn-nord") as client:
        answer = await send(client, content, **headers)
        assert answer.status_code == status, answer.text
        if status == 202:
            settled = (await receipt(client, answer)).json()
            assert settled["accepted"] is False
            assert settled["problem"]["type"].endswith(f"/{problem}")
        else:
            assert slug(answer) == problem


async def test_a_receipt_that_waits_says_so(story: Any, system: Any, database: Database) -> None:
    async with system("socialtilsyn-nord") as client:
        sent = await send(client, tilsyn())
        waiting = await receipt(client, sent)
        assert (waiting.status_code, waiting.json()["accepted"]) == (202, None)
        await story.hears(story.created(), story.assigned())
        await retry_parked(database)
        settled = await receipt(client, sent)
        assert (settled.status_code, settled.json()["accepted"]) == (200, True)


BODY = {"tilbud_id": "CRV-6324", "decision": "approved", "themes": [{"theme": "competences"}]}


async def test_a_kommune_publishes_a_tilsyn_of_a_tilbud_that_it_supervises(story: Any, calling: Any) -> None:
    await story.hears(story.created(), story.assigned("kommune-0851"))
    async with calling("officer-aalborg") as client:
        made = await client.post("/v1/tilsyn", json=BODY, headers={"Idempotency-Key": "k"})
        again = await client.post("/v1/tilsyn", json=BODY, headers={"Idempotency-Key": "k"})
        assert made.status_code == 201
        assert again.json() == made.json()
        assert made.json()["external"] is False
        assert (await client.get(made.headers["location"])).json() == made.json()
        no = await client.post("/v1/tilsyn", json=BODY | {"decision": "not-approved"})
        assert no.json()["accepted_number"] == 2
        listed = (await client.get(LIST)).json()
        assert (listed["status"], listed["total"]) == ("not-approved", 2)
        for wrong in ({"decided_on": "2999-01-01"}, {"conclusion": "Om 010190-1234."}, {"decision": "ja"}, {"x": 1}):
            assert (await client.post("/v1/tilsyn", json=BODY | wrong)).status_code == 422
        assert (await client.post("/v1/tilsyn", json=BODY | {"tilbud_id": "CRV-1"})).status_code == 404
    facts = [fact for fact in await story.facts() if fact["fact"] == "tilsyn-published"]
    assert [fact["data"]["decision"] for fact in facts] == ["approved", "not-approved"]


@pytest.mark.parametrize(
    ("persona", "status"),
    [("officer-region", 404), ("officer-nord-a", 403), ("reporter-solsikken", 403)],
)
async def test_who_cannot_create_a_tilsyn(story: Any, calling: Any, persona: str, status: int) -> None:
    await story.hears(story.created(), story.assigned("kommune-0851"))
    async with calling(persona) as client:
        assert (await client.post("/v1/tilsyn", json=BODY)).status_code == status


async def test_a_socialtilsyn_cannot_even_with_the_right(
    story: Any, settings: Any, database: Database, identity: Any
) -> None:
    await story.hears(story.created(), story.assigned())
    token = identity.token("officer-nord-a", rights=["tilsyn.create:socialtilsyn-nord"])
    async with api_client(build(settings, database), token) as client:
        assert (await client.post("/v1/tilsyn", json=BODY)).status_code == 403


async def test_the_list_comes_in_pages_with_the_latest_first(story: Any, calling: Any, system: Any) -> None:
    await story.hears(story.created(), story.assigned())
    async with system("socialtilsyn-nord") as client:
        for number, day in enumerate(("2025-03-01", "2025-05-01", "2025-04-01"), start=1):
            await send(client, tilsyn(tilsyn_id=f"T-{number}", decided_on=day), event_id=f"e-{number}")
        await send(client, tilsyn(tilsyn_id="T-1", version=2, decided_on="2025-06-01"), event_id="e-4")
    async with calling("officer-nord-a") as client:
        first = (await client.get(LIST, params={"limit": 2})).json()
        second = (await client.get(LIST, params={"limit": 2, "cursor": first["next"]})).json()
        listed = [(item["id"], item["version"]) for item in first["items"] + second["items"]]
        assert listed == [("T-1", 2), ("T-2", 1), ("T-3", 1)]
        assert second["next"] is None
        assert [item["latest"] for item in first["items"]] == [True, False]
