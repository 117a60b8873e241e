"""What the routes share: a session that only reads, and answers that a caller who has them is not sent again."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse, Response

from chassis.database import ReadSession
from chassis.errors import FieldError, Invalid

PROBLEM_STATUSES = (400, 422, 503)
CACHED = {"Cache-Control": "public, max-age=1, must-revalidate"}
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


def not_modified(tag: str) -> Response:
    """Return the answer to a caller who has it all."""
    return Response(status_code=304, headers={**CACHED, "ETag": tag})


def conditional_answer(if_none_match: str | None, tag: str, content: Any) -> Response:
    """Return ``content`` as JSON, or nothing to a caller who has it."""
    if is_unchanged(if_none_match, tag):
        return not_modified(tag)
    return JSONResponse(content, headers={**CACHED, "ETag": tag})


def invalid_parameter(name: str, code: str, detail: str) -> Invalid:
    """Return the error that says what is wrong with one query parameter."""
    return Invalid(detail, [FieldError(f"#query/{name}", code, detail)])
