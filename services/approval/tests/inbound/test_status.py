"""What became of an event, asked by its source and id, and the list of all receipts."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from approval.inbound.models import InboundReceipt
from approval.inbound.parking import retry_parked
from approval.inbound.positions import forget_receipts, give_positions
from approval.subjects.models import Subject
from chassis.clock import now, today
from chassis.database import Database
from contracts.testing.factories import NORD, tilsyn_completed
from services.approval.tests.inbound.https_sender import EVENTS, TILSYN, receipt, send, tilsyn
from services.approval.tests.inbound.supervision_system import CEASED, SupervisionSystem
from services.approval.tests.officer import slug

RECEIPTS = "/v1/external/receipts"


async def effect(client: Any, event_id: str, source: str = "/tilsyn.dk") -> tuple[bool | None, str]:
    answer = await client.get(EVENTS, params={"source": source, "id": event_id})
    assert answer.status_code in {200, 202}, answer.text
    found = answer.json()
    assert (await client.get(found["receipt"])).json()["event_id"] == event_id
    return found["accepted"], found["effect"]


async def test_an_event_stands_until_something_newer_does(
    supervision_system: SupervisionSystem, system_client: Any
) -> None:
    await supervision_system.send(tilsyn_completed(), id="first")
    async with system_client(NORD) as client:
        assert await effect(client, "first") == (True, "published")
        await supervision_system.send(tilsyn_completed(version=3), id="corrected")
        await supervision_system.send(tilsyn_completed(version=2), id="late")
        earlier = tilsyn_completed(tilsyn_id="T-0", decided_on="2024-01-01", visited_on=None)
        await supervision_system.send(earlier, id="earlier")
        silent = tilsyn_completed(tilsyn_id="T-2", decision="no-decision")
        await supervision_system.send(silent, id="silent")
        await supervision_system.send(tilsyn_completed(decision="perhaps"), id="wrong")
        found = {
            each: await effect(client, each) for each in ("first", "corrected", "late", "earlier", "silent", "wrong")
        }
        ceased = {"tilbud_id": "CRV-6324", "ceased_on": "2025-12-20", "reason": "Lukket."}
        await supervision_system.send(ceased, ce_type=CEASED, id="ceased")
        assert await effect(client, "ceased") == (True, "published")
        reopened = tilsyn_completed(tilsyn_id="T-9", kind="approval", decided_on="2026-01-20")
        await supervision_system.send(reopened, id="reopened")
        assert await effect(client, "ceased") == (True, "superseded")
        assert await effect(client, "reopened") == (True, "published")
    assert found == {
        "first": (True, "superseded"),
        "corrected": (True, "published"),
        "late": (True, "superseded"),
        "earlier": (True, "superseded"),
        "silent": (True, "published"),
        "wrong": (False, "none"),
    }


async def test_an_event_that_waits_has_no_effect_yet(scenario: Any, system_client: Any, database: Database) -> None:
    async with system_client(NORD) as client:
        await send(client, tilsyn())
        waiting = await client.get(EVENTS, params={"source": "/tilsyn.dk", "id": "e-1"})
        assert (waiting.status_code, waiting.headers["retry-after"]) == (202, "1")
        assert (waiting.json()["accepted"], waiting.json()["effect"]) == (None, "none")
        await scenario.deliver(scenario.created(), scenario.assigned())
        await retry_parked(database)
        assert await effect(client, "e-1") == (True, "published")


async def test_an_event_is_asked_for_by_its_own_system_only(
    supervision_system: SupervisionSystem, system_client: Any, client_as: Any
) -> None:
    await supervision_system.send(tilsyn_completed())
    for wrong in ({"source": "/other", "id": "e-1"}, {"source": "/tilsyn.dk", "id": "e-2"}):
        async with system_client(NORD) as client:
            assert (await client.get(EVENTS, params=wrong)).status_code == 404
    right = {"source": "/tilsyn.dk", "id": "e-1"}
    async with system_client("socialtilsyn-syd") as client:
        assert (await client.get(EVENTS, params=right)).status_code == 404
        assert (await client.get(RECEIPTS)).json()["items"] == []
    async with client_as("officer-nord-a") as client:
        assert (await client.get(EVENTS, params=right)).status_code == 403
        assert (await client.get(RECEIPTS)).status_code == 403


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (EVENTS, {}),
        (EVENTS, {"source": "", "id": "e-1"}),
        (EVENTS, {"source": "x" * 201, "id": "e-1"}),
        (RECEIPTS, {"after": "-1"}),
        (RECEIPTS, {"after": "x"}),
        (RECEIPTS, {"after": str(2**63)}),
        (RECEIPTS, {"limit": "0"}),
    ],
)
async def test_a_question_that_cannot_be_answered_is_refused(system_client: Any, path: str, query: Any) -> None:
    async with system_client(NORD) as client:
        assert slug(await client.get(path, params=query)) == "invalid"


async def test_the_list_goes_on_from_a_position_and_misses_nothing(
    supervision_system: SupervisionSystem, system_client: Any, database: Database
) -> None:
    await supervision_system.send(tilsyn_completed(tilbud_id="CRV-7"), id="waits")
    for number in range(3):
        await supervision_system.send(tilsyn_completed(tilsyn_id=f"T-{number}"), id=f"e-{number}")
    await supervision_system.write([], b"no event")
    await give_positions(database)
    async with system_client(NORD) as client:
        first = (await client.get(RECEIPTS, params={"limit": 3})).json()
        assert [item["event_id"] for item in first["items"]] == ["e-0", "e-1", "e-2"]
        for item in first["items"]:
            assert (await client.get(item["receipt"])).json()["accepted"] is True
        rest = (await client.get(RECEIPTS, params={"after": first["next"]})).json()
        assert ([item["event_id"] for item in rest["items"]], rest["next"]) == ([None], None)
        # What waited is settled later and stands behind everything that was listed.
        async with database.begin() as session:
            await session.execute(
                update(InboundReceipt).where(InboundReceipt.answer.is_(None)).values(park_until=now())
            )
        await retry_parked(database)
        await give_positions(database)
        later = (await client.get(RECEIPTS, params={"after": rest["items"][-1]["position"]})).json()["items"]
        assert [(item["event_id"], item["accepted"]) for item in later] == [("waits", False)]
        assert (await client.get(RECEIPTS, params={"after": 2**63 - 1})).json() == {"items": [], "next": None}


async def test_a_receipt_is_forgotten_when_its_event_cannot_come_again(
    supervision_system: SupervisionSystem, database: Database
) -> None:
    for number in (1, 2, 3):
        await supervision_system.send(tilsyn_completed(tilsyn_id=f"T-{number}"), id=f"e-{number}")
    async with database.begin() as session:
        old = update(InboundReceipt).where(InboundReceipt.event_id != "e-3")
        await session.execute(old.values(received_at=now() - timedelta(days=101)))
    await forget_receipts(database)
    async with database.read() as session:
        assert list(await session.scalars(select(InboundReceipt.event_id))) == ["e-3"]


async def test_a_batch_over_https_answers_for_each_event(scenario: Any, system_client: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())

    def event(number: int, **fields: Any) -> dict[str, Any]:
        named = {"specversion": "1.0", "id": f"e-{number}", "source": "/tilsyn.dk", "type": TILSYN}
        return named | {"data": tilsyn(**{"tilsyn_id": f"T-{number}", **fields})}

    nameless = {"specversion": "1.0", "data": {}}
    events = [event(1), event(2, decision="perhaps"), nameless, event(1, version=2), event(3)]
    headers = {"content-type": "application/cloudevents-batch+json", "Idempotency-Key": "k"}
    async with system_client(NORD) as client:
        sent = await client.post(EVENTS, content=json.dumps(events).encode(), headers=headers)
        again = await client.post(EVENTS, content=json.dumps(events).encode(), headers=headers)
        assert (sent.status_code, list(sent.json())) == (202, ["receipts"])
        assert again.json() == sent.json()
        receipts = [(await client.get(address)).json() for address in sent.json()["receipts"]]
        empty = await client.post(EVENTS, content=b"[]", headers={"content-type": headers["content-type"]})
        assert (empty.status_code, empty.json()) == (202, {"receipts": []})
    found = [(each["event_id"], each["accepted"]) for each in receipts]
    assert found == [("e-1", True), ("e-2", False), (None, False), ("e-1", False), ("e-3", True)]
    assert receipts[3]["problem"]["type"].endswith("/already-handled")


@pytest.mark.parametrize("media_type", [None, "application/json; charset=utf-8", "application/octet-stream+json"])
async def test_an_event_without_a_content_type_is_json(scenario: Any, system_client: Any, media_type: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    headers = {"ce-specversion": "1.0", "ce-id": "e-1", "ce-source": "/s", "ce-type": TILSYN}
    if media_type:
        headers["content-type"] = media_type
    async with system_client(NORD) as client:
        sent = await client.post(EVENTS, content=json.dumps(tilsyn()).encode(), headers=headers)
        assert (await receipt(client, sent)).json()["accepted"] is True
        whole = {"specversion": "1.0", "id": "e-2", "source": "/s", "type": TILSYN, "data": tilsyn(tilsyn_id="T-2")}
        bare = await client.post(EVENTS, content=json.dumps(whole).encode())
        assert (await receipt(client, bare)).json()["accepted"] is True


async def test_a_tilbud_has_so_many_tilsyn_a_day_and_a_removal_has_room_beyond(
    supervision_system: SupervisionSystem, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("approval.tilsyn.rules.DAILY_TILSYN", 2)
    sent = [tilsyn_completed(tilsyn_id=f"T-{number}", decided_on=str(today()), visited_on=None) for number in range(5)]
    answers = []
    for number, content in enumerate(sent):
        decision = "not-approved" if number >= 3 else "approved"
        answers += await supervision_system.send(content | {"decision": decision}, id=f"e-{number}")
    assert [answer["accepted"] for answer in answers] == [True, True, False, True, True]
    assert answers[2]["problem"]["type"].endswith("/too-many-requests")
    [again] = await supervision_system.send(sent[0], id="e-9")
    assert again["accepted"] is True
    async with database.begin() as session:
        await session.execute(update(Subject).values(tilsyn_day=today() - timedelta(days=1)))
    [tomorrow] = await supervision_system.send(sent[2], id="e-10")
    assert tomorrow["accepted"] is True


async def test_what_waits_takes_turns_between_authorities(
    supervision_system: SupervisionSystem, database: Database
) -> None:
    for number in range(120):
        await supervision_system.send(tilsyn_completed(tilbud_id="CRV-8"), id=f"flood-{number}")
    await supervision_system.send(tilsyn_completed(tilbud_id="CRV-9"), id="other", authority="socialtilsyn-syd")
    async with database.begin() as session:
        await session.execute(update(InboundReceipt).values(park_until=func.now()))
    await retry_parked(database)
    answered = [answer["event_id"] for answer in await supervision_system.receipts()]
    assert len(answered) == 121
    assert answered.index("other") < 100
