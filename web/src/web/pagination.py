"""Lists in pages: opaque cursors that stand for a place in an order, not for a number of rows."""

import base64
import json
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from chassis.errors import FieldError, Invalid
from chassis.json_documents import UnreadableJson, read_json

Item = TypeVar("Item")
# Two names of two hundred signs fit in, whatever the signs.
MAX_CURSOR_LENGTH = 8_000
# In the first and the last year a moment has no time in every zone.
EARLIEST_YEAR, LATEST_YEAR = MINYEAR, MAXYEAR

Limit = Annotated[int, Query(ge=1, le=100)]
"""How many items of a list a caller wants at most, as a parameter of a route."""
Cursor = Annotated[str | None, Query(max_length=MAX_CURSOR_LENGTH)]
"""The place in a list that a caller goes on from, as a parameter of a route."""


class Page(BaseModel, Generic[Item]):
    """One page of a list; ``next`` is the cursor of the following page, or None at the end."""

    items: list[Item]
    next: str | None = None
    total: int | None = None


def encode_cursor(*place: Any) -> str:
    """Return a cursor for the place behind an item whose sort values are ``place``: texts, numbers, dates, moments."""
    return base64.urlsafe_b64encode(json.dumps(place, default=_as_text).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type) -> list[Any]:
    """Return the sort values in ``cursor``, of these ``kinds``; ``invalid`` when it is not one of ours."""
    try:
        if len(cursor) > MAX_CURSOR_LENGTH:
            raise ValueError("too long")
        place = read_json(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars="-_", validate=True))
        if not isinstance(place, list):
            raise TypeError("no list")
        return [_value(value, kind) for value, kind in zip(place, kinds, strict=True)]
    except (ValueError, TypeError, OverflowError, UnreadableJson) as error:
        raise invalid_cursor() from error


def _as_text(value: date) -> str:
    return value.isoformat()


def _value(value: Any, kind: type) -> Any:
    """Return a value as ``kind``; ValueError or TypeError when it is none that an item can have."""
    if kind is datetime:
        moment = datetime.fromisoformat(value).astimezone(UTC)
        if not EARLIEST_YEAR < moment.year < LATEST_YEAR:
            raise ValueError("beyond the calendar")
        return moment
    if kind is date:
        return date.fromisoformat(value)
    if kind is float and type(value) is int:
        return float(value)
    # ``True`` is an int for Python.
    if type(value) is not kind:
        raise TypeError("another kind")
    return value


def invalid_cursor() -> Invalid:
    """Return the error for a cursor that names no place in the list it was sent for."""
    detail = "Sidehenvisningen er ikke gyldig."
    return Invalid(detail, [FieldError("#query/cursor", "cursor", detail)])
