"""CloudEvents as libraries write them: what is optional never refuses an event, what is demanded is asked for."""

import base64
import json
from typing import Any

import pytest

from contracts.testing.factories import tilsyn_completed
from services.approval.tests.inbound.supervision_system import (
    BINARY,
    STRUCTURED,
    TILSYN,
    SupervisionSystem,
    slug,
    structured,
)

BATCH = [("content-type", b"application/cloudevents-batch+json")]


def value(**fields: Any) -> bytes:
    return json.dumps(tilsyn_completed(**fields)).encode()


def in_base64(content: bytes, **other: Any) -> bytes:
    event = {"specversion": "1.0", "id": "e-1", "source": "/tilsyn.dk", "type": TILSYN}
    return json.dumps(event | {"data_base64": base64.b64encode(content).decode()} | other).encode()


def batch(*events: bytes) -> bytes:
    return b"[" + b",".join(events) + b"]"


@pytest.mark.parametrize(
    "optional",
    [
        [("ce_time", b"yesterday")],
        [("ce_time", b"2026-11-20T23:59:60Z")],
        [("ce_time", b"Fri, 20 Nov 2026 10:00:00 GMT")],
        [("ce_time", b"\xff")],
        [("ce_sequence", b"01JDQZ5T3M8K")],
        [("ce_sequence", b"-1")],
        [("ce_sequence", b"9" * 5_000)],
        [("ce_subject", b"a\0b")],
        [("ce_dataschema", b"not a uri")],
        [("ce_traceparent", b"x"), ("traceparent", b"\xff")],
        [("ce_partitionkey", b"010190-1234")],
        [("content-type", b"")],
        [("content-type", b"application/xml")],
        [("content-type", b"Application/JSON; charset=utf-8")],
        [("user", b"\xff" * 9_000), ("empty", None)],
    ],
)
async def test_what_is_optional_never_refuses_an_event(supervision_system: SupervisionSystem, optional: Any) -> None:
    [receipt] = await supervision_system.write([*BINARY, *optional], value())
    assert (receipt["accepted"], receipt["event_id"]) == (True, "e-1")


@pytest.mark.parametrize("attribute", [{"time": 7}, {"sequence": ["x"]}, {"sequence": -1.5}, {"x": None}])
async def test_an_optional_attribute_of_any_type_is_passed_over(
    supervision_system: SupervisionSystem, attribute: Any
) -> None:
    [receipt] = await supervision_system.write(STRUCTURED, structured(**attribute))
    assert receipt["accepted"] is True


@pytest.mark.parametrize("specversion", [b"0.3", b"1", b"1.0.1", b"", None, b"2.0"])
async def test_only_version_1_0_is_read(supervision_system: SupervisionSystem, specversion: bytes | None) -> None:
    [binary] = await supervision_system.write([*BINARY[:3], ("ce_specversion", specversion)], value())
    other = specversion.decode() if specversion is not None else None
    [whole] = await supervision_system.write(STRUCTURED, structured(id="e-2", specversion=other))
    [without] = await supervision_system.write([("ce_id", b"e-3"), *BINARY[1:3]], value())
    for receipt in (binary, whole, without):
        assert slug(receipt) == "unreadable"
        [error] = receipt["problem"]["errors"]
        assert (error["pointer"], error["code"], error["allowed"]) == ("#attribute/specversion", "specversion", ["1.0"])


async def test_data_as_bytes_is_the_same_event(supervision_system: SupervisionSystem) -> None:
    [first] = await supervision_system.write(STRUCTURED, in_base64(value()))
    [again] = await supervision_system.write(STRUCTURED, structured())
    assert first["accepted"] is True
    assert again == first


@pytest.mark.parametrize(
    "event",
    [
        in_base64(b"\xff\xfe"),
        in_base64(b"no json"),
        in_base64(b"x", data_base64="&&&"),
        in_base64(b"x", data_base64=7),
        in_base64(b'{"decision": 1, "decision": 2}'),
        in_base64(b"[" * 5_000),
        in_base64(value(), data=tilsyn_completed()),
        in_base64(value(), data_base64=None),
    ],
)
async def test_bytes_that_are_no_data_are_refused(supervision_system: SupervisionSystem, event: bytes) -> None:
    [receipt] = await supervision_system.write(STRUCTURED, event)
    assert (slug(receipt), receipt["event_id"]) == ("unreadable", "e-1")


async def test_a_name_that_comes_twice_is_refused(supervision_system: SupervisionSystem) -> None:
    content = value().replace(b'"decision"', b'"decision": "not-approved", "decision"', 1)
    [receipt] = await supervision_system.write(BINARY, content)
    assert slug(receipt) == "unreadable"
    assert [error["code"] for error in receipt["problem"]["errors"]] == ["json-duplicate"]


async def test_a_batch_on_the_topic_gets_a_receipt_for_each_event(supervision_system: SupervisionSystem) -> None:
    events = (
        structured(id="e-1"),
        structured(id="e-2", data=tilsyn_completed(tilsyn_id="T-2", decision="perhaps")),
        in_base64(value(tilsyn_id="T-3"), id="e-3"),
        structured(id="e-1", data=tilsyn_completed(tilsyn_id="T-4")),
        b"7",
        structured(id="e-1"),
    )
    receipts = await supervision_system.write(BATCH, batch(*events))
    found = [(receipt["event_id"], receipt["accepted"]) for receipt in receipts]
    assert found == [("e-1", True), ("e-2", False), ("e-3", True), ("e-1", False), (None, False), ("e-1", True)]
    assert slug(receipts[3]) == "already-handled"
    assert receipts[4]["record"]["offset"] == supervision_system.offset
    assert receipts[5] == receipts[0]
    assert len(await supervision_system.tilsyn_events()) == 2
    [alone] = await supervision_system.send(tilsyn_completed())
    assert alone == receipts[0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"{}", "unreadable"), (b"[", "unreadable"), (None, "unreadable"), (batch(*[b"1"] * 101), "too-large")],
)
async def test_a_batch_that_is_none_gets_one_receipt(
    supervision_system: SupervisionSystem, content: Any, problem: str
) -> None:
    [receipt] = await supervision_system.write(BATCH, content)
    assert (slug(receipt), receipt["event_id"]) == (problem, None)
    assert receipt["record"]["offset"] == supervision_system.offset


async def test_every_receipt_is_caused_by_its_event(supervision_system: SupervisionSystem) -> None:
    await supervision_system.send(tilsyn_completed(), id="right")
    await supervision_system.send(tilsyn_completed(decision="perhaps"), id="wrong")
    await supervision_system.send(tilsyn_completed(), id="foreign", authority="socialtilsyn-syd")
    await supervision_system.write([], b"no event")
    causes = await supervision_system.causes()
    assert causes[:3] == ["right", "wrong", "foreign"]
    assert "offset=4" in causes[3]


async def test_a_receipt_has_the_codes_and_the_values_that_http_answers_with(
    supervision_system: SupervisionSystem,
) -> None:
    wrong = tilsyn_completed(decision="perhaps", conclusion="Om 010190-1234.", themes=[{"theme": "108"}])
    [receipt] = await supervision_system.send(wrong)
    errors = {error["pointer"]: error for error in receipt["problem"]["errors"]}
    assert "not-approved" in errors["/decision"]["allowed"]
    assert "economy" in errors["/themes/0/theme"]["allowed"]
    assert all(error["code"] for error in errors.values())
