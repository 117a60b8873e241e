"""What stands before every route: who asks and how often, the shape of a request, its trace, and its duration."""

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args, get_origin

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import metrics
from chassis.envelope import CorrelationContext, correlated
from chassis.errors import DomainError, FieldError, Invalid
from chassis.ids import uuid7
from chassis.telemetry import span
from web.admission import Admission
from web.errors import BadRequest, UnsupportedMediaType
from web.media_types import is_json, media_type
from web.problems import problem_response
from web.request_bodies import BodyReader, is_large
from web.routes import OfferedRoute, route_table
from web.turns import Turns

_WHOLE_NUMBER = re.compile(r"-?[0-9]+")
_SPELT_NUMBER = re.compile(r"\s*[+-]?\d[\d.,_'\s]*")
PLAIN_NUMBER = "Skriv tallet med cifre alene."
UNTRACED = ("/health/", "/metrics")
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
EXPOSED = (
    "ETag", "Link", "Location", "Retry-After", "Content-Language", "Feed-Position", "Feed-Epoch",
    "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
)  # fmt: skip
# Pages of other sites may read what everybody may read. Nothing that a browser adds by itself goes with it.
CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": ", ".join(EXPOSED)}
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


class RequestCheckMiddleware:
    """Refuses what no route can use, before it is parsed, and says with every answer what callers have to know.

    Who has to sign in does so before a body is read, and nobody asks more often than ``limiter`` gives.
    """

    def __init__(self, app: ASGIApp, *, body_limit: int, admission: Admission, open_to_browsers: bool) -> None:
        self._app = app
        self._bodies = BodyReader(body_limit)
        self._turns = Turns()
        self._admission = admission
        self._open_to_browsers = open_to_browsers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        route = route_table(request).find(scope)
        headers = self._answer_headers(request, route)
        send = _adding(send, headers)
        try:
            _check_target(scope)
            headers |= await self._admission.admit(request, route)
        except DomainError as error:
            await problem_response(request, error)(scope, receive, send)
            return
        if turn := _turn(request, route):
            await self._turns.take(turn, lambda: self._take_in(request, route, send))
        else:
            await self._take_in(request, route, send)

    async def _take_in(self, request: Request, route: OfferedRoute | None, send: Send) -> None:
        scope, receive = request.scope, request.receive
        with self._bodies.hold(route.body_limit if route else None) as held:
            try:
                body = await held.read(request)
            except ClientDisconnect:
                return
            except DomainError as error:
                await problem_response(request, error)(scope, receive, send)
                return
            request.state.body_is_cut = held.is_cut
            await self._app(_unpacked(scope, body), _replay(body, receive), send)

    def _answer_headers(self, request: Request, route: OfferedRoute | None) -> dict[str, str]:
        found = {"X-Content-Type-Options": "nosniff"}
        if route and route.needs_token:
            found["Cache-Control"] = "no-store"
        if self._open_to_browsers and request.method in {"GET", "POST"} and route and route.is_open:
            found |= CROSS_ORIGIN
        if self._open_to_browsers and request.method == "OPTIONS":
            methods = route_table(request).open_methods(request.url.path)
            found |= {**PREFLIGHT, "Access-Control-Allow-Methods": ", ".join(sorted(methods))} if methods else {}
        return found


def _turn(request: Request, route: OfferedRoute | None) -> str:
    """Return whose turn a request must wait for; nobody's where it costs little, or nothing is known of who asks."""
    principal = getattr(request.state, "principal", None)
    if principal is not None and is_large(request):
        return f"sub:{principal.sub}"
    return request.state.counted_as if route and route.one_at_a_time else ""


def _adding(send: Send, headers: dict[str, str]) -> Send:
    """Return ``send`` that adds ``headers`` to an answer which has none of that name."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in headers.items():
                present.setdefault(name, value)
        await send(message)

    return sending


def _unpacked(scope: Scope, body: bytes) -> Scope:
    """Describe in ``scope`` the body as the routes get it, unpacked."""
    if Headers(scope=scope).get("content-encoding"):
        changed = {b"content-encoding", b"content-length", b"transfer-encoding"}
        kept = [(name, value) for name, value in scope["headers"] if name not in changed]
        scope["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
    return scope


def _check_target(scope: Scope) -> None:
    query = scope.get("query_string", b"")
    if "\0" in scope["path"] or b"%00" in query or b"\0" in query:
        raise BadRequest("Adressen indeholder et ugyldigt tegn.")
    try:
        scope["path"].encode()
    except UnicodeEncodeError as error:
        raise BadRequest("Adressen er ikke gyldig UTF-8.") from error


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class DeclaredParameter(NamedTuple):
    """How a query parameter is declared: as a whole number or a list of them, and as one that may be repeated."""

    is_whole_number: bool
    is_list: bool


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
        # Whatever a caller calls its method, it makes no new series.
        method = scope["method"] if scope["method"] in METHODS else "other"

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        parent = Headers(scope=scope).get("traceparent", "")
        try:
            with (
                span(method, kind=SpanKind.SERVER, parent=parent) as current,
                correlated(CorrelationContext(correlation_id=uuid7())),
            ):
                try:
                    await self._app(scope, receive, observed)
                finally:
                    current.update_name(f"{method} {_route(scope)}")
        finally:
            duration = time.perf_counter() - started
            metrics.request_seconds.labels(method, _route(scope), str(status)).observe(duration)


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "unknown"))


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not declare: a misspelt filter must not widen an answer.

    What is asked for once is said once. A whole number is written with digits alone: ``1.000`` and ``1_0`` could be two
    numbers.
    """
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    declared = _declared_parameters(request, route)
    if set(request.query_params) - declared.keys():
        errors = [FieldError("#query", "unknown-parameter", "Parameteren findes ikke.", tuple(sorted(declared)))]
        raise Invalid("En eller flere parametre findes ikke.", errors)
    if errors := list(_contradictory_parameters(request.query_params, declared)):
        raise Invalid(errors=errors)


def _contradictory_parameters(given: QueryParams, declared: Mapping[str, DeclaredParameter]) -> Iterator[FieldError]:
    """Yield the parameters of which one cannot know what is meant."""
    for name in sorted(given):
        values = given.getlist(name)
        if len(values) > 1 and not declared[name].is_list:
            yield FieldError(f"#query/{name}", "repeated-parameter", "Parameteren står flere gange.")
        elif declared[name].is_whole_number and any(map(_has_two_readings, values)):
            yield FieldError(f"#query/{name}", "ambiguous-number", PLAIN_NUMBER)


def _has_two_readings(text: str) -> bool:
    """Return whether a text is digits with something between or before them that is read by some and not by others."""
    return bool(_SPELT_NUMBER.fullmatch(text)) and not _WHOLE_NUMBER.fullmatch(text)


async def refuse_other_media_types(request: Request) -> None:
    """Refuse a body that is no JSON where the route takes JSON; one that reads the body itself decides itself."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or route.body_field is None or not await request.body():
        return
    if isinstance(route.body_field.field_info, params.Form):
        return
    content_type = request.headers.get("content-type", "")
    if not is_json(content_type) or not media_type(content_type).startswith("application/"):
        raise UnsupportedMediaType(
            "Send JSON (Content-Type: application/json).", headers={"Accept": "application/json"}
        )


def _declared_parameters(request: Request, route: APIRoute) -> Mapping[str, DeclaredParameter]:
    """Return the query parameters of a route by name; found out once for its app."""
    known: dict[int, Mapping[str, DeclaredParameter]] = request.app.state.query_parameters
    if id(route) not in known:
        # A field of a model that holds the parameters need not be a ``Query`` itself.
        elsewhere = (params.Path, params.Header, params.Cookie)
        declared = [each for each in get_flat_params(route.dependant) if not isinstance(each.field_info, elsewhere)]
        known[id(route)] = {
            each.alias: DeclaredParameter(
                _holds(int, each.field_info.annotation), _holds(list, each.field_info.annotation)
            )
            for each in declared
        }
    return known[id(route)]


def _holds(wanted: type, annotation: Any) -> bool:
    return wanted in (annotation, get_origin(annotation)) or any(_holds(wanted, each) for each in get_args(annotation))
