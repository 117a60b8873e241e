"""Conditions on GET, where a route gave an ETag: 304 for who has the state already, 412 for who asked for another."""

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import Stale
from web.etags import require_match, still_fresh
from web.problems import problem_response

OK = 200
# What RFC 9110 lets a 304 carry.
KEPT = ("etag", "cache-control", "content-location", "date", "expires", "vary")


class ConditionalReadMiddleware:
    """Judges If-Match and If-None-Match of a GET by the ETag of its answer, in the order of RFC 9110."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        conditions = Headers(scope=scope) if scope["type"] == "http" and scope["method"] == "GET" else Headers()
        if not {"if-match", "if-none-match"} & set(conditions):
            await self._app(scope, receive, send)
            return
        replaced = False

        async def judged(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == OK:
                replaced = await self._replace(message, conditions, Request(scope), receive, send)
            if not replaced:
                await send(message)

        await self._app(scope, receive, judged)

    async def _replace(
        self, message: Message, conditions: Headers, request: Request, receive: Receive, send: Send
    ) -> bool:
        """Send another answer where a condition asks for it; return whether that was so."""
        headers = Headers(raw=message["headers"])
        current = headers.get("etag")
        if current is None:
            return False
        if "if-match" in conditions:
            try:
                require_match(conditions["if-match"], current)
            except Stale as error:
                await problem_response(request, error)(request.scope, receive, send)
                return True
        if "if-none-match" in conditions and still_fresh(conditions["if-none-match"], current):
            kept = [(name, value) for name, value in message["headers"] if name.decode("latin-1").lower() in KEPT]
            await send({"type": "http.response.start", "status": 304, "headers": kept})
            await send({"type": "http.response.body"})
            return True
        return False
