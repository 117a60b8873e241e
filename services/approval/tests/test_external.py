"""Events from supervision systems: one receipt each, the same one for a repeat, and no bytes that stop the consumer."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import func, select

from approval.consumers import SUBSCRIPTIONS
from approval.inbound import retry_parked
from approval.models import InboundReceipt
from chassis.database import Database
from chassis.subscriptions import Record
from chassis.tables import dead_letters
from chassis.testing import deliver

EXTERNAL = next(item for item in SUBSCRIPTIONS if item.name == "approval.external")
TILSYN = "dk.tilsyn.tilsyn.completed.v1"
CEASED = "dk.tilsyn.tilbud.ceased.v1"
APPLICATION = "dk.tilsyn.application.transferred.v1"


def tilsyn(**other: Any) -> dict[str, Any]:
    content = {
        "tilsyn_id": "T-1",
        "tilbud_id": "CRV-6324",
        "version": 1,
        "kind": "announced",
        "visited_on": "2025-11-02",
        "decided_on": "2025-11-20",
        "decision": "approved",
        "conclusion": "Tilbuddet har den fornødne kvalitet.",
        "themes": [{"theme": "health-and-wellbeing", "conclusion": "God trivsel.", "score": 4.2}],
        "orders": [],
        "conditions": [],
        "intensified": None,
    }
    return content | other


class Outside:
    """A supervision system that writes to its topic and reads its receipts."""

    def __init__(self, database: Database, story: Any) -> None:
        self.database = database
        self.story = story
        self.offset = 0

    async def sends(
        self,
        data: Any,
        *,
        id: str = "e-1",  # noqa: A002
        kind: str = TILSYN,
        source: str = "/tilsyn.dk",
        authority: str = "socialtilsyn-nord",
    ) -> Any:
        value = data if isinstance(data, bytes) else json.dumps(data).encode()
        headers = [("ce_id", id.encode()), ("ce_source", source.encode()), ("ce_type", kind.encode())]
        return await self.writes(headers, value, authority=authority)

    async def writes(self, headers: list[Any], value: bytes | None, *, authority: str = "socialtilsyn-nord") -> Any:
        """Hand a record to the consumer and return the receipts that it led to."""
        before = len(await self.receipts())
        self.offset += 1
        record = Record(f"external.tilsyn.{authority}.v1", 0, self.offset, "", headers, value)
        await deliver(self.database, EXTERNAL, record)
        return (await self.receipts())[before:]

    async def receipts(self) -> list[dict[str, Any]]:
        return [fact["data"] for fact in await self.story.facts() if fact["type"] == "dk.tilbudsportalen.receipt.v1"]

    async def published(self) -> list[dict[str, Any]]:
        return [fact for fact in await self.story.facts() if fact["topic"] == "approval.tilsyn.v1"]

    async def dead(self) -> int:
        async with self.database.read() as session:
            return await session.scalar(select(func.count()).select_from(dead_letters)) or 0


@pytest.fixture
async def outside(database: Database, story: Any) -> Outside:
    await story.hears(story.created(), story.assigned())
    return Outside(database, story)


def slug(receipt: dict[str, Any]) -> str:
    return str(receipt["problem"]["type"]).rsplit("/", 1)[1]


async def test_a_tilsyn_is_published_and_answered(outside: Outside) -> None:
    [receipt] = await outside.sends(tilsyn())
    assert receipt["accepted"] is True
    assert receipt["event_id"] == "e-1"
    assert receipt["problem"] is None
    [fact] = await outside.published()
    assert fact["key"] == "CRV-6324"
    assert fact["data"]["accepted_number"] == 1
    assert fact["data"]["themes"][0]["score"] == 4.2


async def test_a_repeat_gets_the_same_receipt_and_has_no_second_effect(outside: Outside) -> None:
    [first] = await outside.sends(tilsyn())
    [again] = await outside.sends(json.dumps(tilsyn(), indent=3).encode())
    [other] = await outside.sends(tilsyn(decision="not-approved"))
    [third] = await outside.sends(tilsyn())
    assert again == first == third
    assert slug(other) == "already-handled"
    assert len(await outside.published()) == 1


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"decided_on": "2999-01-01"}, "/decided_on"),
        ({"visited_on": "2999-01-01"}, "/visited_on"),
        ({"conclusion": "Borgeren 010190-1234 trives."}, "/conclusion"),
        ({"orders": [{"text": "Ret op.", "deadline": None}]}, "/orders/0/deadline"),
        ({"orders": [{"text": "Om 0101901234.", "deadline": "2026-01-01"}]}, "/orders/0/text"),
        ({"intensified": {"from": "2025-11-20", "until": "2026-05-21"}}, "/intensified/until"),
        ({"intensified": {"from": "2025-11-20", "until": "2025-11-19"}}, "/intensified/until"),
        ({"decision": "perhaps"}, "/decision"),
        ({"version": "1"}, "/version"),
        ({"unknown": 1}, "/unknown"),
        ({"themes": [{"theme": "health-and-wellbeing", "score": 7}]}, "/themes/0/score"),
        ({"plejefamilie_id": "P-1"}, "/plejefamilie_id"),
    ],
)
async def test_a_wrong_tilsyn_is_refused_with_the_place(
    outside: Outside, content: dict[str, Any], pointer: str
) -> None:
    [receipt] = await outside.sends(tilsyn(**content))
    assert receipt["accepted"] is False
    assert pointer in [error["pointer"] for error in receipt["problem"]["errors"]]
    assert await outside.published() == []


async def test_six_months_of_intensified_tilsyn_are_taken(outside: Outside) -> None:
    [receipt] = await outside.sends(tilsyn(intensified={"from": "2025-08-31", "until": "2026-02-28", "reason": "Uro."}))
    assert receipt["accepted"] is True
    [fact] = await outside.published()
    assert fact["data"]["intensified"]["from"] == "2025-08-31"


async def test_the_topic_says_who_speaks(outside: Outside) -> None:
    [receipt] = await outside.sends(tilsyn(), authority="socialtilsyn-syd")
    assert slug(receipt) == "foreign-tilbud"
    [fact] = [fact for fact in await outside.story.facts() if "receipt" in fact["type"]]
    assert fact["topic"] == "external.receipts.socialtilsyn-syd.v1"
    [mine] = await outside.sends(tilsyn())
    assert mine["accepted"] is True


async def test_versions_correct_and_do_not_go_back(outside: Outside) -> None:
    await outside.sends(tilsyn(version=2))
    [lower] = await outside.sends(tilsyn(decision="not-approved"), id="e-2")
    [same] = await outside.sends(tilsyn(version=2, decision="not-approved"), id="e-3")
    [again] = await outside.sends(tilsyn(version=2), id="e-4")
    [higher] = await outside.sends(tilsyn(version=3, decision="not-approved"), id="e-5")
    [elsewhere] = await outside.sends(tilsyn(version=4, tilbud_id="CRV-1"), id="e-6") or [None]
    assert [lower["accepted"], same["accepted"], again["accepted"], higher["accepted"]] == [True, False, True, True]
    assert same["problem"]["errors"][0]["pointer"] == "/version"
    assert [fact["data"]["version"] for fact in await outside.published()] == [2, 3]
    assert elsewhere is None


async def test_a_tilsyn_id_belongs_to_one_tilbud_and_one_authority(outside: Outside) -> None:
    story = outside.story
    await story.hears(story.created("CRV-2"), story.assigned(tilbud_id="CRV-2"))
    await story.hears(story.created("CRV-3"), story.assigned("socialtilsyn-syd", tilbud_id="CRV-3"))
    await outside.sends(tilsyn())
    [moved] = await outside.sends(tilsyn(tilbud_id="CRV-2", version=2), id="e-2")
    [other] = await outside.sends(tilsyn(tilbud_id="CRV-3"), authority="socialtilsyn-syd")
    assert moved["problem"]["errors"][0]["pointer"] == "/tilsyn_id"
    assert other["accepted"] is True


async def test_an_unknown_tilbud_is_waited_for_and_then_refused(outside: Outside, database: Database) -> None:
    assert await outside.sends(tilsyn(tilbud_id="CRV-1")) == []
    assert await outside.sends(tilsyn(tilbud_id="CRV-1")) == []
    await retry_parked(database)
    assert await outside.receipts() == []
    async with database.begin() as session:
        await session.execute(InboundReceipt.__table__.update().values(park_until=func.now()))  # type: ignore[attr-defined]
    await retry_parked(database)
    first, second = await outside.receipts()
    assert first == second
    assert slug(first) == "unknown-tilbud"
    assert await outside.sends(tilsyn(tilbud_id="CRV-1")) == [first]


async def test_an_event_that_came_before_its_tilbud_is_taken(outside: Outside, database: Database) -> None:
    story = outside.story
    assert await outside.sends(tilsyn(tilbud_id="CRV-2")) == []
    await story.hears(story.created("CRV-2"))
    await retry_parked(database)
    assert await outside.receipts() == []
    await story.hears(story.assigned(tilbud_id="CRV-2"))
    await retry_parked(database)
    [receipt] = await outside.receipts()
    assert receipt["accepted"] is True
    assert [fact["key"] for fact in await outside.published()] == ["CRV-2"]


async def test_a_cessation_is_published_once(outside: Outside) -> None:
    ceased = {"tilbud_id": "CRV-6324", "ceased_on": "2025-11-20", "reason": "Lukket."}
    [first] = await outside.sends(ceased, kind=CEASED)
    [again] = await outside.sends(ceased, kind=CEASED, id="e-2")
    [future] = await outside.sends({**ceased, "ceased_on": "2999-01-01"}, kind=CEASED, id="e-3")
    assert [first["accepted"], again["accepted"], future["accepted"]] == [True, True, False]
    [fact] = await outside.published()
    assert fact["fact"] == "tilbud-ceased"


STRUCTURED = [("content-type", b"application/cloudevents+json")]
BINARY = [("ce_id", b"e-1"), ("ce_source", b"/s"), ("ce_type", TILSYN.encode())]


def structured(**other: Any) -> bytes:
    event = {"specversion": "1.0", "id": "e-1", "source": "/tilsyn.dk", "type": TILSYN, "data": tilsyn()}
    return json.dumps(event | other).encode()


async def test_structured_mode_is_the_same_event(outside: Outside) -> None:
    [first] = await outside.writes(STRUCTURED, structured())
    [again] = await outside.sends(tilsyn())
    [unnamed] = await outside.writes([], structured())
    [wrongly_named] = await outside.writes([("content-type", b"application/json")], structured())
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
        (BINARY, json.dumps(tilsyn(**{"x" * 700_000: 1})).encode(), "e-1"),
        (BINARY, json.dumps(tilsyn(**{"010190-1234": 1})).encode(), "e-1"),
        (BINARY, b"1" * 10_000, "e-1"),
        (BINARY, json.dumps(tilsyn()).encode("utf-16"), "e-1"),
        (BINARY, json.dumps(tilsyn(conclusion="a\0b")).encode(), "e-1"),
        (BINARY, json.dumps(tilsyn(conclusion="a\ud800b")).encode(), "e-1"),
        (BINARY, json.dumps(tilsyn(intensified={"from": "9999-12-31", "until": "9999-12-31"})).encode(), None),
        ([("ce_id", b"a\0b"), *BINARY[1:]], b"{}", None),
        ([("ce_id", b"x" * 201), *BINARY[1:]], b"{}", None),
        ([("ce_id", b"x" * 5_000), *BINARY[1:]], b"{}", None),
        ([("ce_id", b"\xff"), *BINARY[1:]], b"{}", None),
        ([("ce_id", None), *BINARY[1:]], b"{}", None),
        ([BINARY[0], ("ce_source", b"y" * 201), BINARY[2]], b"{}", "e-1"),
        ([BINARY[0], BINARY[2]], b"{}", "e-1"),
        ([*BINARY, ("ce_time", b"yesterday")], b"{}", "e-1"),
        ([("ce_id", b"010190-1234"), *BINARY[1:]], json.dumps(tilsyn()).encode(), None),
        ([BINARY[0], ("ce_source", b"/borger/010190-1234"), BINARY[2]], json.dumps(tilsyn()).encode(), None),
        (STRUCTURED, structured(id="010190-1234"), None),
        (STRUCTURED, structured(source="urn:010190-1234"), None),
        ([], structured(specversion=None), None),
        ([], structured(id=7), None),
        ([], b'{"id": "e-1", "source": "/s", "type": "t"}', None),
        ([*BINARY[:2], ("ce_type", b"x\xc3")], b"{}", "e-1"),
        ([*BINARY[:2], ("ce_type", b"dk.tilsyn.other.v1")], b"{}", "e-1"),
        (STRUCTURED, structured(id="\ud800"), None),
        (STRUCTURED, structured(id=7), None),
        (STRUCTURED, structured(id="x" * 201), None),
        (STRUCTURED, structured(data=None), "e-1"),
        (STRUCTURED, b"[]", None),
        (STRUCTURED, None, None),
    ],
)
async def test_whatever_the_bytes_are_there_is_one_receipt(
    outside: Outside, headers: list[Any], value: bytes | None, event_id: str | None
) -> None:
    receipts = await outside.writes(headers, value)
    assert len(receipts) == 1
    assert await outside.dead() == 0
    receipt = receipts[0]
    if b"9999" in (value or b""):
        assert receipt["accepted"] is True
        return
    assert receipt["accepted"] is False
    assert "010190" not in json.dumps(receipt)
    assert receipt["event_id"] == event_id
    assert (receipt["record"] is None) == (event_id is not None)
    assert await outside.published() == []


async def test_an_application_becomes_a_tilbud_whose_id_the_receipt_carries(outside: Outside) -> None:
    story = outside.story
    application = {
        "application_id": "A-7",
        "name": "Violen",
        "primary_legal_basis": "botilbud-laengerevarende",
        "legal_bases": ["botilbud-laengerevarende"],
        "address": {"street": "Violvej 1", "postcode": "9000", "city": "Aalborg", "municipality": "0851"},
        "cvr": "99000015",
        "leader": {"name": "Lis Lind", "email": "lis@violen.example", "phone": "98000001"},
        "contact": None,
    }
    assert await outside.sends(application, kind=APPLICATION) == []
    assert await outside.sends(application, kind=APPLICATION) == []
    assert await outside.sends(application, kind=APPLICATION, id="e-2") == []
    [other] = await outside.sends(application | {"name": "Rosen"}, kind=APPLICATION, id="e-3")
    [cpr] = await outside.sends(application | {"leader": {"name": "x", "cpr": "1"}}, kind=APPLICATION, id="e-4")
    assert (slug(other), slug(cpr)) == ("already-handled", "invalid")
    handed_on = [fact for fact in await story.facts() if fact["fact"] == "application-accepted"]
    assert [fact["key"] for fact in handed_on] == ["socialtilsyn-nord/A-7"]

    await story.hears(story.created("CRV-9", application={"authority": "socialtilsyn-nord", "application_id": "A-7"}))
    receipts = [receipt for receipt in await outside.receipts() if receipt["accepted"]]
    assert [(receipt["event_id"], receipt["tilbud_id"]) for receipt in receipts] == [
        ("e-1", "CRV-9"),
        ("e-1", "CRV-9"),
        ("e-2", "CRV-9"),
    ]
    [later] = await outside.sends(application, kind=APPLICATION, id="e-5")
    assert later["tilbud_id"] == "CRV-9"


async def test_twins_at_the_same_moment_have_one_effect(outside: Outside, database: Database) -> None:
    async def send(offset: int) -> None:
        value = json.dumps(tilsyn()).encode()
        record = Record("external.tilsyn.socialtilsyn-nord.v1", 0, offset, "", BINARY, value)
        await deliver(database, EXTERNAL, record)

    await asyncio.gather(*(send(offset) for offset in range(8)))
    receipts = await outside.receipts()
    assert len(receipts) == 8
    assert all(receipt == receipts[0] for receipt in receipts)
    assert len(await outside.published()) == 1


async def test_batches_in_opposite_order_and_with_wrong_keys_answer_every_record(
    outside: Outside, database: Database
) -> None:
    story = outside.story
    tilbud = [f"CRV-{number}" for number in range(10, 22)]
    await story.hears(*(story.created(each) for each in tilbud))
    await story.hears(*(story.assigned(tilbud_id=each) for each in tilbud))

    def batch(authority: str, order: list[str], keys: list[str]) -> list[Record]:
        return [
            Record(
                f"external.tilsyn.{authority}.v1",
                0,
                offset,
                key,
                [("ce_id", f"e-{each}".encode()), *BINARY[1:]],
                json.dumps(tilsyn(tilsyn_id=f"T-{each}", tilbud_id=each)).encode(),
            )
            for offset, (each, key) in enumerate(zip(order, keys, strict=True), start=100)
        ]

    backwards = tilbud[::-1]
    await asyncio.gather(
        deliver(database, EXTERNAL, *batch("socialtilsyn-nord", tilbud, tilbud)),
        deliver(database, EXTERNAL, *batch("socialtilsyn-syd", backwards, tilbud)),
        deliver(database, EXTERNAL, *batch("socialtilsyn-midt", backwards, [""] * len(tilbud))),
    )
    assert await outside.dead() == 0
    receipts = await outside.receipts()
    assert len(receipts) == 3 * len(tilbud)
    assert sum(receipt["accepted"] for receipt in receipts) == len(tilbud)
    assert sorted(fact["key"] for fact in await outside.published()) == sorted(tilbud)
