"""The checker itself: a made-up history and snapshot that agree are green, and each fault that is planted turns red."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.topics import SERVICES
from tests.chaos.checker import (
    DIVERGED,
    DUPLICATED,
    KINDS,
    LOST,
    PHANTOM,
    REGRESSED,
    REORDERED,
    UNFINISHED,
    Effect,
    Location,
    Snapshot,
    StreamEntry,
    check,
    count,
)
from tests.chaos.history import OK, REFUSED, SENT, UNKNOWN, History, Operation, read_results, summary
from tests.chaos.nemesis import plan_kills
from tests.chaos.probes import PROBES
from tests.chaos.workload import expected_effects

A, B, C = (Effect("created", subject) for subject in "ABC")
CREATE = {subject: Operation(f"create {subject}", "created", subject) for subject in "ABC"}
FIRST = Operation("first", "vacancies", "A", content="1")
SECOND = Operation("second", "vacancies", "A", content="2")
EFFECTS = {operation.id: [Effect("created", subject)] for subject, operation in CREATE.items()}


def write_history(path: Path, *states: tuple[Operation, str]) -> list[str]:
    """Write a history and return its lines."""
    history = History(path / "history.jsonl", seed=1)
    for operation, state in states:
        history.record(operation, state)
    history.close()
    return history.path.read_text().splitlines()


@pytest.fixture
def lines(tmp_path: Path) -> list[str]:
    """A was answered at the second attempt, B was refused, nobody knows of C."""
    return write_history(
        tmp_path,
        *((CREATE["A"], state) for state in (SENT, UNKNOWN, SENT, OK)),
        *((CREATE["B"], state) for state in (SENT, REFUSED)),
        *((CREATE["C"], state) for state in (SENT, UNKNOWN)),
        *((operation, state) for operation in (FIRST, SECOND) for state in (SENT, OK)),
    )


def location(name: str, *effects: Effect) -> Location:
    """Return a location where creations belong."""
    return Location(name, frozenset({"created"}), Counter(effects))


def entry(key: str, sequence: int, version: int = 0, identifier: str = "") -> StreamEntry:
    """Return an event of a made-up service."""
    return StreamEntry(key, "service", sequence, identifier or f"{key}{sequence}", version)


GOOD = Snapshot(
    locations=(location("database", A, C), location("topic", A, C)),
    # The second record came again after the third, and the third again after that: a relay was killed.
    streams={
        "topic": [entry("A", 1), entry("A", 2, 1), entry("A", 3, 2), entry("A", 2, 1), entry("A", 3, 2), entry("C", 1)]
    },
    last_sequences={("service", "A"): 3, ("service", "C"): 1},
    values={("A", "record"): {"feed": "x", "dump": "x"}, ("A", "vacancies"): {"reporting": "2", "publication": "2"}},
    unfinished={"outbox": 0},
)
ON_TOPIC = GOOD.streams["topic"]


def at_locations(*locations: Location) -> Snapshot:
    """Return the good snapshot with other locations."""
    return replace(GOOD, locations=locations)


def with_stream(*entries: StreamEntry) -> Snapshot:
    """Return the good snapshot with another stream, and with as many numbers drawn as it needs."""
    last_sequences = {
        ("service", key): max(each.sequence for each in entries if each.key == key) for key in {m.key for m in entries}
    }
    return replace(GOOD, streams={"topic": entries}, last_sequences=last_sequences)


def with_value(name: str, **values: str) -> Snapshot:
    """Return the good snapshot with another value of A."""
    return replace(GOOD, values={("A", name): values})


def anomalies(lines: list[str], snapshot: Snapshot) -> dict[str, int]:
    """Return how many anomalies there are of each kind that has one."""
    return {kind: n for kind, n in count(check(read_results(lines), snapshot, EFFECTS)).items() if n}


def test_what_agrees_is_green(lines: list[str]) -> None:
    assert anomalies(lines, GOOD) == {}


def test_an_operation_with_unknown_end_may_have_happened_nowhere(lines: list[str]) -> None:
    assert anomalies(lines, at_locations(location("database", A), location("topic", A))) == {}


PLANTED: dict[str, tuple[Snapshot, dict[str, int]]] = {
    "an accepted creation is missing in a database": (
        at_locations(location("database", C), location("topic", A, C)),
        {LOST: 1},
    ),
    "a whole location is empty": (at_locations(location("database", A, C), location("topic")), {LOST: 1, DIVERGED: 1}),
    "a refused creation is there": (at_locations(location("database", A, B, C), location("topic", A, C)), {PHANTOM: 1}),
    "something is there that nobody asked for": (
        at_locations(location("database", A, C, Effect("created", "D")), location("topic", A, C)),
        {PHANTOM: 1},
    ),
    "an accepted creation happened twice": (
        at_locations(location("database", A, A, C), location("topic", A, C)),
        {DUPLICATED: 1},
    ),
    "what nobody knows the end of happened twice": (
        at_locations(location("database", A, C, C), location("topic", A, C, C)),
        {DUPLICATED: 2},
    ),
    "what nobody knows the end of happened in one location only": (
        at_locations(location("database", A, C), location("topic", A)),
        {DIVERGED: 1},
    ),
    "two records of a key in the wrong order": (
        with_stream(entry("A", 1), entry("A", 3), entry("A", 2)),
        {REORDERED: 1},
    ),
    "an old record stands last": (with_stream(entry("A", 1), entry("A", 2), entry("A", 1)), {REORDERED: 1}),
    "a version on a topic goes back": (with_stream(entry("A", 1, 2), entry("A", 2, 1)), {REGRESSED: 1}),
    "a version goes back behind one that says nothing": (
        with_stream(entry("A", 1, 2), entry("A", 2, 0), entry("A", 3, 1)),
        {REGRESSED: 1},
    ),
    "a number that was last_sequences is nowhere": (with_stream(entry("A", 1), entry("A", 3)), {LOST: 1}),
    "a number that was never last_sequences": (
        replace(GOOD, streams={"topic": [*ON_TOPIC, entry("A", 4)]}),
        {PHANTOM: 1},
    ),
    "one number on two different events": (
        with_stream(entry("A", 1), entry("A", 2), entry("A", 2, identifier="another")),
        {DUPLICATED: 1, REORDERED: 1},
    ),
    "the feed and the dump differ": (with_value("record", feed="x", dump="y"), {DIVERGED: 1}),
    "an old value stands everywhere": (with_value("vacancies", reporting="1", publication="1"), {LOST: 2}),
    "an old value stands in one location": (
        with_value("vacancies", reporting="2", publication="1"),
        {LOST: 1, DIVERGED: 1},
    ),
    "a version in a database went back": (replace(GOOD, regressions=["tilbud.version 2 -> 1"]), {REGRESSED: 1}),
    "a row is left in an outbox": (replace(GOOD, unfinished={"outbox": 1}), {UNFINISHED: 1}),
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_turns_red(lines: list[str], what: str) -> None:
    snapshot, expected = PLANTED[what]
    assert anomalies(lines, snapshot) == expected


def test_every_kind_of_anomaly_is_planted_once() -> None:
    assert {kind for _, expected in PLANTED.values() for kind in expected} == set(KINDS)


def test_a_later_value_with_unknown_end_may_stand_or_not(tmp_path: Path) -> None:
    third = Operation("third", "vacancies", "A", content="3")
    states = [(FIRST, SENT), (FIRST, OK), (third, SENT), (third, UNKNOWN)]
    written = write_history(tmp_path, (CREATE["A"], OK), (CREATE["C"], UNKNOWN), *states)
    for stands in ("1", "3"):
        assert anomalies(written, with_value("vacancies", reporting=stands, publication=stands)) == {}
    assert anomalies(written, with_value("vacancies", reporting="2", publication="2")) == {LOST: 2}


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        ((SENT, OK), OK),
        ((SENT, UNKNOWN, SENT, OK), OK),
        ((SENT, REFUSED), REFUSED),
        ((SENT, UNKNOWN), UNKNOWN),
        ((SENT,), UNKNOWN),
        ((SENT, UNKNOWN, SENT, REFUSED), UNKNOWN),
        ((SENT, SENT, REFUSED), UNKNOWN),
    ],
)
def test_an_operation_is_only_refused_when_every_attempt_was(
    tmp_path: Path, states: tuple[str, ...], outcome: str
) -> None:
    (result,) = read_results(write_history(tmp_path, *((FIRST, state) for state in states)))
    assert result.outcome == outcome
    assert summary([result])["vacancies"][SENT] == states.count(SENT)


def test_every_expected_effect_has_a_probe() -> None:
    kinds = ("created", "followed", "saved", "sent", "decided", "approved", "tilsyn", "vacancies")
    effects = {
        effect.kind
        for kind in kinds
        for effect in expected_effects(Operation("1", kind, "A", "1"), "follower@kaos.example")
    }
    assert effects == {probe.kind for probe in PROBES}


def test_a_seed_kills_every_worker_once_in_each_round_and_always_at_the_same_point() -> None:
    kills = plan_kills(reports=20, rounds=3, seed=7)
    workers = [kill.process for kill in kills if kill.process.endswith("-worker")]
    assert Counter(workers) == dict.fromkeys((f"{name}-worker" for name in SERVICES), 3)
    assert [kill.after for kill in kills] == sorted(kill.after for kill in kills)
    assert kills == plan_kills(reports=20, rounds=3, seed=7) != plan_kills(reports=20, rounds=3, seed=8)
