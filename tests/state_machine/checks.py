"""What must hold after every step, and what all services agree on when everything was delivered."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.state_machine.model import AREA, TilbudModel
from tests.state_machine.reading import data_of, edited_of, kind_of, of_kind, read_by_publication
from tests.state_machine.system import FourServices

CASE_LOG = """SELECT id, case_id, act, revision, authority, by ->> 'authority' AS decider FROM case_log ORDER BY id"""
APPROVED_STEPS = "SELECT key, data FROM approved_steps WHERE tilbud_id = :id ORDER BY number"
Seen = dict[tuple[str, str], int]


async def check_public(system: FourServices, tilbud: Iterable[TilbudModel], seen: Seen) -> None:
    """What is public follows from what ``publication`` was told: never public while the latest tilsyn is negative."""
    rows = await system.rows("publication", "SELECT id, record FROM tilbud")
    records = {row["id"]: row["record"] for row in rows}
    for each in tilbud:
        known, record = read_by_publication(system.carrier, seen, each.id), records.get(each.id)
        assert (record is not None) == known.is_public(), f"public: {record is not None}, told: {known}"
        if record is not None:
            assert shown_of(record) == known.content()


def shown_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return of a public record what the machine edits."""
    [department] = [each for each in record["departments"] if each["id"] == "afd-1"]
    found: dict[str, Any] = {}
    for key, data in (*record["steps"].items(), ("target-groups/afd-1", department["steps"]["target-groups"])):
        found |= edited_of(key, data)
    return found


async def check_case_log(system: FourServices, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The log only grows, nobody but the one authority that has a case decides it, and it ends once; return it."""
    log = await system.rows("approval", CASE_LOG)
    assert log[: len(before)] == before, "the log has changed"
    has: dict[str, str] = {}
    ended: set[str] = set()
    outcomes: Counter[tuple[str, int]] = Counter()
    for row in log:
        case, act = row["case_id"], row["act"]
        assert case not in ended, f"{act} after the end of the case {case}"
        if act in {"opened", "reopened", "moved"}:
            has[case] = row["authority"]
        elif act in {"decided", "withdrawn", "returned", "approved"}:
            assert row["decider"] == has[case], f"{act} by {row['decider']}, the case is at {has[case]}"
        outcomes[case, row["revision"]] += act in {"returned", "approved"}
        if act in {"approved", "closed"}:
            ended.add(case)
    assert [each for each, count in outcomes.items() if count > 1] == [], "decided twice"
    return log


async def check_outcomes_told(system: FourServices) -> None:
    """Each outcome of each revision is told once, under one id."""
    told = Counter(
        (kind_of(record), data_of(record)["case_id"], data_of(record).get("revision"))
        for record in of_kind(system.carrier.records(), "case-approved", "case-returned", "case-closed")
    )
    assert [each for each, count in told.items() if count > 1] == [], "told twice"


async def check_no_dead_letters(system: FourServices) -> None:
    """Every service could handle everything."""
    assert [await service.dead_letters() for service in system.services.values()] == [[]] * len(system.services)


async def check_agreement(system: FourServices, tilbud: TilbudModel, day: date) -> None:
    """When everything was delivered, every service says of a tilbud what the model says."""
    await _check_authority(system, tilbud)
    await _check_cases(system, tilbud)
    await _check_sanctions(system, tilbud, day)
    [row] = await system.rows("publication", "SELECT record, version FROM tilbud WHERE id = :id", id=tilbud.id)
    assert (row["record"] is not None) == tilbud.facts.is_public()
    feed = await system.rows("publication", "SELECT version FROM feed WHERE tilbud_id = :id AND latest", id=tilbud.id)
    assert [each["version"] for each in feed] == ([row["version"]] if row["version"] else [])
    if row["record"]:
        assert shown_of(row["record"]) == tilbud.facts.content()
    steps = await system.rows("reporting", APPROVED_STEPS, id=tilbud.id)
    baseline: dict[str, Any] = {}
    for step in steps:
        baseline |= edited_of(step["key"], step["data"])
    assert baseline == tilbud.facts.content()


async def _check_authority(system: FourServices, tilbud: TilbudModel) -> None:
    by_service = {}
    for service, expression in AUTHORITY.items():
        [row] = await system.rows(service, f"SELECT {expression} AS found FROM tilbud WHERE id = :id", id=tilbud.id)  # noqa: S608  Ours.
        by_service[service] = row["found"]
    assert set(by_service.values()) == {tilbud.authority}, by_service
    [row] = await system.rows("jurisdiction", "SELECT givers FROM tilbud WHERE id = :id", id=tilbud.id)
    pending = await system.rows("jurisdiction", "SELECT id FROM handovers WHERE state = 'pending'")
    assert pending == []
    for case in tilbud.open_cases("awaiting"):
        reported = tilbud.facts.content() | case.content
        area = AREA[reported["contact"][1]]
        [found] = await system.rows("approval", PLACED, id=case.id)
        # Whoever handed the tilbud over gave all of its cases away, also one that its own data had brought there.
        is_given = found["by"] is not None or area in row["givers"]
        expected = tilbud.authority if is_given else area
        assert found["authority"] == expected, (case, found, row["givers"], tilbud.authority)


# Where a case stands, and who brought it there: nobody where it was routed.
PLACED = """
SELECT cases.authority, log.by FROM cases JOIN case_log log ON log.case_id = cases.id
WHERE cases.id = :id AND log.act IN ('opened', 'reopened', 'moved') ORDER BY log.id DESC LIMIT 1
"""
AUTHORITY = {
    "jurisdiction": "authority",
    "approval": "authority",
    "reporting": "authority",
    "publication": "known -> 'authority' ->> 'authority'",
}


async def _check_cases(system: FourServices, tilbud: TilbudModel) -> None:
    expected = {case.id: (case.state, case.revision, case.number) for case in tilbud.cases.values()}
    assert all(case.ended == (case.state in {"approved", "closed"}) for case in tilbud.cases.values())
    of_reporting = await system.rows(
        "reporting", "SELECT id, state, revision, number FROM submissions WHERE tilbud_id = :id", id=tilbud.id
    )
    assert {row["id"]: (row["state"], row["revision"], row["number"]) for row in of_reporting} == expected
    of_approval = await system.rows(
        "approval", "SELECT id, state, outcome, revision, number FROM cases WHERE tilbud_id = :id", id=tilbud.id
    )
    found = {
        row["id"]: ("approved" if row["outcome"] == "approved" else row["state"], row["revision"], row["number"])
        for row in of_approval
    }
    assert found == expected


async def _check_sanctions(system: FourServices, tilbud: TilbudModel, day: date) -> None:
    rows = await system.rows(
        "approval", "SELECT sanction, tilsyn_id, text FROM standing_sanctions WHERE tilbud_id = :id", id=tilbud.id
    )
    stored = sorted((row["sanction"], row["tilsyn_id"], row["text"]) for row in rows)
    expected = tilbud.facts.sanctions(day)
    assert stored == expected
    [row] = await system.rows("publication", "SELECT record FROM tilbud WHERE id = :id", id=tilbud.id)
    record = row["record"]
    if record:
        shown = [("order", each["text"]) for each in record["orders"]]
        shown += [("condition", each["text"]) for each in record["conditions"]]
        assert sorted(shown) == sorted((kind, text) for kind, _, text in expected if kind != "intensified")
        periods = ([record["intensified"]] if record["intensified"] else []) + record.get("announced", [])
        assert bool(periods) == any(kind == "intensified" for kind, *_ in expected)


async def check_receipts(system: FourServices, expected: dict[tuple[str, str], list[bool]]) -> None:
    """Each event has one stored receipt; a repeat gets the same again, another content with its id is refused.

    ``expected`` is by authority and id of the event what each record and request of it was answered, in order.
    """
    rows = await system.rows("approval", "SELECT authority, event_id, answer FROM receipts WHERE event_id IS NOT NULL")
    stored = {(row["authority"], row["event_id"]): row["answer"] for row in rows}
    assert len(stored) == len(rows)
    assert {key: answer["accepted"] for key, answer in stored.items()} == {
        key: answers[0] for key, answers in expected.items() if answers
    }
    published: Counter[tuple[str, str]] = Counter()
    for record in of_kind(system.carrier.records(), "receipt"):
        authority, data = record.topic.split(".")[2], data_of(record)
        key = (authority, data["event_id"])
        problem = data["problem"]
        if problem and problem["type"].endswith("already-handled"):
            continue
        assert data == stored[key], "a repeat was answered otherwise"
        published[key] += 1
    assert published == {key: len(answers) for key, answers in expected.items() if answers}
