"""What stands before every route: size, shape and encoding of a request, its trace, and its duration."""

import re
import time

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from opentelemetry.trace import SpanKind
from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import metrics
from chassis.envelope import CorrelationContext, correlated
from chassis.errors import BadRequest, DomainError, FieldError, Invalid, TooLarge
from chassis.ids import uuid7
from chassis.problems import problem_response
from chassis.telemetry import span

UNTRACED = ("/health/", "/metrics")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class RequestCheckMiddleware:
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
        except DomainError as error:
            await problem_response(request, error)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

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
        raise TooLarge(f"Højst {self._limit // 1024} kB.", headers={"Connection": "close"})


def _check_target(scope: Scope) -> None:
    query = scope.get("query_string", b"")
    if "\0" in scope["path"] or b"%00" in query or b"\0" in query:
        raise BadRequest("Adressen indeholder et ugyldigt tegn.")
    try:
        scope["path"].encode()
    except UnicodeEncodeError as error:
        raise BadRequest("Adressen er ikke gyldig UTF-8.") from error


def _check_json(request: Request, body: bytes) -> None:
    if not body or "json" not in request.headers.get("content-type", "").lower():
        return
    if b"\0" in body or _NUL.search(body):
        raise BadRequest("Indholdet indeholder et NUL-tegn.")
    try:
        # It refuses broken UTF-8, half surrogates and deep nesting, none of which any route can use.
        from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise BadRequest("Indholdet er ikke gyldig JSON.") from error


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class TelemetryMiddleware:
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
                correlated(CorrelationContext(correlation_id=uuid7())),
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
    if not request.query_params or not isinstance(route, APIRoute):
        return
    if set(request.query_params) - _declared_parameters(request, route):
        errors = [FieldError("#query", "unknown-parameter", "Parameteren findes ikke.")]
        raise Invalid("En eller flere parametre findes ikke.", errors)


def _declared_parameters(request: Request, route: APIRoute) -> frozenset[str]:
    """Return the names of the query parameters of a route, found out once in the life of its app."""
    known: dict[int, frozenset[str]] = request.app.state.query_parameters
    if id(route) not in known:
        # A field of a model that holds the parameters need not be a ``Query`` itself.
        elsewhere = (params.Path, params.Header, params.Cookie)
        declared = get_flat_params(route.dependant)
        known[id(route)] = frozenset(each.alias for each in declared if not isinstance(each.field_info, elsewhere))
    return known[id(route)]
