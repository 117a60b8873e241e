"""Events of supervision systems over HTTPS, and their receipts."""

from typing import Any

import pytest

from approval.inbound.parking import retry_parked
from chassis.database import Database
from services.approval.tests.inbound.https_sender import EVENTS, TILSYN, receipt, send, tilsyn
from services.approval.tests.officer import slug


async def test_receipts_are_for_the_own_authority_only(scenario: Any, client_as: Any, system_client: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    async with system_client("socialtilsyn-nord") as nord, system_client("socialtilsyn-syd") as syd:
        sent = await send(nord, tilsyn())
        assert (await syd.get(sent.json()["receipt"])).status_code == 404
        foreign = await receipt(syd, await send(syd, tilsyn()))
        assert foreign.json()["problem"]["type"].endswith("/foreign-tilbud")
    async with client_as("officer-nord-a") as officer:
        assert (await send(officer, tilsyn())).status_code == 403
        assert (await officer.get(sent.json()["receipt"])).status_code == 403


async def test_structured_mode_over_https(scenario: Any, system_client: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    event = {"specversion": "1.0", "id": "e-1", "source": "/tilsyn.dk", "type": TILSYN, "data": tilsyn()}
    async with system_client("socialtilsyn-nord") as client:
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
        (b"{}", {"content-type": "application/cloudevents-batch+json"}, 422, "unreadable"),
        (b"[" + b"1," * 100 + b"1]", {"content-type": "application/cloudevents-batch+json"}, 413, "too-large"),
        (b"{}", {"ce-specversion": "0.3"}, 202, "unreadable"),
        (b"{}", {"ce-specversion": ""}, 202, "unreadable"),
        (b"{}", {"content-type": "text/plain"}, 415, "unsupported-media-type"),
        (b'{"a": "\\u0000"}', {}, 422, "invalid"),
    ],
)
async def test_bad_events_are_refused(
    system_client: Any, content: bytes, headers: dict[str, str], status: int, problem: str
) -> None:
    async with system_client("socialtilsyn-nord") as client:
        answer = await send(client, content, **headers)
        assert answer.status_code == status, answer.text
        if status == 202:
            settled = (await receipt(client, answer)).json()
            assert settled["accepted"] is False
            assert settled["problem"]["type"].endswith(f"/{problem}")
        else:
            assert slug(answer) == problem


async def test_a_receipt_that_waits_says_so(scenario: Any, system_client: Any, database: Database) -> None:
    async with system_client("socialtilsyn-nord") as client:
        sent = await send(client, tilsyn())
        waiting = await receipt(client, sent)
        assert (waiting.status_code, waiting.json()["accepted"]) == (202, None)
        await scenario.deliver(scenario.created(), scenario.assigned())
        await retry_parked(database)
        settled = await receipt(client, sent)
        assert (settled.status_code, settled.json()["accepted"]) == (200, True)
