"""The way of a control sample (SEL § 14, stk. 4-6, BEK 61/2023 § 17, L3): what may follow what, and by when.

Documentation is asked for, then a correction, then it is ordered; when the order is not followed in four weeks the
tilbud is heard for two, and then it is marked on the portal. At each step the sample can end.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from chassis.errors import Conflict, FieldError, Invalid
from contracts.events.samples import SampleAct, SampleOutcome, SampleState

DAY = timedelta(days=1)
ORDER_TIME = timedelta(weeks=4)
HEARING_TIME = timedelta(weeks=2)
LONGEST_TIME = timedelta(days=366)
NOTICE = timedelta(days=7)
# In lists what has a deadline comes first, then the marked that ask for nothing, then what is over.
WITHOUT_DEADLINE = date.max - DAY
OVER = date.max
MOST_ACTS = 500


class Awaits(StrEnum):
    """Whose turn it is in a sample."""

    PROVIDER = "provider"
    OPERATOR = "operator"


class SampleOpenAlready(Conflict):
    """A tilbud is in one sample at a time."""

    default_detail = "Tilbuddet er allerede udtaget til en stikprøve, som ikke er afsluttet."


class TilbudHasCeased(Conflict):
    """What has ceased is not sampled."""

    default_detail = "Tilbuddet er ophørt og kan ikke udtages til en stikprøve."


class ActDoesNotFollow(Conflict):
    """The act does not follow on where the sample stands, as when a colleague has done it already."""

    default_detail = "Stikprøven er nået til et andet trin. Åbn den igen, og se, hvad der er sket."


class TilbudHasTimeLeft(Conflict):
    """The tilbud may still do what it is asked for."""

    default_detail = "Tilbuddets frist er ikke udløbet."


class NobodyAsked(Conflict):
    """A marking is removed, or stays, on request."""

    default_detail = "Tilbuddet har ikke bedt om at få markeringen fjernet."


class TooManyActs(Conflict):
    """The sample has as many acts as one can have."""

    default_detail = "Der kan ikke tilføjes mere til stikprøven."


class Standing(NamedTuple):
    """Where a sample stands: ``answered`` when the tilbud has said something since it was asked last."""

    state: SampleState
    deadline: date | None
    answered: bool


class Look(NamedTuple):
    """What is told on a day, if anything, and when to look again."""

    is_near: bool
    has_passed: bool
    next_on: date | None


_STATE_AFTER = {
    SampleAct.DOCUMENTATION: SampleState.DOCUMENTATION,
    SampleAct.CORRECTION: SampleState.CORRECTION,
    SampleAct.ORDER: SampleState.ORDER,
    SampleAct.HEARING: SampleState.HEARING,
    SampleAct.MARKING: SampleState.MARKED,
}
_FOLLOWS = {
    SampleAct.CORRECTION: SampleState.DOCUMENTATION,
    SampleAct.ORDER: SampleState.CORRECTION,
    SampleAct.HEARING: SampleState.ORDER,
    SampleAct.MARKING: SampleState.HEARING,
}
# The whole time must pass, whatever the tilbud has said.
_WHOLE_TIME = frozenset({SampleState.ORDER, SampleState.HEARING})
_ENDS = {
    SampleOutcome.DOCUMENTED: frozenset({SampleState.DOCUMENTATION}),
    SampleOutcome.CORRECTED: frozenset({SampleState.CORRECTION, SampleState.ORDER, SampleState.HEARING}),
    SampleOutcome.REMOVED: frozenset({SampleState.MARKED}),
    SampleOutcome.DROPPED: frozenset(SampleState) - {SampleState.CLOSED},
}


def deadline_of(act: SampleAct, today: date, chosen: date | None = None) -> date | None:
    """Return the last day that an act gives the tilbud; Invalid for a ``chosen`` one that is not after today."""
    if act is SampleAct.ORDER:
        return today + ORDER_TIME
    if act is SampleAct.HEARING:
        return today + HEARING_TIME
    if chosen is not None and not today < chosen <= today + LONGEST_TIME:
        detail = "Fristen skal være efter i dag og højst et år frem."
        raise Invalid(detail, [FieldError("/deadline", "out-of-range", detail)])
    return chosen


def moved_on(standing: Standing, act: SampleAct, today: date, chosen: date | None = None) -> Standing:
    """Return where a sample stands after an act of the operator; ActDoesNotFollow or TilbudHasTimeLeft if it may not.

    The tilbud has had its time when the deadline has passed, or when it has answered what it was asked for.
    """
    if standing.state is not _FOLLOWS[act]:
        raise ActDoesNotFollow
    is_over = standing.deadline is None or today > standing.deadline
    if not is_over and (standing.state in _WHOLE_TIME or not standing.answered):
        raise TilbudHasTimeLeft
    return Standing(_STATE_AFTER[act], deadline_of(act, today, chosen), answered=False)


def answered(standing: Standing) -> Standing:
    """Return where a sample stands once the tilbud has answered; it may do so as often as it likes."""
    if standing.state is SampleState.CLOSED:
        raise ActDoesNotFollow("Stikprøven er afsluttet.")
    return standing._replace(answered=True)


def kept_marked(standing: Standing) -> Standing:
    """Return where a sample stands when the marking stays although its removal was asked for."""
    _require_request(standing)
    return standing._replace(answered=False)


def closed(standing: Standing, outcome: SampleOutcome) -> Standing:
    """Return where a sample stands once it is over; ActDoesNotFollow for an outcome of another step."""
    if standing.state not in _ENDS[outcome]:
        raise ActDoesNotFollow
    if outcome is SampleOutcome.REMOVED:
        _require_request(standing)
    return Standing(SampleState.CLOSED, None, answered=False)


def _require_request(standing: Standing) -> None:
    if standing.state is not SampleState.MARKED:
        raise ActDoesNotFollow
    if not standing.answered:
        raise NobodyAsked


def awaits(standing: Standing, today: date) -> Awaits | None:
    """Return whose turn it is on a day; nobody's when it is over, or marked without a request to remove that."""
    if standing.state is SampleState.CLOSED:
        return None
    if standing.state is SampleState.MARKED:
        return Awaits.OPERATOR if standing.answered else None
    if is_overdue(standing.deadline, today):
        return Awaits.OPERATOR
    return Awaits.OPERATOR if standing.answered and standing.state not in _WHOLE_TIME else Awaits.PROVIDER


def is_overdue(deadline: date | None, today: date) -> bool:
    """Return whether the last day has passed."""
    return deadline is not None and today > deadline


def listed_on(standing: Standing, today: date) -> date:
    """Return the day that a sample is listed by: its deadline, or today when the removal of a marking is asked for."""
    if standing.state is SampleState.CLOSED:
        return OVER
    if standing.state is SampleState.MARKED and standing.answered:
        return today
    return standing.deadline or WITHOUT_DEADLINE


def next_acts(standing: Standing, today: date) -> list[SampleAct]:
    """Return what the operator may do on a day, the next step first."""
    possible = [act for act in _FOLLOWS if _may(standing, act, today)]
    if standing.state is SampleState.MARKED and standing.answered:
        possible.append(SampleAct.REFUSAL)
    return possible if standing.state is SampleState.CLOSED else [*possible, SampleAct.CLOSURE]


def _may(standing: Standing, act: SampleAct, today: date) -> bool:
    try:
        moved_on(standing, act, today)
    except Conflict:
        return False
    return True


def outcomes(standing: Standing) -> list[SampleOutcome]:
    """Return how a sample can end now."""
    found = [outcome for outcome, states in _ENDS.items() if standing.state in states]
    return [each for each in found if each is not SampleOutcome.REMOVED or standing.answered]


def first_look(standing: Standing, asked_on: date) -> date | None:
    """Return the day on which a deadline is near: a week before it, or halfway; None where nothing is to be told."""
    if standing.deadline is None or standing.answered:
        return None
    return standing.deadline - min(NOTICE, max(standing.deadline - asked_on, timedelta()) / 2)


def look(due_on: date, standing: Standing, asked_on: date, today: date) -> Look:
    """Return what is told today of a deadline that was due on ``due_on``.

    It is told to be near once, and to have passed once. What a worker that was away has missed is left out.
    """
    near_on = first_look(standing, asked_on)
    if near_on is None or standing.deadline is None:
        return Look(is_near=False, has_passed=False, next_on=None)
    if today > standing.deadline:
        return Look(is_near=False, has_passed=True, next_on=None)
    is_near = due_on <= standing.deadline and today >= near_on
    return Look(is_near=is_near, has_passed=False, next_on=standing.deadline + DAY if is_near else near_on)
