"""One receipt for each event, the same one for a repeat, and no bytes that stop the consumer."""

import asyncio
import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from approval.inbound.parking import retry_parked
from approval.models import InboundReceipt
from chassis.database import Database
from chassis.subscriptions import Record
from contracts.testing.factories import tilsyn_completed
from devstack.in_process import deliver
from services.approval.tests.inbound.supervision_system import (
    BINARY,
    EXTERNAL,
    STRUCTURED,
    TILSYN,
    SupervisionSystem,
    slug,
    structured,
)


async def test_a_repeat_gets_the_same_receipt_and_has_no_second_effect(supervision_system: SupervisionSystem) -> None:
    [first] = await supervision_system.send(tilsyn_completed())
    [again] = await supervision_system.send(json.dumps(tilsyn_completed(), indent=3).encode())
    [other] = await supervision_system.send(tilsyn_completed(decision="not-approved"))
    [third] = await supervision_system.send(tilsyn_completed())
    assert again == first == third
    assert slug(other) == "already-handled"
    assert len(await supervision_system.tilsyn_events()) == 1


async def test_an_unknown_tilbud_is_waited_for_and_then_refused(
    supervision_system: SupervisionSystem, database: Database
) -> None:
    assert await supervision_system.send(tilsyn_completed(tilbud_id="CRV-1")) == []
    assert await supervision_system.send(tilsyn_completed(tilbud_id="CRV-1")) == []
    await retry_parked(database)
    assert await supervision_system.receipts() == []
    async with database.begin() as session:
        await session.execute(InboundReceipt.__table__.update().values(park_until=func.now()))  # type: ignore[attr-defined]
    await retry_parked(database)
    first, second = await supervision_system.receipts()
    assert first == second
    assert slug(first) == "unknown-tilbud"
    assert await supervision_system.send(tilsyn_completed(tilbud_id="CRV-1")) == [first]


async def test_what_the_version_before_parked_and_this_one_refuses_is_answered(
    supervision_system: SupervisionSystem, database: Database
) -> None:
    scenario = supervision_system.scenario
    await supervision_system.send(tilsyn_completed(tilbud_id="CRV-2"))
    async with database.begin() as session:
        await session.execute(
            text("UPDATE receipts SET waiting = jsonb_set(waiting, '{data,decided_on}', '\"1999-01-01\"')")
        )
    await scenario.deliver(scenario.created("CRV-2"), scenario.assigned(tilbud_id="CRV-2"))
    await retry_parked(database)
    [receipt] = await supervision_system.receipts()
    assert "/decided_on" in {error["pointer"] for error in receipt["problem"]["errors"]}


async def test_an_event_that_came_before_its_tilbud_is_taken(
    supervision_system: SupervisionSystem, database: Database
) -> None:
    scenario = supervision_system.scenario
    assert await supervision_system.send(tilsyn_completed(tilbud_id="CRV-2")) == []
    await scenario.deliver(scenario.created("CRV-2"))
    await retry_parked(database)
    assert await supervision_system.receipts() == []
    await scenario.deliver(scenario.assigned(tilbud_id="CRV-2"))
    await retry_parked(database)
    [receipt] = await supervision_system.receipts()
    assert receipt["accepted"] is True
    assert [fact["key"] for fact in await supervision_system.tilsyn_events()] == ["CRV-2"]


async def test_structured_mode_is_the_same_event(supervision_system: SupervisionSystem) -> None:
    [first] = await supervision_system.write(STRUCTURED, structured())
    [again] = await supervision_system.send(tilsyn_completed())
    [unnamed] = await supervision_system.write([], structured())
    [wrongly_named] = await supervision_system.write([("content-type", b"application/json")], structured())
    assert first["accepted"] is True
    assert again == unnamed == wrongly_named == first


@pytest.mark.parametrize(
    ("headers", "value", "event_id"),
    [
        ([], b"", None),
        ([], None, None),
        ([], b"\x00\xff" * 1_000_000, None),
        (BINARY, b"\xff" * 2_000_000, "e-1"),
        (BINARY, b'{"conclusion": "' + b"x" * 2_000_000 + b'"}', "e-1"),
        (BINARY, None, "e-1"),
        (BINARY, b"[" * 100_000, "e-1"),
        (BINARY, b'{"a":' * 900 + b"1" + b"}" * 900, "e-1"),
        (BINARY, b"\xc3\x28", "e-1"),
        (BINARY, b"NaN", "e-1"),
        (BINARY, b"[1, 2]", "e-1"),
        (BINARY, json.dumps(tilsyn_completed(**{"x" * 700_000: 1})).encode(), "e-1"),
        (BINARY, json.dumps(tilsyn_completed(**{"010190-1234": 1})).encode(), "e-1"),
        (BINARY, b"1" * 10_000, "e-1"),
        (BINARY, json.dumps(tilsyn_completed()).encode("utf-16"), "e-1"),
        (BINARY, json.dumps(tilsyn_completed(conclusion="a\0b")).encode(), "e-1"),
        (BINARY, json.dumps(tilsyn_completed(conclusion="a\ud800b")).encode(), "e-1"),
        (
            BINARY,
            json.dumps(tilsyn_completed(intensified={"from": "9999-12-31", "until": "9999-12-31"})).encode(),
            "e-1",
        ),
        ([("ce_id", b"a\0b"), *BINARY[1:]], b"{}", None),
        ([("ce_id", b"x" * 201), *BINARY[1:]], b"{}", None),
        ([("ce_id", b"x" * 5_000), *BINARY[1:]], b"{}", None),
        ([("ce_id", b"\xff"), *BINARY[1:]], b"{}", None),
        ([("ce_id", None), *BINARY[1:]], b"{}", None),
        ([BINARY[0], ("ce_source", b"y" * 201), *BINARY[2:]], b"{}", "e-1"),
        ([BINARY[0], *BINARY[2:]], b"{}", "e-1"),
        ([("ce_id", b"010190-1234"), *BINARY[1:]], json.dumps(tilsyn_completed()).encode(), None),
        (
            [BINARY[0], ("ce_source", b"/borger/010190-1234"), *BINARY[2:]],
            json.dumps(tilsyn_completed()).encode(),
            None,
        ),
        (STRUCTURED, structured(id="010190-1234"), None),
        (STRUCTURED, structured(source="urn:010190-1234"), None),
        ([], structured(specversion=None), None),
        ([], structured(id=7), None),
        ([], b'{"id": "e-1", "source": "/s", "type": "t"}', None),
        ([*BINARY[:2], ("ce_type", b"x\xc3"), BINARY[3]], b"{}", "e-1"),
        ([*BINARY[:2], ("ce_type", b"dk.tilsyn.other.v1"), BINARY[3]], b"{}", "e-1"),
        (STRUCTURED, structured(id="\ud800"), None),
        (STRUCTURED, structured(id=7), None),
        (STRUCTURED, structured(id="x" * 201), None),
        (STRUCTURED, structured(data=None), "e-1"),
        (STRUCTURED, b"[]", None),
        (STRUCTURED, None, None),
    ],
)
async def test_whatever_the_bytes_are_there_is_one_receipt(
    supervision_system: SupervisionSystem, headers: list[Any], value: bytes | None, event_id: str | None
) -> None:
    receipts = await supervision_system.write(headers, value)
    assert len(receipts) == 1
    assert await supervision_system.dead_letters() == 0
    receipt = receipts[0]
    assert receipt["accepted"] is False
    assert "010190" not in json.dumps(receipt)
    assert receipt["event_id"] == event_id
    assert (receipt["record"] is None) == (event_id is not None)
    assert await supervision_system.tilsyn_events() == []


async def test_twins_at_the_same_moment_have_one_effect(
    supervision_system: SupervisionSystem, database: Database
) -> None:
    async def send(offset: int) -> None:
        value = json.dumps(tilsyn_completed()).encode()
        record = Record("external.tilsyn.socialtilsyn-nord.v1", 0, offset, "", BINARY, value)
        await deliver(database, EXTERNAL, record)

    await asyncio.gather(*(send(offset) for offset in range(8)))
    receipts = await supervision_system.receipts()
    assert len(receipts) == 8
    assert all(receipt == receipts[0] for receipt in receipts)
    assert len(await supervision_system.tilsyn_events()) == 1


async def test_batches_in_opposite_order_and_with_wrong_keys_answer_every_record(
    supervision_system: SupervisionSystem, database: Database
) -> None:
    scenario = supervision_system.scenario
    tilbud = [f"CRV-{number}" for number in range(10, 22)]
    await scenario.deliver(*(scenario.created(each) for each in tilbud))
    await scenario.deliver(*(scenario.assigned(tilbud_id=each) for each in tilbud))

    def batch(authority: str, order: list[str], keys: list[str]) -> list[Record]:
        return [
            Record(
                f"external.tilsyn.{authority}.v1",
                0,
                offset,
                key,
                [("ce_id", f"e-{each}".encode()), *BINARY[1:]],
                json.dumps(tilsyn_completed(tilsyn_id=f"T-{each}", tilbud_id=each)).encode(),
            )
            for offset, (each, key) in enumerate(zip(order, keys, strict=True), start=100)
        ]

    backwards = tilbud[::-1]
    await asyncio.gather(
        deliver(database, EXTERNAL, *batch("socialtilsyn-nord", tilbud, tilbud)),
        deliver(database, EXTERNAL, *batch("socialtilsyn-syd", backwards, tilbud)),
        deliver(database, EXTERNAL, *batch("socialtilsyn-midt", backwards, [""] * len(tilbud))),
    )
    assert await supervision_system.dead_letters() == 0
    receipts = await supervision_system.receipts()
    assert len(receipts) == 3 * len(tilbud)
    assert sum(receipt["accepted"] for receipt in receipts) == len(tilbud)
    assert sorted(fact["key"] for fact in await supervision_system.tilsyn_events()) == sorted(tilbud)


async def test_nothing_that_is_stored_of_a_refused_event_can_be_tried_out(
    supervision_system: SupervisionSystem, database: Database
) -> None:
    secret = "Borger 010190-1234 trives."
    content = tilsyn_completed(conclusion=secret)
    [receipt] = await supervision_system.send(content)
    async with database.read() as session:
        [stored] = (await session.execute(select(InboundReceipt))).scalars()
        rows = repr((await session.execute(text("SELECT * FROM receipts"))).all())
    assert receipt["accepted"] is False
    assert "010190" not in rows + json.dumps(receipt)
    canonical = json.dumps(content, sort_keys=True)
    guesses = (secret, canonical, f"{TILSYN}\0{canonical}", json.dumps(content))
    assert stored.content_hash not in {hashlib.sha256(guess.encode()).hexdigest() for guess in guesses}
    [again] = await supervision_system.send(content)
    [other] = await supervision_system.send(tilsyn_completed())
    assert again == receipt
    assert slug(other) == "already-handled"


async def test_a_digest_from_before_the_key_still_knows_its_event(
    supervision_system: SupervisionSystem, database: Database
) -> None:
    [first] = await supervision_system.send(tilsyn_completed())
    canonical = json.dumps(tilsyn_completed(), sort_keys=True)
    old = hashlib.sha256(f"{TILSYN}\0{canonical}".encode()).hexdigest()
    async with database.begin() as session:
        await session.execute(update(InboundReceipt).values(content_hash=old))
    [again] = await supervision_system.send(tilsyn_completed())
    [other] = await supervision_system.send(tilsyn_completed(decision="not-approved"))
    assert again == first
    assert slug(other) == "already-handled"


@pytest.mark.parametrize(
    ("headers", "value", "code"),
    [
        ([("unparsable", b"\xff")], None, "record"),
        ([], b"no event", "json-invalid"),
        ([], None, "data"),
        ([], b"[]", "specversion"),
        ([("ce_specversion", b"1.0")], b"{}", "missing"),
    ],
)
async def test_a_receipt_says_what_is_wrong_first(
    supervision_system: SupervisionSystem, headers: Any, value: bytes | None, code: str
) -> None:
    [receipt] = await supervision_system.write(headers, value)
    assert [error["code"] for error in receipt["problem"]["errors"]] == [code]
