"""The judge itself: a made-up ledger and world that agree are green, and each fault that is planted turns red."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from fire import schedule
from judge import (
    BACKWARDS,
    DISORDER,
    KINDS,
    LEFT,
    LOST,
    PHANTOM,
    TWICE,
    UNSETTLED,
    Effect,
    Mark,
    Place,
    World,
    count,
    judge,
)
from ledger import OK, REFUSED, SENT, UNKNOWN, Ledger, Operation, accounts, summary
from places import LOOKS

from contracts.topics import SERVICES
from reports import promised

A, B, C = (Effect("created", subject) for subject in "ABC")
CREATE = {subject: Operation(f"create {subject}", "created", subject) for subject in "ABC"}
FIRST = Operation("first", "vacancies", "A", content="1")
SECOND = Operation("second", "vacancies", "A", content="2")
PROMISES = {operation.id: [Effect("created", subject)] for subject, operation in CREATE.items()}


def told(path: Path, *turns: tuple[Operation, str]) -> list[str]:
    """Write a ledger and return its lines."""
    ledger = Ledger(path / "ledger.jsonl", seed=1)
    for operation, state in turns:
        ledger.write(operation, state)
    ledger.close()
    return ledger.path.read_text().splitlines()


@pytest.fixture
def lines(tmp_path: Path) -> list[str]:
    """A was answered at the second attempt, B was refused, nobody knows of C."""
    return told(
        tmp_path,
        *((CREATE["A"], state) for state in (SENT, UNKNOWN, SENT, OK)),
        *((CREATE["B"], state) for state in (SENT, REFUSED)),
        *((CREATE["C"], state) for state in (SENT, UNKNOWN)),
        *((operation, state) for operation in (FIRST, SECOND) for state in (SENT, OK)),
    )


def place(name: str, *effects: Effect) -> Place:
    """Return a place where creations belong."""
    return Place(name, frozenset({"created"}), Counter(effects))


def mark(key: str, sequence: int, version: int = 0, identifier: str = "") -> Mark:
    """Return an event of a made-up service."""
    return Mark(key, "service", sequence, identifier or f"{key}{sequence}", version)


GOOD = World(
    places=(place("database", A, C), place("topic", A, C)),
    # The second record came again after the third, and the third again after that: a relay was killed.
    streams={"topic": [mark("A", 1), mark("A", 2, 1), mark("A", 3, 2), mark("A", 2, 1), mark("A", 3, 2), mark("C", 1)]},
    drawn={("service", "A"): 3, ("service", "C"): 1},
    values={("A", "record"): {"feed": "x", "dump": "x"}, ("A", "vacancies"): {"reporting": "2", "publication": "2"}},
    left={"outbox": 0},
)
ON_TOPIC = GOOD.streams["topic"]


def placed(*places: Place) -> World:
    """Return the good world with other places."""
    return replace(GOOD, places=places)


def streamed(*marks: Mark) -> World:
    """Return the good world with another stream, and with as many numbers drawn as it needs."""
    drawn = {
        ("service", key): max(each.sequence for each in marks if each.key == key) for key in {m.key for m in marks}
    }
    return replace(GOOD, streams={"topic": marks}, drawn=drawn)


def valued(name: str, **values: str) -> World:
    """Return the good world with another value of A."""
    return replace(GOOD, values={("A", name): values})


def findings(lines: list[str], world: World) -> dict[str, int]:
    """Return how many findings there are of each kind that has one."""
    return {kind: n for kind, n in count(judge(accounts(lines), world, PROMISES)).items() if n}


def test_what_agrees_is_green(lines: list[str]) -> None:
    assert findings(lines, GOOD) == {}


def test_what_nobody_knows_the_end_of_may_have_happened_nowhere(lines: list[str]) -> None:
    assert findings(lines, placed(place("database", A), place("topic", A))) == {}


PLANTED: dict[str, tuple[World, dict[str, int]]] = {
    "an accepted creation is missing in a database": (placed(place("database", C), place("topic", A, C)), {LOST: 1}),
    "a whole place is empty": (placed(place("database", A, C), place("topic")), {LOST: 1, UNSETTLED: 1}),
    "a refused creation is there": (placed(place("database", A, B, C), place("topic", A, C)), {PHANTOM: 1}),
    "something is there that nobody asked for": (
        placed(place("database", A, C, Effect("created", "D")), place("topic", A, C)),
        {PHANTOM: 1},
    ),
    "an accepted creation happened twice": (placed(place("database", A, A, C), place("topic", A, C)), {TWICE: 1}),
    "what nobody knows the end of happened twice": (
        placed(place("database", A, C, C), place("topic", A, C, C)),
        {TWICE: 2},
    ),
    "what nobody knows the end of happened in one place only": (
        placed(place("database", A, C), place("topic", A)),
        {UNSETTLED: 1},
    ),
    "two records of a key in the wrong order": (streamed(mark("A", 1), mark("A", 3), mark("A", 2)), {DISORDER: 1}),
    "an old record stands last": (streamed(mark("A", 1), mark("A", 2), mark("A", 1)), {DISORDER: 1}),
    "a version on a topic goes back": (streamed(mark("A", 1, 2), mark("A", 2, 1)), {BACKWARDS: 1}),
    "a version goes back behind one that says nothing": (
        streamed(mark("A", 1, 2), mark("A", 2, 0), mark("A", 3, 1)),
        {BACKWARDS: 1},
    ),
    "a number that was drawn is nowhere": (streamed(mark("A", 1), mark("A", 3)), {LOST: 1}),
    "a number that was never drawn": (
        replace(GOOD, streams={"topic": [*ON_TOPIC, mark("A", 4)]}),
        {PHANTOM: 1},
    ),
    "one number on two different events": (
        streamed(mark("A", 1), mark("A", 2), mark("A", 2, identifier="another")),
        {TWICE: 1, DISORDER: 1},
    ),
    "the feed and the dump differ": (valued("record", feed="x", dump="y"), {UNSETTLED: 1}),
    "an old value stands everywhere": (valued("vacancies", reporting="1", publication="1"), {LOST: 2}),
    "an old value stands in one place": (valued("vacancies", reporting="2", publication="1"), {LOST: 1, UNSETTLED: 1}),
    "a version in a database went back": (replace(GOOD, backwards=["tilbud.version 2 -> 1"]), {BACKWARDS: 1}),
    "a row is left in an outbox": (replace(GOOD, left={"outbox": 1}), {LEFT: 1}),
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_turns_red(lines: list[str], what: str) -> None:
    world, expected = PLANTED[what]
    assert findings(lines, world) == expected


def test_every_kind_of_finding_is_planted_once() -> None:
    assert {kind for _, expected in PLANTED.values() for kind in expected} == set(KINDS)


def test_a_later_value_that_nobody_knows_the_end_of_may_stand_or_not(tmp_path: Path) -> None:
    third = Operation("third", "vacancies", "A", content="3")
    turns = [(FIRST, SENT), (FIRST, OK), (third, SENT), (third, UNKNOWN)]
    written = told(tmp_path, (CREATE["A"], OK), (CREATE["C"], UNKNOWN), *turns)
    for stands in ("1", "3"):
        assert findings(written, valued("vacancies", reporting=stands, publication=stands)) == {}
    assert findings(written, valued("vacancies", reporting="2", publication="2")) == {LOST: 2}


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
    (account,) = accounts(told(tmp_path, *((FIRST, state) for state in states)))
    assert account.outcome == outcome
    assert summary([account])["vacancies"][SENT] == states.count(SENT)


def test_everything_that_is_promised_is_looked_for() -> None:
    kinds = ("created", "followed", "saved", "sent", "decided", "approved", "tilsyn", "vacancies")
    effects = {effect.kind for kind in kinds for effect in promised(Operation("1", kind, "A", "1"), "f@ild.example")}
    assert effects == {look.kind for look in LOOKS}


def test_a_seed_kills_every_worker_once_in_each_round_and_always_at_the_same_place() -> None:
    kills = schedule(reports=20, rounds=3, seed=7)
    workers = [kill.process for kill in kills if kill.process.endswith("-worker")]
    assert Counter(workers) == dict.fromkeys((f"{name}-worker" for name in SERVICES), 3)
    assert [kill.after for kill in kills] == sorted(kill.after for kill in kills)
    assert kills == schedule(reports=20, rounds=3, seed=7) != schedule(reports=20, rounds=3, seed=8)
