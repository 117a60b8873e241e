"""When an approval is unused, and when it lapses (lov om socialtilsyn § 5, stk. 7, L7).

The vacancies that a tilbud has reported can be old, and somebody may live there all the same: so the authority, which
can ask, says by a tilsyn that the approval has lapsed, and is reminded until it does or the places are used again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

YEARS = 2
# Nobody loses an approval without having been told so long before.
WARNING = timedelta(days=90)
# What was reported is looked at so often even when no day is due.
AT_LEAST_EVERY = timedelta(days=30)


class Turn(StrEnum):
    """What a day brings for an unused approval."""

    NOTHING = "nothing"
    WARN = "warn"
    DUE = "due"


@dataclass(frozen=True)
class Course:
    """What happens to an unused approval today, when it lapses, and when it is looked at next."""

    turn: Turn
    lapses_on: date | None
    next_on: date


def is_unused(places: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether every approved place stands empty; without any places nothing is known.

    ``places`` are the contents of the step, one for each department, with the vacancies that were reported last.
    """
    total = 0
    for each in places:
        approved, free = each.get("approved_places"), each.get("vacancies")
        if not isinstance(approved, int) or not isinstance(free, int) or free < approved:
            return False
        total += approved
    return total > 0


def lapse_day(unused_since: date) -> date:
    """Return the day on which two years are over."""
    year = unused_since.year + YEARS
    try:
        return unused_since.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def course(unused_since: date, lapses_on: date | None, today: date) -> Course:
    """Return what happens today: of what is due the authority is told again and again.

    Who was warned late, since the worker was away, has as long as everybody else.
    """
    if lapses_on is None and today < lapse_day(unused_since) - WARNING:
        next_on = min(lapse_day(unused_since) - WARNING, today + AT_LEAST_EVERY)
        return Course(Turn.NOTHING, None, next_on)
    if lapses_on is None:
        lapses_on = max(lapse_day(unused_since), today + WARNING)
        return Course(Turn.WARN, lapses_on, min(lapses_on, today + AT_LEAST_EVERY))
    if today < lapses_on:
        return Course(Turn.NOTHING, lapses_on, min(lapses_on, today + AT_LEAST_EVERY))
    return Course(Turn.DUE, lapses_on, today + AT_LEAST_EVERY)
