"""The moment in the past that a caller asks about: a Danish day, all of it, or a moment with its zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Query

from chassis.clock import COPENHAGEN
from chassis.errors import FieldError, Invalid

TICK = timedelta(microseconds=1)
BEFORE_EVERYTHING = datetime(1, 1, 2, tzinfo=UTC)

AsOf = Annotated[
    str | None,
    Query(
        max_length=40,
        description="A day (all of it), or a moment with its zone (RFC 3339).",
        json_schema_extra={"anyOf": [{"type": "string", "format": each} for each in ("date-time", "date")]},
    ),
]
"""The moment that a route is asked about, as its parameter; ``last_moment`` reads it."""


def last_moment(as_of: str | None) -> datetime | None:
    """Return the last moment, in UTC, of what is looked at; None when that is now. ``invalid`` when it is none."""
    if as_of is None:
        return None
    try:
        moment = _end_of_day(as_of) if len(as_of) == len("2026-11-22") else datetime.fromisoformat(as_of)
        if moment.tzinfo is None:
            raise _wrong("timezone-missing", "Tidspunktet mangler en tidszone.")
        return moment.astimezone(UTC)
    except OverflowError:
        # Beyond the calendar: there was nothing before its beginning, and its end is later than now.
        return BEFORE_EVERYTHING if as_of.startswith("0") else None
    except ValueError as error:
        raise _wrong("invalid-date", "Angiv en dato eller et tidspunkt.") from error


def _end_of_day(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time.min, COPENHAGEN) - TICK


def _wrong(code: str, detail: str) -> Invalid:
    return Invalid(detail, [FieldError("#query/as_of", code, detail)])
