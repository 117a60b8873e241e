"""Checks a history against a snapshot of the whole system at the end.

A location shows effects: which reports exist there, which steps were decided, which mails were caught. Each operation
of the history has effects that must stand everywhere where they belong. What does not agree is an anomaly of one of
seven kinds.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.history import OK, UNKNOWN, OperationResult

LOST = "lost"
PHANTOM = "phantom"
DUPLICATED = "applied twice"
REGRESSED = "version went back"
REORDERED = "out of order"
DIVERGED = "differs between locations"
UNFINISHED = "unfinished"
KINDS = (LOST, PHANTOM, DUPLICATED, REGRESSED, REORDERED, DIVERGED, UNFINISHED)


@dataclass(frozen=True)
class Effect:
    """One thing that can be seen in the system: of which kind, about which report, and which one of it."""

    kind: str
    subject: str
    detail: str = ""


@dataclass(frozen=True)
class Location:
    """A place that was looked at: ``kinds`` are the effects that belong there, ``effects`` how often each is there."""

    name: str
    kinds: frozenset[str]
    effects: Counter[Effect]


@dataclass(frozen=True)
class StreamEntry:
    """One event on a topic or in the feed; ``version`` is what it says of its own state, 0 where it says nothing."""

    key: str
    source: str
    sequence: int
    id: str
    version: int = 0


@dataclass(frozen=True)
class Snapshot:
    """Everything that was seen.

    ``streams`` are entries in the order in which a reader gets them. ``last_sequences`` are the last numbers that each
    source has drawn for each key. ``values`` are what must be the same in all its locations, by report and name.
    ``regressions`` are versions that a database saw going back; ``unfinished`` is work that is still to be done.
    """

    locations: Sequence[Location]
    streams: Mapping[str, Sequence[StreamEntry]]
    last_sequences: Mapping[tuple[str, str], int] = field(default_factory=dict)
    values: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    regressions: Sequence[str] = ()
    unfinished: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Anomaly:
    """One thing that must not be."""

    kind: str
    where: str
    what: str


@dataclass
class ExpectedCount:
    """How often an effect must be there at least, and may be there at most."""

    least: int = 0
    most: int = 0


def check(
    results: Sequence[OperationResult], snapshot: Snapshot, effects: Mapping[str, Iterable[Effect]]
) -> list[Anomaly]:
    """Return what is wrong; ``effects`` are those that each operation must have, by its id."""
    expected = _expected_counts(results, effects)
    found = [anomaly for location in snapshot.locations for anomaly in _in_location(location, expected)]
    found += _partly_applied(snapshot.locations, expected)
    found += [anomaly for name, entries in snapshot.streams.items() for anomaly in _in_stream(name, entries)]
    found += _gaps(snapshot)
    found += [anomaly for key, values in snapshot.values.items() for anomaly in _diverging(key, values)]
    found += _not_newest(results, snapshot)
    found += [Anomaly(REGRESSED, "database", what) for what in snapshot.regressions]
    found += [Anomaly(UNFINISHED, where, f"{count}") for where, count in snapshot.unfinished.items() if count]
    return found


def _expected_counts(
    results: Sequence[OperationResult], effects: Mapping[str, Iterable[Effect]]
) -> dict[Effect, ExpectedCount]:
    found: dict[Effect, ExpectedCount] = defaultdict(ExpectedCount)
    for result in results:
        for effect in effects.get(result.operation.id, ()):
            expected = found[effect]
            expected.least += result.outcome == OK
            expected.most += result.outcome in {OK, UNKNOWN}
    return found


def _in_location(location: Location, expected: Mapping[Effect, ExpectedCount]) -> list[Anomaly]:
    found = []
    for effect, times in expected.items():
        count = location.effects[effect]
        if effect.kind in location.kinds and count < times.least:
            found.append(Anomaly(LOST, location.name, f"{effect}: {count} of {times.least}"))
    for effect, count in location.effects.items():
        most = expected[effect].most if effect in expected else 0
        if count > most:
            kind = DUPLICATED if most else PHANTOM
            found.append(Anomaly(kind, location.name, f"{effect}: {count} instead of {most}"))
    return found


def _partly_applied(locations: Sequence[Location], expected: Mapping[Effect, ExpectedCount]) -> list[Anomaly]:
    """An operation whose end nobody knows must have happened everywhere or nowhere."""
    found = []
    for effect in (effect for effect, times in expected.items() if times.least < times.most):
        counts = {each.name: each.effects[effect] for each in locations if effect.kind in each.kinds}
        if len(set(counts.values())) > 1:
            found.append(Anomaly(DIVERGED, "locations", f"{effect}: {counts}"))
    return found


def _in_stream(name: str, entries: Sequence[StreamEntry]) -> list[Anomaly]:
    """A record may come again, but new ones come in order, and the last one of a key is the newest."""
    found: list[Anomaly] = []
    newest: dict[tuple[str, str], StreamEntry] = {}
    versions: dict[tuple[str, str], int] = {}
    last: dict[tuple[str, str], StreamEntry] = {}
    ids: set[str] = set()
    for entry in entries:
        line = (entry.source, entry.key)
        last[line] = entry
        if entry.id in ids:
            continue
        ids.add(entry.id)
        before, version = newest.get(line), versions.get(line, 0)
        if before and entry.sequence <= before.sequence:
            found.append(Anomaly(REORDERED, name, f"{entry.key}: {entry.sequence} after {before.sequence}"))
        if 0 < entry.version < version:
            found.append(Anomaly(REGRESSED, name, f"{entry.key}: version {entry.version} after {version}"))
        newest[line], versions[line] = entry, entry.version or version
    found += [
        Anomaly(REORDERED, name, f"{entry.key}: ends with {entry.sequence}, an old record")
        for line, entry in last.items()
        if entry.id != newest[line].id
    ]
    return found


def _gaps(snapshot: Snapshot) -> list[Anomaly]:
    """Every number that a source has drawn for a key stands on exactly one of its topics."""
    seen: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entry in (entry for entries in snapshot.streams.values() for entry in entries):
        seen[entry.source, entry.key][entry.sequence].add(entry.id)
    found = []
    for line, last in snapshot.last_sequences.items():
        there, drawn = set(seen.get(line, {})), set(range(1, last + 1))
        found += [Anomaly(LOST, "topics", f"{line}: number {number} of {last}") for number in sorted(drawn - there)]
        found += [
            Anomaly(PHANTOM, "topics", f"{line}: number {number}, beyond {last}") for number in sorted(there - drawn)
        ]
    for line, numbers in seen.items():
        for number, ids in numbers.items():
            if len(ids) > 1:
                found.append(Anomaly(DUPLICATED, "topics", f"{line}: number {number} on {len(ids)} different events"))
    return found


def _diverging(key: tuple[str, str], values: Mapping[str, Any]) -> list[Anomaly]:
    seen = {location: repr(value) for location, value in values.items()}
    if len(set(seen.values())) <= 1:
        return []
    short = {location: value[:80] for location, value in seen.items()}
    return [Anomaly(DIVERGED, "values", f"{key}: {short}")]


def _not_newest(results: Sequence[OperationResult], snapshot: Snapshot) -> list[Anomaly]:
    """The content that was accepted last stands, unless a later attempt whose end nobody knows replaced it."""
    accepted: dict[tuple[str, str], set[str]] = {}
    for result in results:
        key = (result.operation.subject, result.operation.kind)
        if not result.operation.content:
            continue
        if result.outcome == OK:
            accepted[key] = {result.operation.content}
        elif result.outcome == UNKNOWN and key in accepted:
            accepted[key].add(result.operation.content)
    found = []
    for key, wanted in accepted.items():
        for location, value in snapshot.values.get(key, {}).items():
            if value not in wanted:
                found.append(Anomaly(LOST, location, f"{key}: {value!r} instead of {sorted(wanted)}"))
    return found


def count(anomalies: Iterable[Anomaly]) -> dict[str, int]:
    """Return how many anomalies of each kind there are, kinds without one included."""
    found = Counter(anomaly.kind for anomaly in anomalies)
    return {kind: found[kind] for kind in KINDS}
