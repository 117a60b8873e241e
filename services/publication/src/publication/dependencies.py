"""What the routes share: a session that only reads, and answers that a caller who has them is not sent again."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse, Response

from chassis.clock import now
from chassis.database import ReadSession
from chassis.errors import FieldError, Invalid

PROBLEM_STATUSES = (400, 422, 503)
CACHED = {"Cache-Control": "public, max-age=1, must-revalidate"}
# A reader may keep the past for good. An address that becomes a secret leaves it too, and so do names with time: caches
# that serve others ask again.
PAST = {"Cache-Control": "public, max-age=31536000, immutable, s-maxage=10, proxy-revalidate"}
# So long after a moment everything that was true at it has been committed.
SETTLED = timedelta(hours=1)
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Uændret siden den ETag, der blev sendt med."},
}


async def _read_session(request: Request) -> AsyncIterator[ReadSession]:
    # The database is no dependency of its own here: each costs a search time.
    async with request.app.state.database.read() as session:
        yield session


Session = Annotated[ReadSession, Depends(_read_session, scope="function")]
"""A session that only reads. Its connection is free again before the answer is sent, however slow its reader is."""
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=2_000)]
"""The ETags of what a caller has."""


def is_unchanged(if_none_match: str | None, tag: str) -> bool:
    """Return whether a caller who sent ``if_none_match`` has what ``tag`` stands for."""
    candidates = {each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")}
    return tag in candidates or "*" in candidates


def cache_headers(as_of: datetime | None = None) -> dict[str, str]:
    """Return for how long an answer may be kept: what was so at a moment of the past stays so."""
    return PAST if as_of is not None and as_of < now() - SETTLED else CACHED


def not_modified(tag: str, as_of: datetime | None = None) -> Response:
    """Return the answer to a caller who has it all."""
    return Response(status_code=304, headers={**cache_headers(as_of), "ETag": tag})


def conditional_answer(if_none_match: str | None, tag: str, content: Any, as_of: datetime | None = None) -> Response:
    """Return ``content`` as JSON, or nothing to a caller who has it; ``as_of`` is the moment that it was asked for."""
    if is_unchanged(if_none_match, tag):
        return not_modified(tag, as_of)
    return JSONResponse(content, headers={**cache_headers(as_of), "ETag": tag})


def invalid_parameter(name: str, code: str, detail: str, allowed: Sequence[str] = ()) -> Invalid:
    """Return the error that says what is wrong with one query parameter, and what would be right."""
    return Invalid(detail, [FieldError(f"#query/{name}", code, detail, tuple(allowed))])
