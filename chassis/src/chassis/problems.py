"""Errors that a caller is told about, in the shape of RFC 9457 and without an echo of what was sent.

A rule raises ``Problem`` where it lives. The list of types is closed: a service hands it over when it creates its app.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chassis.database import is_conflict, is_outage

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

ProblemTypes = Mapping[str, tuple[str, int, str]]


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong: a JSON pointer, a stable code, and a sentence in Danish that shows no input."""

    pointer: str
    code: str
    detail: str


@dataclass
class Problem(Exception):
    """An error with a stable type. ``slug`` names a row of a problem table; ``detail`` is a Danish sentence."""

    slug: str
    detail: str = ""
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.slug


def not_found() -> Problem:
    """Say that there is nothing here for this caller, whether it exists or not."""
    return Problem("not-found", "Det findes ikke, eller du har ikke adgang til det.")


def problem_response(request: Request, problem: Problem, status: int | None = None) -> Response:
    """Return ``problem`` as an answer to ``request``; its app has the table of types."""
    address, own_status, title = request.app.state.problems[problem.slug]
    body = {
        "type": address,
        "title": title,
        "status": status or own_status,
        "detail": problem.detail or title + ".",
        "instance": request.url.path,
        "errors": [asdict(error) for error in problem.errors],
    }
    return JSONResponse(body, status_code=status or own_status, headers=dict(problem.headers), media_type=MEDIA_TYPE)


def add_problem_handlers(app: FastAPI, types: ProblemTypes) -> None:
    """Let ``app`` answer every error as a problem document of one of ``types``."""
    app.state.problems = types
    by_status = {status: slug for slug, (_, status, _) in reversed(list(types.items()))}

    async def on_problem(request: Request, error: Any) -> Response:
        return problem_response(request, error)

    async def on_invalid(request: Request, error: Any) -> Response:
        return problem_response(request, invalid(error.errors()))

    async def on_http(request: Request, error: Any) -> Response:
        slug = by_status.get(error.status_code, "bad-request")
        return problem_response(request, Problem(slug, headers=error.headers or {}), error.status_code)

    async def on_fault(request: Request, error: Exception) -> Response:
        if is_outage(error) or is_conflict(error):
            return problem_response(request, Problem("unavailable", "Prøv igen om lidt.", headers={"Retry-After": "5"}))
        log.error("request failed", exc_info=error, extra={"method": request.method})
        return problem_response(request, Problem("internal"))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_fault)


DETAILS = {
    "missing": "Feltet skal udfyldes.",
    "extra_forbidden": "Feltet findes ikke.",
    "json_invalid": "Indholdet er ikke gyldig JSON.",
}


def invalid(errors: Sequence[Any]) -> Problem:
    """Return Pydantic's findings as a problem: where and what, never the value."""
    found = [
        FieldError(_pointer(error["loc"]), str(error["type"]), DETAILS.get(error["type"], "Værdien er ikke gyldig."))
        for error in errors[:50]
    ]
    if any(error.code == "json_invalid" for error in found):
        return Problem("bad-request", DETAILS["json_invalid"])
    return Problem("invalid", "Et eller flere felter er ikke gyldige.", found)


def _pointer(location: Sequence[Any]) -> str:
    """Return a JSON pointer into the body; a parameter outside of it is named as ``#query/name``."""
    place, *rest = location
    path = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in rest)
    return path if place == "body" else f"#{place}{path}"
