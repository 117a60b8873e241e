"""What the tilsyn of a tilbud say about it: one rule for every service that shows or enforces it (R83, R98, R99)."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from contracts.events.approval import TilsynDecision, TilsynKind, TilsynPublished
from contracts.reference import authorities, find_authority

# The ids of the vocabulary ``tilsyn-statuses``.
Status = Literal["under-approval", "approved", "approved-with-conditions", "intensified", "not-approved", "ceased"]
OF_DECISION: dict[TilsynDecision, Status] = {
    TilsynDecision.APPROVED: "approved",
    TilsynDecision.APPROVED_WITH_CONDITIONS: "approved-with-conditions",
    TilsynDecision.NOT_APPROVED: "not-approved",
}


# It is judged beside the themes of the quality model and is no part of their mean.
ECONOMY = "economy"


def mean_quality(scores: Mapping[str, float | None]) -> float | None:
    """Return the mean of the theme scores (1 to 5) by theme, to two decimals; None where none is scored (L12)."""
    given = [score for theme, score in scores.items() if score is not None and theme != ECONOMY]
    return round(sum(given) / len(given), 2) if given else None


# A day and a number: by these tilsyn follow each other.
Position = tuple[date, float]


@dataclass(frozen=True)
class TilsynOutcome:
    """What of one tilsyn decides about its tilbud; ``intensified`` is a first and a last day."""

    decided_on: date
    accepted_number: int
    decision: TilsynDecision
    kind: TilsynKind = TilsynKind.ANNOUNCED
    intensified: tuple[date, date] | None = None

    @property
    def position(self) -> Position:
        """Return where the tilsyn stands among those of its tilbud, the latest last."""
        return self.decided_on, self.accepted_number

    @classmethod
    def of(cls, event: TilsynPublished) -> Self:
        """Return what of a published tilsyn decides."""
        period = (event.intensified.start, event.intensified.until) if event.intensified else None
        return cls(event.decided_on, event.accepted_number, event.decision, event.kind, period)


def counts(authority: str, decided_on: date, approving_kinds: Collection[str], since: date | None) -> bool:
    """Return whether a tilsyn of this authority and day says anything about the approval.

    After a change to another kind of authority only tilsyn of the ``approving_kinds`` do, decided ``since`` the day of
    the latest such change: where the tilbud comes back to an authority, its old ones stay without effect. Without any
    kinds all do.
    """
    if not approving_kinds:
        return True
    found = find_authority(authority)
    return (found is None or found.kind in approving_kinds) and (since is None or decided_on >= since)


def without_effect(approving_kinds: Collection[str]) -> list[str]:
    """Return the authorities whose tilsyn say nothing about the approval, for a search among many tilsyn."""
    return [each.id for each in authorities() if approving_kinds and each.kind not in approving_kinds]


def latest(tilsyn: Iterable[TilsynOutcome]) -> TilsynOutcome | None:
    """Return the tilsyn that counts: highest ``decided_on``, on the same day accepted last.

    One without a decision changes no approval and never counts.
    """
    deciding = (each for each in tilsyn if each.decision in OF_DECISION)
    return max(deciding, key=lambda each: each.position, default=None)


def has_ceased(ceased_on: date | None, tilsyn: Iterable[TilsynOutcome]) -> bool:
    """Return whether a tilbud is closed for good; ``ceased_on`` is its last day (R99).

    Only a new approval opens it again: a positive tilsyn of the kind ``approval`` decided after the last day.
    The report of a visit that was made before the end may well be decided after it and opens nothing.
    """
    return ceased_on is not None and not any(
        each.kind is TilsynKind.APPROVAL and each.decision.positive and each.decided_on > ceased_on for each in tilsyn
    )


def last_loss(tilsyn: Iterable[TilsynOutcome], ceased_on: date | None) -> Position | None:
    """Return when the approval was lost last, by a negative decision or by cessation; None when it never was.

    A new approval brings back nothing that was given up to then.
    """
    losses: list[Position] = [each.position for each in tilsyn if each.decision is TilsynDecision.NOT_APPROVED]
    if ceased_on is not None:
        losses.append((ceased_on, math.inf))
    return max(losses, default=None)


def status_of(tilsyn: Sequence[TilsynOutcome], *, ceased_on: date | None, today: date) -> Status:
    """Return the tilsynsstatus on the Danish day ``today`` (R98, R99)."""
    if has_ceased(ceased_on, tilsyn):
        return "ceased"
    counting = latest(tilsyn)
    if counting is None:
        return "under-approval"
    if counting.decision.positive and _is_intensified(tilsyn, last_loss(tilsyn, ceased_on), today):
        return "intensified"
    return OF_DECISION[counting.decision]


def _is_intensified(tilsyn: Iterable[TilsynOutcome], loss: Position | None, day: date) -> bool:
    periods = [each.intensified for each in tilsyn if each.intensified and (loss is None or each.position > loss)]
    return any(first <= day <= last for first, last in periods)
