"""What an error of the database says about what a caller has asked for."""

import asyncpg

from chassis.database import sqlstate

DATA_EXCEPTIONS = "22"
QUERY_CANCELED = "57014"


def cannot_hold(error: BaseException) -> bool:
    """Return whether ``error`` says that PostgreSQL has no such value: a number or a moment beyond its types."""
    origin = getattr(error, "orig", None)
    by_driver = isinstance(origin, BaseException) and isinstance(origin.__cause__, asyncpg.DataError)
    return by_driver or sqlstate(error).startswith(DATA_EXCEPTIONS)


def is_too_slow(error: BaseException) -> bool:
    """Return whether ``error`` says that a statement took longer than it may."""
    return sqlstate(error) == QUERY_CANCELED
