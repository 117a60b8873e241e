"""The clock of the process that loads: what is done inside ``days_ago`` happened on that day, for every service's code.

A country does not come into being in half a minute. So the loader lets each report, decision and figure happen on a
day of its own, and the use cases that it calls ask ``chassis.clock`` as they always do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, tzinfo

from chassis import clock

_MOMENT: ContextVar[datetime | None] = ContextVar("moment", default=None)
# A working day begins at eight.
OPENS = 8


class _Clock(datetime):
    """The class that ``chassis.clock`` asks for the time, in this process only."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """Return the moment that is set, or the real one."""
        return _MOMENT.get() or datetime.now(tz)


def install() -> None:
    """Let the code of this process see the moments that ``days_ago`` sets."""
    setattr(clock, "datetime", _Clock)  # noqa: B010  For a type checker a class in a module is no variable.


@contextmanager
def days_ago(days: int, minute: int, now: datetime) -> Iterator[None]:
    """Let what is done in the block happen ``days`` before ``now``, so many minutes after work has begun.

    Tasks beside this one keep their own time. What happens today happens at the real moment: nothing lies ahead.
    """
    token = _MOMENT.set(_moment(days, minute, now) if days else None)
    try:
        yield
    finally:
        _MOMENT.reset(token)


def _moment(days: int, minute: int, now: datetime) -> datetime:
    day = (now - timedelta(days=days)).astimezone(clock.COPENHAGEN)
    opens = day.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    return (opens + timedelta(minutes=minute)).astimezone(UTC)
