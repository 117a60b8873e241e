"""Readers that wait for the feed to grow: they share one listening connection in each process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import asyncpg
from starlette.requests import Request

from chassis.database import Database
from publication.models import FEED_CHANNEL

LINGER_SECONDS = 2.0


class Waiters:
    """Wakes everybody who waits when something is appended to the feed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.count = 0
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._told = asyncio.Event()
        self._grown = asyncio.Event()

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Listen while the block runs; what is appended from now on is not missed."""
        self.count += 1
        try:
            async with self._lock:
                if self._task is None:
                    listening = AsyncExitStack()
                    connection = await listening.enter_async_context(self._database.listen(FEED_CHANNEL, self._told))
                    self._task = asyncio.create_task(self._pass_on(connection, listening))
            yield
        finally:
            self.count -= 1

    def news(self) -> asyncio.Event:
        """Return what is set at the next growth: take it first, then look, then wait for it."""
        return self._grown

    async def _pass_on(self, connection: asyncpg.Connection, listening: AsyncExitStack) -> None:
        """Wake who waits, until nobody has waited for a while: a reader who comes back at once needs no new connection.

        Every growth gets a fresh event, so that nobody who comes later takes an old one for news.
        """
        async with listening:
            while not connection.is_closed():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._told.wait(), LINGER_SECONDS)
                if self._told.is_set():
                    self._told.clear()
                    self._grown.set()
                    self._grown = asyncio.Event()
                elif self.count == 0:
                    break
            self._task = None


async def until_gone(request: Request) -> None:
    """Return when the client of ``request`` has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
