"""When things happen in the tests, where they do not say so themselves."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


def moment(days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """Return the moment that long after ``START``."""
    return START + timedelta(days=days, hours=hours, minutes=minutes)


def sent_at(number: int, revision: int) -> datetime:
    """Return when a revision of a submission is sent: a day after the one before, three hours between revisions.

    Its case opens an hour later and is decided after another one, so that everything comes in its order.
    """
    return moment(days=number, hours=3 * (revision - 1))
