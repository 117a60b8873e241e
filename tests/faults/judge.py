"""Holds a ledger against what stands in every place of the system at the end.

A place shows effects: which reports exist there, which steps were decided, which mails were caught. Each operation of
the ledger promises its effects everywhere where they belong. What does not agree is a finding of one of seven kinds.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger import OK, UNKNOWN, Account

LOST = "lost"
PHANTOM = "phantom"
TWICE = "applied twice"
BACKWARDS = "versions backwards"
DISORDER = "order broken"
UNSETTLED = "not one way everywhere"
LEFT = "left behind"
KINDS = (LOST, PHANTOM, TWICE, BACKWARDS, DISORDER, UNSETTLED, LEFT)


@dataclass(frozen=True)
class Effect:
    """One thing that can be seen in the system: of which kind, about which report, and which one of it."""

    kind: str
    subject: str
    detail: str = ""


@dataclass(frozen=True)
class Place:
    """Somewhere to look: ``kinds`` are the effects that belong there, ``seen`` how often each stands there."""

    name: str
    kinds: frozenset[str]
    seen: Counter[Effect]


@dataclass(frozen=True)
class Mark:
    """One event on a topic or in the feed; ``version`` is what it says of its own state, 0 where it says nothing."""

    key: str
    source: str
    sequence: int
    id: str
    version: int = 0


@dataclass(frozen=True)
class World:
    """Everything that was seen.

    ``streams`` are marks in the order in which a reader gets them. ``drawn`` is the last sequence that each source
    has drawn for each key. ``values`` are what must be the same in all its places, by report and name.
    ``backwards`` are versions that a database saw going back; ``left`` is work that is still to be done.
    """

    places: Sequence[Place]
    streams: Mapping[str, Sequence[Mark]]
    drawn: Mapping[tuple[str, str], int] = field(default_factory=dict)
    values: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    backwards: Sequence[str] = ()
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One thing that must not be."""

    kind: str
    where: str
    what: str


@dataclass
class Promise:
    """How often an effect must be there at least, and may be there at most."""

    least: int = 0
    most: int = 0


def judge(told: Sequence[Account], world: World, promised: Mapping[str, Iterable[Effect]]) -> list[Finding]:
    """Return what is wrong; ``promised`` are the effects of each operation by its id."""
    promises = _promises(told, promised)
    found = [finding for place in world.places for finding in _in_place(place, promises)]
    found += _unsettled(world.places, promises)
    found += [finding for name, marks in world.streams.items() for finding in _in_stream(name, marks)]
    found += _gaps(world)
    found += [finding for key, values in world.values.items() for finding in _different(key, values)]
    found += _newest(told, world)
    found += [Finding(BACKWARDS, "database", what) for what in world.backwards]
    found += [Finding(LEFT, where, f"{count}") for where, count in world.left.items() if count]
    return found


def _promises(told: Sequence[Account], promised: Mapping[str, Iterable[Effect]]) -> dict[Effect, Promise]:
    found: dict[Effect, Promise] = defaultdict(Promise)
    for account in told:
        for effect in promised.get(account.operation.id, ()):
            promise = found[effect]
            promise.least += account.outcome == OK
            promise.most += account.outcome in {OK, UNKNOWN}
    return found


def _in_place(place: Place, promises: Mapping[Effect, Promise]) -> list[Finding]:
    found = []
    for effect, promise in promises.items():
        if effect.kind in place.kinds and place.seen[effect] < promise.least:
            found.append(Finding(LOST, place.name, f"{effect}: {place.seen[effect]} of {promise.least}"))
    for effect, count in place.seen.items():
        most = promises[effect].most if effect in promises else 0
        if count > most:
            found.append(Finding(TWICE if most else PHANTOM, place.name, f"{effect}: {count} instead of {most}"))
    return found


def _unsettled(places: Sequence[Place], promises: Mapping[Effect, Promise]) -> list[Finding]:
    """What nobody knows the end of must have happened everywhere or nowhere."""
    found = []
    for effect in (effect for effect, promise in promises.items() if promise.least < promise.most):
        counts = {place.name: place.seen[effect] for place in places if effect.kind in place.kinds}
        if len(set(counts.values())) > 1:
            found.append(Finding(UNSETTLED, "places", f"{effect}: {counts}"))
    return found


def _in_stream(name: str, marks: Sequence[Mark]) -> list[Finding]:
    """A record may come again, but new ones come in order, and the last one of a key is the newest."""
    found: list[Finding] = []
    newest: dict[tuple[str, str], Mark] = {}
    versions: dict[tuple[str, str], int] = {}
    last: dict[tuple[str, str], Mark] = {}
    ids: set[str] = set()
    for mark in marks:
        line = (mark.source, mark.key)
        last[line] = mark
        if mark.id in ids:
            continue
        ids.add(mark.id)
        before, version = newest.get(line), versions.get(line, 0)
        if before and mark.sequence <= before.sequence:
            found.append(Finding(DISORDER, name, f"{mark.key}: {mark.sequence} after {before.sequence}"))
        if 0 < mark.version < version:
            found.append(Finding(BACKWARDS, name, f"{mark.key}: version {mark.version} after {version}"))
        newest[line], versions[line] = mark, mark.version or version
    found += [
        Finding(DISORDER, name, f"{mark.key}: ends with {mark.sequence}, an old record")
        for line, mark in last.items()
        if mark.id != newest[line].id
    ]
    return found


def _gaps(world: World) -> list[Finding]:
    """Every number that a source has drawn for a key stands on exactly one of its topics."""
    seen: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for mark in (mark for marks in world.streams.values() for mark in marks):
        seen[mark.source, mark.key][mark.sequence].add(mark.id)
    found = []
    for line, last in world.drawn.items():
        there, drawn = set(seen.get(line, {})), set(range(1, last + 1))
        found += [Finding(LOST, "topics", f"{line}: number {number} of {last}") for number in sorted(drawn - there)]
        found += [
            Finding(PHANTOM, "topics", f"{line}: number {number}, beyond {last}") for number in sorted(there - drawn)
        ]
    for line, numbers in seen.items():
        for number, ids in numbers.items():
            if len(ids) > 1:
                found.append(Finding(TWICE, "topics", f"{line}: number {number} on {len(ids)} different events"))
    return found


def _different(key: tuple[str, str], values: Mapping[str, Any]) -> list[Finding]:
    seen = {place: repr(value) for place, value in values.items()}
    if len(set(seen.values())) <= 1:
        return []
    short = {place: value[:80] for place, value in seen.items()}
    return [Finding(UNSETTLED, "values", f"{key}: {short}")]


def _newest(told: Sequence[Account], world: World) -> list[Finding]:
    """The content that was accepted last stands, unless a later attempt that nobody knows the end of replaced it."""
    accepted: dict[tuple[str, str], set[str]] = {}
    for account in told:
        key = (account.operation.subject, account.operation.kind)
        if not account.operation.content:
            continue
        if account.outcome == OK:
            accepted[key] = {account.operation.content}
        elif account.outcome == UNKNOWN and key in accepted:
            accepted[key].add(account.operation.content)
    found = []
    for key, wanted in accepted.items():
        for place, value in world.values.get(key, {}).items():
            if value not in wanted:
                found.append(Finding(LOST, place, f"{key}: {value!r} instead of {sorted(wanted)}"))
    return found


def count(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings of each kind there are, none included."""
    found = Counter(finding.kind for finding in findings)
    return {kind: found[kind] for kind in KINDS}
