"""The one place that answers errors: in the shape of RFC 9457, and without an echo of what was sent.

The list of types is closed: a service hands it over when it creates its app.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chassis.database import is_conflict, is_unavailable
from chassis.errors import BadRequest, DomainError, FieldError, InternalFault, Invalid, Unavailable

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

ProblemTypes = Mapping[str, tuple[str, int, str]]


def problem_response(request: Request, error: DomainError) -> Response:
    """Return ``error`` as an answer to ``request``; its app has the table of types."""
    return _answer(request, error.slug, error.detail, error.errors, error.headers)


def _answer(
    request: Request,
    slug: str,
    detail: str = "",
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    status: int | None = None,
) -> Response:
    address, own_status, title = request.app.state.problems[slug]
    body = {
        "type": address,
        "title": title,
        "status": status or own_status,
        "detail": detail or title + ".",
        "instance": request.url.path,
        "errors": [asdict(error) for error in errors],
    }
    return JSONResponse(body, status_code=status or own_status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def add_problem_handlers(app: FastAPI, types: ProblemTypes) -> None:
    """Let ``app`` answer every error as a problem document of one of ``types``."""
    app.state.problems = types
    by_status = {status: slug for slug, (_, status, _) in reversed(list(types.items()))}

    async def on_domain_error(request: Request, error: Any) -> Response:
        return problem_response(request, error)

    async def on_invalid(request: Request, error: Any) -> Response:
        return problem_response(request, invalid(error.errors()))

    async def on_http(request: Request, error: Any) -> Response:
        slug = by_status.get(error.status_code, BadRequest.slug)
        return _answer(request, slug, headers=error.headers, status=error.status_code)

    async def on_fault(request: Request, error: Exception) -> Response:
        if is_unavailable(error) or is_conflict(error):
            return problem_response(request, Unavailable(headers={"Retry-After": "5"}))
        log.error("request failed", exc_info=error, extra={"method": request.method})
        return problem_response(request, InternalFault())

    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_fault)


_TEXT = {"type": "string"}
_FIELD_ERROR = dict.fromkeys(("pointer", "code", "detail"), _TEXT)
SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "An error (RFC 9457). `type` is stable; `errors` point into the body and never show the input.",
    "type": "object",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": _TEXT,
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": _FIELD_ERROR, "required": list(_FIELD_ERROR)},
        },
    },
    "required": ["type", "title", "status", "detail", "instance", "errors"],
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of a router whose routes can answer with problems of these HTTP ``statuses``."""
    content = {MEDIA_TYPE: {"schema": SCHEMA}}
    return {status: {"description": "Problem", "content": content} for status in sorted(statuses)}


DETAILS = {
    "missing": "Feltet skal udfyldes.",
    "extra_forbidden": "Feltet findes ikke.",
    "json_invalid": "Indholdet er ikke gyldig JSON.",
}


def invalid(errors: Sequence[Any]) -> Invalid | BadRequest:
    """Return Pydantic's findings as an error: where and what, never the value."""
    found = [
        FieldError(_pointer(error["loc"]), str(error["type"]), DETAILS.get(error["type"], "Værdien er ikke gyldig."))
        for error in errors[:50]
    ]
    if any(error.code == "json_invalid" for error in found):
        return BadRequest(DETAILS["json_invalid"])
    return Invalid(errors=found)


def _pointer(location: Sequence[Any]) -> str:
    """Return a JSON pointer into the body; a parameter outside of it is named as ``#query/name``."""
    place, *rest = location
    path = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in rest)
    return path if place == "body" else f"#{place}{path}"
