"""What the tilsyn of a tilbud say about it: one rule for every service that shows or enforces it (R83, R98, R99)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from contracts.events.approval import TilsynDecision, TilsynKind, TilsynPublished

# The ids of the vocabulary ``tilsyn-statuses``.
Status = Literal["under-approval", "approved", "approved-with-conditions", "intensified", "not-approved", "ceased"]
OF_DECISION: dict[TilsynDecision, Status] = {
    TilsynDecision.APPROVED: "approved",
    TilsynDecision.APPROVED_WITH_CONDITIONS: "approved-with-conditions",
    TilsynDecision.NOT_APPROVED: "not-approved",
}


@dataclass(frozen=True)
class Assessed:
    """What of one tilsyn decides about its tilbud; ``intensified`` is a first and a last day."""

    decided_on: date
    accepted_number: int
    decision: TilsynDecision
    kind: TilsynKind = TilsynKind.ANNOUNCED
    intensified: tuple[date, date] | None = None

    @classmethod
    def of(cls, event: TilsynPublished) -> Self:
        """Return what of a published tilsyn decides."""
        period = (event.intensified.start, event.intensified.until) if event.intensified else None
        return cls(event.decided_on, event.accepted_number, event.decision, event.kind, period)


def latest(tilsyn: Iterable[Assessed]) -> Assessed | None:
    """Return the tilsyn that counts: highest ``decided_on``, on the same day accepted last.

    One without a decision changes no approval and never counts.
    """
    deciding = (each for each in tilsyn if each.decision in OF_DECISION)
    return max(deciding, key=lambda each: (each.decided_on, each.accepted_number), default=None)


def has_ceased(ceased_on: date | None, tilsyn: Iterable[Assessed]) -> bool:
    """Return whether a tilbud is closed for good; ``ceased_on`` is its last day (R99).

    Only a new approval opens it again: a positive tilsyn of the kind ``approval`` decided after the last day.
    The report of a visit that was made before the end may well be decided after it and opens nothing.
    """
    return ceased_on is not None and not any(
        each.kind is TilsynKind.APPROVAL and each.decision.positive and each.decided_on > ceased_on for each in tilsyn
    )


def status_of(tilsyn: Sequence[Assessed], *, ceased_on: date | None, today: date) -> Status:
    """Return the tilsynsstatus on the day ``today`` (R98, R99)."""
    if has_ceased(ceased_on, tilsyn):
        return "ceased"
    counting = latest(tilsyn)
    if counting is None:
        return "under-approval"
    if counting.decision.positive and any(_covers(each.intensified, today) for each in tilsyn):
        return "intensified"
    return OF_DECISION[counting.decision]


def _covers(period: tuple[date, date] | None, day: date) -> bool:
    return period is not None and period[0] <= day <= period[1]
