"""How long a tilbud without approval may be used in an emergency (lov om socialtilsyn § 5, stk. 4, L8)."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from chassis.errors import Conflict, FieldError, Forbidden, Invalid
from contracts.reference import AuthorityKind, find_authority

DAY = timedelta(days=1)
# Three weeks, and three more in special cases; the first day counts.
ALLOWED = timedelta(weeks=3)
NOTICE = timedelta(days=3)


class EmergencyUseState(StrEnum):
    """Where a use stands: within its time, beyond it, or over."""

    RUNNING = "running"
    EXCEEDED = "exceeded"
    ENDED = "ended"


class OnlyForKommuner(Forbidden):
    """Somebody else than a kommune registers a use."""

    default_detail = "Akut brug registreres af den kommune, der bruger tilbuddet."


class TilbudIsApproved(Conflict):
    """The tilbud is approved: to use it is no emergency use."""

    default_detail = "Tilbuddet er godkendt. Brugen skal ikke registreres som akut."


class EmergencyUseIsOver(Conflict):
    """The use has ended, or its time has run out."""

    default_detail = "Brugen er ophørt, eller de tre uger er gået. Den kan ikke forlænges."


class ExtendedAlready(Conflict):
    """A use is extended once."""

    default_detail = "Brugen er allerede forlænget. Den kan ikke forlænges igen."


class Look(NamedTuple):
    """What is told on a day, if anything, and when to look again."""

    is_near: bool
    has_passed: bool
    next_on: date | None


def kommuner_among(scopes: Iterable[str]) -> set[str]:
    """Return the kommuner that the caller acts for; OnlyForKommuner when there are none."""
    found = [authority for scope in scopes if (authority := find_authority(scope))]
    kommuner = {authority.id for authority in found if authority.kind is AuthorityKind.KOMMUNE}
    if not kommuner:
        raise OnlyForKommuner
    return kommuner


def last_day_of(started_on: date) -> date:
    """Return the last day of the first three weeks."""
    return started_on + ALLOWED - DAY


def state_on(day: date, last_day: date, ended_on: date | None) -> EmergencyUseState:
    """Return where a use stands on ``day``."""
    if ended_on is not None:
        return EmergencyUseState.ENDED
    return EmergencyUseState.RUNNING if day <= last_day else EmergencyUseState.EXCEEDED


def extended(last_day: date, ended_on: date | None, today: date, *, is_extended: bool) -> date:
    """Return the last day after an extension; EmergencyUseIsOver or ExtendedAlready when there can be none."""
    if state_on(today, last_day, ended_on) is not EmergencyUseState.RUNNING:
        raise EmergencyUseIsOver
    if is_extended:
        raise ExtendedAlready
    return last_day + ALLOWED


def check_end(ended_on: date, started_on: date, today: date) -> None:
    """Raise Invalid for a last day before the first one, or in the future."""
    if ended_on < started_on:
        detail = "Brugen kan ikke ophøre, før den er begyndt."
        raise Invalid(detail, [FieldError("/ended_on", "backwards", detail)])
    if ended_on > today:
        detail = "Datoen ligger i fremtiden."
        raise Invalid(detail, [FieldError("/ended_on", "future", detail)])


def first_look(last_day: date) -> date:
    """Return the day on which the end of the time is near."""
    return last_day - NOTICE


def look(due_on: date, last_day: date, today: date) -> Look:
    """Return what is told today of a use that was due on ``due_on`` and goes on.

    Its end is told to be near once, and to have passed once. What a worker that was away has missed is left out.
    """
    if today > last_day:
        return Look(is_near=False, has_passed=True, next_on=None)
    is_near = due_on <= last_day and today >= first_look(last_day)
    return Look(is_near=is_near, has_passed=False, next_on=last_day + DAY if is_near else first_look(last_day))
