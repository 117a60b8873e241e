"""Errors that a caller is told about, in the shape of RFC 9457 and without an echo of what was sent.

A rule raises ``Problem`` where it lives. The list of types is closed: the ones of the protocol stand here, a
service adds those of its domain when it creates its app.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

TYPE_BASE = "https://tilbudsportalen.dk/problems/"
MEDIA_TYPE = "application/problem+json"

PROTOCOL_PROBLEMS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "Forespørgslen kan ikke læses"),
    "unauthenticated": (401, "Du skal være logget ind"),
    "forbidden": (403, "Du har ikke ret til dette"),
    "not-found": (404, "Findes ikke"),
    "method-not-allowed": (405, "Metoden kan ikke bruges her"),
    "not-acceptable": (406, "Formatet kan ikke leveres"),
    "conflict": (409, "Det er i modstrid med den nuværende tilstand"),
    "gone": (410, "Findes ikke længere"),
    "stale": (412, "Oplysningerne er ændret af en anden i mellemtiden"),
    "too-large": (413, "Forespørgslen er for stor"),
    "unsupported-media-type": (415, "Indholdets format kan ikke bruges"),
    "invalid": (422, "Indholdet er ikke gyldigt"),
    "idempotency-mismatch": (422, "Idempotency-Key er brugt til noget andet"),
    "precondition-required": (428, "If-Match mangler"),
    "too-many-requests": (429, "For mange forespørgsler"),
    "internal": (500, "Der skete en fejl"),
    "unavailable": (503, "Tjenesten er ikke tilgængelig lige nu"),
}
BY_STATUS = {status: slug for slug, (status, _) in reversed(PROTOCOL_PROBLEMS.items())}


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


def problem_response(
    request: Request, table: Mapping[str, tuple[int, str]], problem: Problem, status: int | None = None
) -> Response:
    """Return ``problem`` as an answer to ``request``."""
    own_status, title = table[problem.slug]
    body = {
        "type": TYPE_BASE + problem.slug,
        "title": title,
        "status": status or own_status,
        "detail": problem.detail or title + ".",
        "instance": request.url.path,
        "errors": [asdict(error) for error in problem.errors],
    }
    return JSONResponse(body, status_code=status or own_status, headers=dict(problem.headers), media_type=MEDIA_TYPE)


def add_problem_handlers(app: FastAPI, domain_problems: Mapping[str, tuple[int, str]]) -> None:
    """Let ``app`` answer every error as a problem document."""
    table = PROTOCOL_PROBLEMS | dict(domain_problems)

    async def on_problem(request: Request, error: Exception) -> Response:
        return problem_response(request, table, error if isinstance(error, Problem) else Problem("internal"))

    async def on_invalid(request: Request, error: Exception) -> Response:
        errors = error.errors() if isinstance(error, RequestValidationError) else []
        return problem_response(request, table, invalid(errors))

    async def on_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = (error.headers if isinstance(error, HTTPException) else None) or {}
        slug = BY_STATUS.get(status, "bad-request" if status < 500 else "internal")  # noqa: PLR2004
        return problem_response(request, table, Problem(slug, headers=headers), status)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)


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
