"""What a failure run prints: what was tried, what is wrong, where one has looked, and where the time went."""

from collections.abc import Iterable

from fire import Outcome
from judge import count
from ledger import OK, REFUSED, SENT, UNKNOWN, summary

SHOWN = 40
COUNTED = ("GET /v1/dump", "notification: mails owed", "mails caught")


def tell(outcome: Outcome) -> str:
    """Return everything about a run as text."""
    parts = (_tried(outcome), _judged(outcome), _looked(outcome), _killed(outcome), _time(outcome), _wrong(outcome))
    return "\n\n".join(part for part in (f"seed {outcome.seed}", *parts) if part)


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, *(tuple(map(str, row)) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _tried(outcome: Outcome) -> str:
    found = summary(outcome.told)
    head = ("what clients did", "operations", "attempts", "ok", "refused", "unknown", "unknown in the end")
    return _table(
        head,
        (
            (kind, row["operations"], row[SENT], row[OK], row[REFUSED], row[UNKNOWN], row[f"in the end {UNKNOWN}"])
            for kind, row in found.items()
        ),
    )


def _judged(outcome: Outcome) -> str:
    return _table(("the ledger against everything", "found"), count(outcome.findings).items())


def _looked(outcome: Outcome) -> str:
    world = outcome.world
    effects = sum(sum(place.seen.values()) for place in world.places)
    records = sum(len(marks) for marks in world.streams.values())
    again = records - sum(len({mark.id for mark in marks}) for marks in world.streams.values())
    values = sum(len(values) for values in world.values.values())
    rows = [
        (f"effects in {len(world.places)} places", effects),
        (f"records in {len(world.streams)} streams", records),
        ("  of them sent again, with the same id", again),
        (f"values of {len(world.values)} things that must be one", values),
    ]
    rows += [(place.name, place.seen.total()) for place in world.places if place.name in COUNTED]
    return _table(("looked at", "count"), rows)


def _killed(outcome: Outcome) -> str:
    return _table(("killed -9", "after attempt"), ((kill.process, kill.after) for kill in outcome.killed))


def _time(outcome: Outcome) -> str:
    rows = [(name, f"{seconds:.1f}") for name, seconds in outcome.seconds.items()]
    attempts = summary(outcome.told)
    rows += [
        (f"  an attempt of kind {kind}, on average", f"{seconds / attempts[kind][SENT]:.3f}")
        for kind, seconds in outcome.spent.items()
    ]
    return _table(("where the time went", "seconds"), rows)


def _wrong(outcome: Outcome) -> str:
    found = [f"{finding.kind}: {finding.where}: {finding.what}" for finding in outcome.findings]
    more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return "\n".join([*found[:SHOWN], *more])
