"""What stands before every route: size, shape and encoding of a request, its trace, and its duration."""

import asyncio
import random
import re
import time

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from opentelemetry.trace import SpanKind
from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import metrics
from chassis.database import is_conflict
from chassis.envelope import Cause, caused_by
from chassis.ids import uuid7
from chassis.problems import FieldError, Problem, problem_response
from chassis.telemetry import span

# A wait of ten seconds for a lock may follow: who asks has to wait for longer than both, as the portal does.
PATIENCE_SECONDS = 15.0
BACK_OFF_SECONDS = 0.2
UNTRACED = ("/health/", "/metrics")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class RequestGuard:
    """Refuses what no route can use, before it is parsed: 400 and 413 as problem documents."""

    def __init__(self, app: ASGIApp, *, body_limit: int) -> None:
        self._app = app
        self._limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            _check_target(scope)
            body = await self._body(request)
            _check_json(request, body)
        except ClientDisconnect:
            return
        except Problem as problem:
            await problem_response(request, problem)(scope, receive, send)
            return
        await self._run(scope, body, receive, send)

    async def _run(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """Answer; after a deadlock the whole request is taken again, and the caller never sees it.

        Its transaction is rolled back, and no route that writes answers before its commit. Those who met once come back
        at moments of their own, or they would meet again.
        """
        end, answers = time.monotonic() + PATIENCE_SECONDS, False

        async def answer(message: Message) -> None:
            nonlocal answers
            answers = True
            await send(message)

        while True:
            try:
                return await self._app(scope, _replay(body, receive), answer)
            except Exception as error:
                if answers or not is_conflict(error) or time.monotonic() > end:
                    raise
                await asyncio.sleep(random.uniform(0, BACK_OFF_SECONDS))  # noqa: S311  No secret depends on it.

    async def _body(self, request: Request) -> bytes:
        announced = request.headers.get("content-length", "")
        body = bytearray()
        if not announced.isdigit() or int(announced) <= self._limit:
            async for chunk in request.stream():
                body += chunk
                if len(body) > self._limit:
                    break
            else:
                return bytes(body)
        raise Problem("too-large", f"Højst {self._limit // 1024} kB.", headers={"Connection": "close"})


def _check_target(scope: Scope) -> None:
    query = scope.get("query_string", b"")
    if "\0" in scope["path"] or b"%00" in query or b"\0" in query:
        raise Problem("bad-request", "Adressen indeholder et ugyldigt tegn.")
    try:
        scope["path"].encode()
    except UnicodeEncodeError as error:
        raise Problem("bad-request", "Adressen er ikke gyldig UTF-8.") from error


def _check_json(request: Request, body: bytes) -> None:
    if not body or "json" not in request.headers.get("content-type", "").lower():
        return
    if b"\0" in body or _NUL.search(body):
        raise Problem("bad-request", "Indholdet indeholder et NUL-tegn.")
    try:
        # It refuses broken UTF-8, half surrogates and deep nesting, none of which any route can use.
        from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise Problem("bad-request", "Indholdet er ikke gyldig JSON.") from error


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class RequestObserver:
    """Puts each request into a trace and measures it by its route, never by its address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNTRACED):
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        parent = Headers(scope=scope).get("traceparent", "")
        try:
            with (
                span(f"{scope['method']}", kind=SpanKind.SERVER, parent=parent) as current,
                caused_by(Cause(correlation_id=uuid7())),
            ):
                await self._app(scope, receive, observed)
                current.update_name(f"{scope['method']} {_route(scope)}")
        finally:
            duration = time.perf_counter() - started
            metrics.request_seconds.labels(scope["method"], _route(scope), str(status)).observe(duration)


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "unknown"))


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not declare: a misspelt filter must not widen an answer."""
    route = request.scope.get("route")
    dependant = getattr(route, "dependant", None)
    if dependant is None or not request.query_params:
        return
    declared = get_flat_params(dependant)
    allowed = {field.alias for field in declared if isinstance(field.field_info, params.Query)}
    if set(request.query_params) - allowed:
        errors = [FieldError("#query", "unknown-parameter", "Parameteren findes ikke.")]
        raise Problem("invalid", "En eller flere parametre findes ikke.", errors)
