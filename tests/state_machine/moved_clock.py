"""The clock of every service of this process, some days ahead of the real one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import pytest

from chassis import clock


class MovedClock:
    """``days`` is how far ahead it is; it only goes forward until it is set back for the next run."""

    def __init__(self) -> None:
        self.days = 0

    def today(self) -> date:
        """Return the Danish day that the services read."""
        return clock.today()

    @contextmanager
    def installed(self) -> Iterator["MovedClock"]:
        """Let ``chassis.clock`` read this clock."""
        moved = self

        class Moved(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return datetime.now(tz) + timedelta(days=moved.days)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "datetime", Moved)
            yield self
