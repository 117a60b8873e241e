"""Errors as pages: every problem document that the app answers becomes a Danish page for a browser."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.errors import NotFound
from portal.addresses import WrittenOtherwise
from portal.rendering import page
from portal.sessions.access import SignInRequired, visitor_of
from portal.sessions.kept_form_pages import keep_for, lead_to_sign_in, on_unconfirmed
from portal.sessions.submitted_form import UnconfirmedForm
from web.problems import MEDIA_TYPE

log = logging.getLogger(__name__)

READING = frozenset({"GET", "HEAD"})
INVALID = 422
BROKEN_LINK = "Der er noget galt i slutningen af adressen. Måske er den blevet skåret over."
MACHINE_PATHS = ("/health/", "/metrics", "/openapi.json")


def wants_page(scope: Scope) -> bool:
    """Return whether the client reads pages: everybody who does not ask for JSON alone."""
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"").lower()
    return (b"json" not in accept or b"html" in accept) and not scope["path"].startswith(MACHINE_PATHS)


class HtmlProblems:
    """Turns problem documents into pages, whoever inside wrote them, and adds the security headers."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def translated(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in self._headers if h[0] not in present)]
                if _is_problem(message) and wants_page(scope):
                    start = message
                    return
            elif start is not None:
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                response = await error_page(Request(scope), json.loads(body), _headers_of(start))
                await response(scope, receive, send)
                return
            await send(message)

        await self._app(scope, receive, translated)


def _is_problem(message: Message) -> bool:
    return any(name.lower() == b"content-type" and MEDIA_TYPE.encode() in value for name, value in message["headers"])


def _headers_of(message: Message) -> dict[str, str]:
    dropped = {b"content-type", b"content-length"}
    return {name.decode(): value.decode() for name, value in message["headers"] if name.lower() not in dropped}


async def error_page(request: Request, problem: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """Return the page of a problem document, with the way back to what was typed.

    Without the visitor's name and without that way when they cannot be found out.
    """
    kept = None
    try:
        visitor, typed = await visitor_of(request), getattr(request.state, "typed", None)
        kept = await keep_for(request, visitor.owner, typed) if visitor and typed else None
    except Exception as error:  # noqa: BLE001  A page about an error must not fail, whatever is away.
        log.warning("error page without visitor", extra={"error": type(error).__name__})
        request.state.visitor = None
    if request.method in READING and problem["status"] == INVALID:
        problem = _of_address(request, problem)
    slug = str(problem["type"]).rpartition("/")[2]
    if slug == NotFound.slug and problem["detail"].rstrip(".") == problem["title"]:
        problem = {**problem, "detail": NotFound().detail}
    told = {"problem": problem, "slug": slug, "kept": kept, "is_form": request.method == "POST"}
    response = page(request, "shared/error.html", status=problem["status"], **told)
    response.headers.update(headers)
    if kept:
        kept.give_key(response)
    return response


def _of_address(request: Request, problem: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what to say of an address that cannot be used: nobody who followed a link has filled in a field."""
    if any(str(each["pointer"]).startswith("#path/") for each in problem["errors"]):
        address, status, title, *_ = request.app.state.problems[NotFound.slug]
        return {**problem, "type": address, "status": status, "title": title, "detail": NotFound().detail, "errors": []}
    return {**problem, "title": "Linket virker ikke", "detail": BROKEN_LINK, "errors": []}


def add_error_pages(app: FastAPI, headers: Mapping[str, str]) -> None:
    """Let ``app`` answer every error as a page, and lead who is not signed in to the sign-in."""
    answer = app.exception_handlers[Exception]

    async def on_error(request: Request, error: Exception) -> Response:
        response: Response = await answer(request, error)  # type: ignore[misc]
        if not wants_page(request.scope):
            return response
        kept = {name: value for name, value in response.headers.items() if name == "retry-after"}
        return await error_page(request, json.loads(bytes(response.body)), {**headers, **kept})

    async def on_not_signed_in(request: Request, _: Exception) -> Response:
        return await lead_to_sign_in(request)

    async def on_written_otherwise(_: Request, error: Any) -> Response:
        return RedirectResponse(error.address, error.status)

    app.add_exception_handler(Exception, on_error)
    app.add_exception_handler(SignInRequired, on_not_signed_in)
    app.add_exception_handler(UnconfirmedForm, on_unconfirmed)
    app.add_exception_handler(WrittenOtherwise, on_written_otherwise)
