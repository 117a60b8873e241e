"""Readers that wait for the feed to grow: they share one listening connection in each process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import asyncpg

from chassis.database import Database
from publication.feed.models import FEED_CHANNEL

LINGER_SECONDS = 2.0


class FeedNotifier:
    """Wakes every reader that waits when something is appended to the feed. ``count``: how many wait."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.count = 0
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._notified = asyncio.Event()
        self._growth = asyncio.Event()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen while the block runs; what is appended from now on is not missed."""
        self.count += 1
        try:
            async with self._lock:
                if self._task is None:
                    stack = AsyncExitStack()
                    connection = await stack.enter_async_context(self._database.listen(FEED_CHANNEL, self._notified))
                    self._task = asyncio.create_task(self._wake_readers(connection, stack))
            yield
        finally:
            self.count -= 1

    def next_growth(self) -> asyncio.Event:
        """Return what is set at the next growth: take it first, then look, then wait for it."""
        return self._growth

    async def _wake_readers(self, connection: asyncpg.Connection, stack: AsyncExitStack) -> None:
        """Wake who waits, until nobody has waited for a while: a reader who comes back at once needs no new connection.

        Every growth gets a fresh event, so that nobody who comes later takes an old one for the next.
        """
        async with stack:
            while not connection.is_closed():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._notified.wait(), LINGER_SECONDS)
                if self._notified.is_set():
                    self._notified.clear()
                    self._growth.set()
                    self._growth = asyncio.Event()
                elif self.count == 0:
                    break
            self._task = None
