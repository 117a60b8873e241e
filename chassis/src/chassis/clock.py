"""The one place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    """Return the current time, in UTC and with its zone."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date where people read it: the law's days are Danish days."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """Return the Danish day that ``moment``, which has a zone, falls on."""
    return moment.astimezone(COPENHAGEN).date()
