"""HEAD for every GET: the same answer without its content, of which no more is made than its beginning."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadMiddleware:
    """Answers HEAD like GET and sends only the head; what a route would stream is broken off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        sent = False
        streams = asyncio.Event()

        async def head_only(message: Message) -> None:
            nonlocal sent
            if message["type"] == "http.response.start":
                await send(message)
            elif message["type"] == "http.response.body" and not sent:
                sent = True
                await send({"type": "http.response.body"})
                if message.get("more_body"):
                    streams.set()

        # The server keeps the scope: it leaves the content out by its method.
        answering = asyncio.ensure_future(self._app({**scope, "method": "GET"}, receive, head_only))
        waiting = asyncio.ensure_future(streams.wait())
        try:
            await asyncio.wait({answering, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not streams.is_set():
                await answering
        finally:
            waiting.cancel()
            answering.cancel()
            await asyncio.wait({answering})
