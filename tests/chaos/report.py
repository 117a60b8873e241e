"""What a chaos run prints: what was tried, what is wrong, where one has looked, and where the time went."""

from collections.abc import Iterable

from tests.chaos.checker import count
from tests.chaos.history import OK, REFUSED, SENT, UNKNOWN, summary
from tests.chaos.run import RunResult

SHOWN = 40
COUNTED = ("GET /v1/dump", "notification: mails queued", "mails caught")


def format_report(run: RunResult) -> str:
    """Return everything about a run as text."""
    parts = (_operations(run), _anomalies(run), _snapshot(run), _kills(run), _times(run), _details(run))
    return "\n\n".join(part for part in (f"seed {run.seed}", *parts) if part)


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, *(tuple(map(str, row)) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _operations(run: RunResult) -> str:
    found = summary(run.results)
    head = ("what clients did", "operations", "attempts", "ok", "refused", "unknown", "unknown in the end")
    return _table(
        head,
        (
            (kind, row["operations"], row[SENT], row[OK], row[REFUSED], row[UNKNOWN], row[f"in the end {UNKNOWN}"])
            for kind, row in found.items()
        ),
    )


def _anomalies(run: RunResult) -> str:
    return _table(("the history against everything", "found"), count(run.anomalies).items())


def _snapshot(run: RunResult) -> str:
    snapshot = run.snapshot
    effects = sum(sum(location.effects.values()) for location in snapshot.locations)
    records = sum(len(entries) for entries in snapshot.streams.values())
    again = records - sum(len({entry.id for entry in entries}) for entries in snapshot.streams.values())
    values = sum(len(values) for values in snapshot.values.values())
    rows = [
        (f"effects in {len(snapshot.locations)} locations", effects),
        (f"records in {len(snapshot.streams)} streams", records),
        ("  of them sent again, with the same id", again),
        (f"values of {len(snapshot.values)} things that must be one", values),
    ]
    rows += [(location.name, location.effects.total()) for location in snapshot.locations if location.name in COUNTED]
    return _table(("looked at", "count"), rows)


def _kills(run: RunResult) -> str:
    return _table(("killed -9", "after attempt"), ((kill.process, kill.after) for kill in run.killed))


def _times(run: RunResult) -> str:
    rows = [(name, f"{seconds:.1f}") for name, seconds in run.phases.items()]
    attempts = summary(run.results)
    rows += [
        (f"  an attempt of kind {kind}, on average", f"{seconds / attempts[kind][SENT]:.3f}")
        for kind, seconds in run.client_seconds.items()
    ]
    return _table(("where the time went", "seconds"), rows)


def _details(run: RunResult) -> str:
    found = [f"{anomaly.kind}: {anomaly.where}: {anomaly.what}" for anomaly in run.anomalies]
    more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return "\n".join([*found[:SHOWN], *more])
