"""Which sanctions of a tilbud are in force on a day: one rule for the public and for officers (R88, R95, L5).

A sanction belongs to the tilsyn that gave it and stands until its own end: the last day of an intensified tilsyn, a
correction of its tilsyn that drops it, a later tilsyn that names it in ``ended``, or the loss of the approval. A
later tilsyn that is silent about it ends nothing, and neither does a deadline that has passed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from contracts.events.approval import Intensified, Sanction, TilsynDecision, TilsynPublished
from contracts.tilsyn import Position, Status, TilsynOutcome, has_ceased, last_loss, latest, status_of

DAY = timedelta(days=1)


class SanctionKind(StrEnum):
    """What an authority may add to an approval."""

    ORDER = "order"
    CONDITION = "condition"
    INTENSIFIED = "intensified"


@dataclass(frozen=True)
class StandingSanction:
    """A sanction that has not met its end; ``given_by`` is its tilsyn.

    ``text`` is the reason of an intensified tilsyn, which has a first and a last day (``start``, ``until``); an order
    or a condition may have an ``id`` and a ``deadline``, and is ``overdue`` when that has passed.
    """

    kind: SanctionKind
    given_by: TilsynPublished
    text: str | None
    id: str | None = None
    deadline: date | None = None
    overdue: bool = False
    start: date | None = None
    until: date | None = None

    @property
    def period(self) -> tuple[date, date] | None:
        """Return first and last day of an intensified tilsyn."""
        return (self.start, self.until) if self.start and self.until else None

    def announced_on(self, day: date) -> bool:
        """Return whether it is an intensified tilsyn that begins after ``day``."""
        return self.start is not None and day < self.start


@dataclass(frozen=True)
class Supervision:
    """What the tilsyn of a tilbud say about it on one day.

    ``deciding`` is the tilsyn that decides, ``in_force`` the sanctions in the order in which they were given, and
    ``announced`` the intensified tilsyn that begin later, the next one first.
    """

    status: Status
    deciding: TilsynPublished | None
    in_force: tuple[StandingSanction, ...]
    announced: tuple[StandingSanction, ...]

    @property
    def is_approved(self) -> bool:
        """Return whether the tilbud may be public by its tilsyn (R83)."""
        return self.status in {"approved", "approved-with-conditions", "intensified"}

    @property
    def orders(self) -> list[Sanction]:
        """Return the orders in force, as events carry them."""
        return _as_events(self.in_force, SanctionKind.ORDER)

    @property
    def conditions(self) -> list[Sanction]:
        """Return the conditions in force, as events carry them."""
        return _as_events(self.in_force, SanctionKind.CONDITION)

    @property
    def intensified(self) -> Intensified | None:
        """Return the intensified tilsyn that runs, the one that lasts longest where several do."""
        running = [_as_period(each) for each in self.in_force if each.kind is SanctionKind.INTENSIFIED]
        return max(running, key=lambda each: (each.until, each.start), default=None)

    @property
    def announced_periods(self) -> list[Intensified]:
        """Return the announced intensified tilsyn, as events carry them."""
        return [_as_period(each) for each in self.announced]

    @classmethod
    def on(cls, day: date, tilsyn: Sequence[TilsynPublished], ceased_on: date | None) -> Self:
        """Return what ``tilsyn`` say on the Danish day ``day``.

        Each tilsyn is there once, in its newest version. All of them count, whatever the day that they were decided
        on: what was accepted is never waited with. ``ceased_on`` is the last day of a tilbud that has ceased.
        """
        assessed = [TilsynOutcome.of(each) for each in tilsyn]
        counting = latest(assessed)
        standing = _standing(tilsyn, ceased_on, day)
        announced = [each for each in standing if each.announced_on(day)]
        return cls(
            status=status_of(assessed, ceased_on=ceased_on, today=day),
            deciding=next((each for each in tilsyn if counting and _position(each) == counting.position), None),
            in_force=tuple(each for each in standing if not each.announced_on(day)),
            announced=tuple(sorted(announced, key=lambda each: each.period or (day, day))),
        )


def is_overdue(deadline: date | None, day: date) -> bool:
    """Return whether the deadline of an order or a condition, itself the last day, has passed on ``day``."""
    return deadline is not None and deadline < day


def next_change(tilsyn: Sequence[TilsynPublished], ceased_on: date | None, after: date) -> date | None:
    """Return the first day after ``after`` on which an intensified tilsyn begins, or has ended, without any event."""
    periods = [each.period for each in _standing(tilsyn, ceased_on, after) if each.period]
    days = [day for start, until in periods for day in (start, until + DAY)]
    return min((day for day in days if day > after), default=None)


def _standing(tilsyn: Sequence[TilsynPublished], ceased_on: date | None, day: date) -> list[StandingSanction]:
    """Return every sanction that has not met its end on ``day``, oldest first; none while the approval is lost."""
    assessed = [TilsynOutcome.of(each) for each in tilsyn]
    counting = latest(assessed)
    if has_ceased(ceased_on, assessed) or (counting and counting.decision is TilsynDecision.NOT_APPROVED):
        return []
    loss = last_loss(assessed, ceased_on)
    givers = sorted((each for each in tilsyn if loss is None or _position(each) > loss), key=_position)
    given = [sanction for giver in givers for sanction in _given_by(giver, day)]
    ends = _Ends(tilsyn)
    return [each for each in given if not ends.has_ended(each)]


def _given_by(tilsyn: TilsynPublished, day: date) -> Iterator[StandingSanction]:
    """Yield what a tilsyn gave; an intensified tilsyn only until its last day."""
    period = tilsyn.intensified
    if period and day <= period.until:
        yield StandingSanction(SanctionKind.INTENSIFIED, tilsyn, period.reason, start=period.start, until=period.until)
    for kind, sanctions in ((SanctionKind.ORDER, tilsyn.orders), (SanctionKind.CONDITION, tilsyn.conditions)):
        for each in sanctions:
            overdue = is_overdue(each.deadline, day)
            yield StandingSanction(kind, tilsyn, each.text, id=each.id, deadline=each.deadline, overdue=overdue)


class _Ends:
    """Which orders and conditions the tilsyn of a tilbud end, looked up and not searched for: they may be many."""

    def __init__(self, tilsyn: Iterable[TilsynPublished]) -> None:
        self._given = {(each.authority, each.tilsyn_id, of) for each in tilsyn for of in _ids_of(each)}
        self._ending: dict[tuple[str, str], list[TilsynPublished]] = defaultdict(list)
        for each in tilsyn:
            for ended in each.ended:
                self._ending[ended.tilsyn_id, ended.id].append(each)

    def has_ended(self, sanction: StandingSanction) -> bool:
        """Return whether a tilsyn later than its own names the sanction.

        Two authorities may use the same ids: then one that names a sanction means its own, where it has given such a
        one.
        """
        giver = sanction.given_by
        if sanction.id is None:
            return False
        return any(
            _position(later) > _position(giver)
            and (
                later.authority == giver.authority or (later.authority, giver.tilsyn_id, sanction.id) not in self._given
            )
            for later in self._ending.get((giver.tilsyn_id, sanction.id), ())
        )


def _ids_of(tilsyn: TilsynPublished) -> set[str]:
    return {each.id for each in (*tilsyn.orders, *tilsyn.conditions) if each.id is not None}


def _position(tilsyn: TilsynPublished) -> Position:
    return TilsynOutcome.of(tilsyn).position


def _as_events(sanctions: Iterable[StandingSanction], kind: SanctionKind) -> list[Sanction]:
    return [
        Sanction(id=each.id, text=each.text or "", deadline=each.deadline) for each in sanctions if each.kind is kind
    ]


def _as_period(sanction: StandingSanction) -> Intensified:
    return Intensified.model_validate({"from": sanction.start, "until": sanction.until, "reason": sanction.text})
