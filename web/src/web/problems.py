"""The one place that answers errors: in the shape of RFC 9457, and without an echo of what was sent.

The list of types is closed: a service hands it over when it creates its app.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chassis.database import is_conflict, is_unavailable
from chassis.errors import DomainError, FieldError, Invalid
from web.accept_headers import DANISH, ENGLISH, preferred_language
from web.database_errors import cannot_hold, is_too_slow
from web.errors import BadRequest, InternalFault, Unavailable
from web.routes import route_table
from web.validation import holds_long_number, invalid

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
METHOD_NOT_ALLOWED = 405

ProblemTypes = Mapping[str, tuple[str, int, str] | tuple[str, int, str, str]]
"""By slug: the stable address, the HTTP status, the title in Danish, and the title in English where there is one."""


def problem_response(request: Request, error: DomainError) -> Response:
    """Return ``error`` as an answer to ``request``; its app has the table of types."""
    return _answer(request, error.slug, error.detail, error.errors, error.headers, members=error.members)


def _answer(
    request: Request,
    slug: str,
    detail: str = "",
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    status: int | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    address, own_status, danish, *translated = request.app.state.problems[slug]
    # Pages are Danish, whatever language a browser asks for.
    english = bool(translated) and not request.app.state.pages and preferred_language(request) == ENGLISH
    title = translated[0] if english else danish
    body = {
        **(members or {}),
        "type": address,
        "title": title,
        "status": status or own_status,
        # What a rule says is Danish; its type and its codes say the same in both languages.
        "detail": f"{title}." if english or not detail else detail,
        "instance": _instance(request),
        "errors": [_shown(error, request.app.state.english_details if english else {}) for error in errors],
    }
    spoken = {"Content-Language": ENGLISH if english else DANISH, "Vary": "Accept-Language"}
    return JSONResponse(
        body, status_code=status or own_status, headers={**spoken, **(headers or {})}, media_type=MEDIA_TYPE
    )


def _shown(error: FieldError, in_english: Mapping[str, str]) -> dict[str, Any]:
    """Return ``error`` as it is answered: what its rule says in Danish, or what its code means in English."""
    return {**error.document(), "detail": in_english.get(error.code, error.detail)}


def _instance(request: Request) -> str:
    """Return the path that was asked for, or only which route it led to when it may hold a person's number."""
    path = request.url.path
    return str(getattr(request.scope.get("route"), "path", "/")) if holds_long_number(path) else path


def add_problem_handlers(app: FastAPI, types: ProblemTypes) -> None:
    """Let ``app`` answer every error as a problem document of one of ``types``."""
    app.state.problems = types
    by_status = {entry[1]: slug for slug, entry in reversed(list(types.items()))}

    async def on_domain_error(request: Request, error: Any) -> Response:
        return problem_response(request, error)

    async def on_invalid(request: Request, error: Any) -> Response:
        return problem_response(request, invalid(error.errors()))

    async def on_http(request: Request, error: Any) -> Response:
        headers = error.headers
        if error.status_code == METHOD_NOT_ALLOWED:
            # The router names the methods of one route only. What is no route of the app is a file.
            methods = route_table(request).methods(request.url.path) or {"GET", "HEAD", "OPTIONS"}
            headers = {"Allow": ", ".join(sorted(methods))}
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=headers)
        slug = by_status.get(error.status_code, BadRequest.slug)
        return _answer(request, slug, headers=headers, status=error.status_code)

    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, _on_fault)


async def _on_fault(request: Request, error: Exception) -> Response:
    if is_unavailable(error) or is_conflict(error) or is_too_slow(error):
        return problem_response(request, Unavailable(headers={"Retry-After": "5"}))
    log.error("request failed", exc_info=error, extra={"method": request.method})
    if cannot_hold(error):
        return problem_response(request, Invalid())
    return problem_response(request, InternalFault())


_TEXT = {"type": "string"}
_FIELD_ERROR = dict.fromkeys(("pointer", "code", "detail"), _TEXT)
SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": (
        "An error (RFC 9457). `type` is stable; `errors` say what is wrong where, never the input: `pointer` is "
        "a JSON pointer into the body. Where a parameter is wrong, `parameter` names it and `pointer` begins with `#`. "
        "`allowed` lists the right values where they are few."
    ),
    "type": "object",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {**_FIELD_ERROR, "parameter": _TEXT, "allowed": {"type": "array", "items": _TEXT}},
                "required": list(_FIELD_ERROR),
            },
        },
    },
    "required": ["type", "title", "status", "detail", "instance", "errors"],
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of a router whose routes can answer with problems of these HTTP ``statuses``."""
    content = {MEDIA_TYPE: {"schema": SCHEMA}}
    return {status: {"description": "Problem", "content": content} for status in sorted(statuses)}
