"""When the deadline of a sanction is told, and when a subject is looked at again."""

from collections.abc import Iterable
from datetime import date, timedelta

NOTICE = timedelta(weeks=2)
# A subject is looked at so often even when nothing about it is due.
AT_LEAST_EVERY = timedelta(days=30)
NEVER_DUE = date.max


def notice_day(due_on: date, given_on: date) -> date:
    """Return the day on which a deadline is near: two weeks before it, or halfway to one that was given later."""
    return due_on - min(NOTICE, max(due_on - given_on, timedelta()) / 2)


def is_near(due_on: date, given_on: date, today: date) -> bool:
    """Return whether a deadline is to be told today; one that has passed is not near."""
    return due_on != NEVER_DUE and notice_day(due_on, given_on) <= today <= due_on


def next_look(due: Iterable[tuple[date, date, bool]], today: date) -> date:
    """Return the day after ``today`` on which something changes by the day alone.

    ``due`` has of each sanction its last day, the day that it was given, and whether its deadline was told: it is told
    once, and after its last day an intensified tilsyn is over.
    """
    days = [today + AT_LEAST_EVERY]
    for due_on, given_on, told in due:
        if due_on != NEVER_DUE:
            days += [due_on + timedelta(days=1)] if told else [notice_day(due_on, given_on), due_on + timedelta(days=1)]
    return min(day for day in days if day > today)
