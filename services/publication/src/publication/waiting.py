"""Readers that wait for the feed to grow: they share one listening connection in each process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from starlette.requests import Request

from chassis.database import Database
from publication.models import FEED_CHANNEL


class Waiters:
    """Wakes everybody who waits when something is appended to the feed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.count = 0
        self._lock = asyncio.Lock()
        self._listening = AsyncExitStack()
        self._task: asyncio.Task[None] | None = None
        self._told = asyncio.Event()
        self._grown = asyncio.Event()

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Listen while the block runs; what is appended from now on is not missed."""
        async with self._lock:
            if self.count == 0:
                await self._listening.enter_async_context(self._database.listen(FEED_CHANNEL, self._told))
                self._task = asyncio.create_task(self._pass_on())
            self.count += 1
        try:
            yield
        finally:
            async with self._lock:
                self.count -= 1
                if self.count == 0:
                    await self._stop()

    def news(self) -> asyncio.Event:
        """Return what is set at the next growth: take it first, then look, then wait for it."""
        return self._grown

    async def _pass_on(self) -> None:
        # Every growth gets a fresh event, so that nobody who comes later takes an old one for news.
        while True:
            await self._told.wait()
            self._told.clear()
            self._grown.set()
            self._grown = asyncio.Event()

    async def _stop(self) -> None:
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._listening.aclose()


async def until_gone(request: Request) -> None:
    """Return when the client of ``request`` has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
