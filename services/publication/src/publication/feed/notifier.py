"""Readers that wait for the feed to grow: one connection and one look at the database serve all of a process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import asyncpg

from chassis.database import Database
from publication.feed.models import FEED_CHANNEL
from publication.feed.queries import Batch, batch_after, feed_head

LINGER_SECONDS = 2.0
# A notification may be lost with its connection: while somebody waits, the end of the feed is looked up as often.
POLL_SECONDS = 5.0


class FeedNotifier:
    """Gives what comes to every reader that waits for it. ``count``: how many wait."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.count = 0
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._notified = asyncio.Event()
        self._growth = asyncio.Event()
        self._end = 0
        self._reading: dict[tuple[int, int, int], asyncio.Task[Batch]] = {}

    async def batch_after(self, position: int, limit: int) -> Batch:
        """Return what comes behind ``position``, when it comes."""
        async with self._listening():
            while self._end <= position:
                await self._growth.wait()
            return await self._shared_batch(position, limit)

    async def _shared_batch(self, position: int, limit: int) -> Batch:
        """Read a batch once for all who wait at the same position."""
        key = (position, limit, self._end)
        if key not in self._reading:
            self._reading[key] = asyncio.create_task(self._read(position, limit))
            self._reading[key].add_done_callback(lambda _: self._reading.pop(key))
        return await asyncio.shield(self._reading[key])

    async def _read(self, position: int, limit: int) -> Batch:
        async with self._database.read() as session:
            return await batch_after(session, position, limit)

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        """Listen while the block runs; what is appended from now on is not missed."""
        self.count += 1
        try:
            async with self._lock:
                if self._task is None:
                    stack = AsyncExitStack()
                    connection = await stack.enter_async_context(self._database.listen(FEED_CHANNEL, self._notified))
                    await self._look()
                    self._task = asyncio.create_task(self._wake_readers(connection, stack))
            yield
        finally:
            self.count -= 1

    async def _look(self) -> None:
        """Find out where the feed ends, and wake all who wait for more than that."""
        async with self._database.read() as session:
            end = (await feed_head(session)).sequence
        if end != self._end:
            self._end = end
            self._growth.set()
            # Each growth gets a fresh event, so that nobody who comes later takes an old one for the next.
            self._growth = asyncio.Event()

    async def _wake_readers(self, connection: asyncpg.Connection, stack: AsyncExitStack) -> None:
        """Wake who waits, until nobody has for a while: a reader who comes back at once needs no new connection."""
        try:
            async with stack:
                while not connection.is_closed():
                    seconds = POLL_SECONDS if self.count else LINGER_SECONDS
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._notified.wait(), seconds)
                    if not self._notified.is_set() and not self.count:
                        break
                    self._notified.clear()
                    await self._look()
        finally:
            self._task = None
