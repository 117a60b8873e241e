"""Lists in pages: opaque cursors that stand for a place in an order, not for a number of rows."""

import base64
import binascii
import json
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from chassis.errors import FieldError, Invalid

Item = TypeVar("Item")
MAX_CURSOR_LENGTH = 1_000

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
    """Return a cursor for the place behind an item whose sort values are ``place``."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type) -> list[Any]:
    """Return the sort values in ``cursor``; ``invalid`` when it is not one of ours."""
    try:
        if len(cursor) > MAX_CURSOR_LENGTH:
            raise ValueError("too long")
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(place) != len(kinds) or not all(isinstance(v, k) for v, k in zip(place, kinds, strict=True)):
            raise ValueError("other shape")
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise invalid_cursor() from error
    return list(place)


def invalid_cursor() -> Invalid:
    """Return the error for a cursor that names no place in the list it was sent for."""
    detail = "Sidehenvisningen er ikke gyldig."
    return Invalid(detail, [FieldError("#query/cursor", "cursor", detail)])
