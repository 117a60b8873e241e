"""Readers that wait for the feed to grow: one connection and one look at the database serve all of a process."""

import asyncio
from contextlib import AsyncExitStack, suppress

import asyncpg

from chassis.database import Database
from publication.feed.models import FEED_CHANNEL
from publication.feed.queries import Entry, Head, entries_after, feed_head

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
        self._head: Head | None = None
        self._reading: dict[tuple[int, int, int], asyncio.Task[list[Entry]]] = {}

    def waits_at(self, position: int) -> Head | None:
        """Return the end of the feed where it is known to be at ``position``: then nobody need ask the database."""
        return self._head if self._task and self._head and self._head.sequence == position else None

    async def entries_after(self, position: int, limit: int) -> list[Entry]:
        """Return what comes behind ``position``, when it comes."""
        self.count += 1
        try:
            while (end := await self._known_end()) <= position:
                await self._growth.wait()
            return await self._shared_entries(position, limit, end)
        finally:
            self.count -= 1

    async def _shared_entries(self, position: int, limit: int, end: int) -> list[Entry]:
        """Read entries once for all who wait at the same position."""
        key = (position, limit, end)
        if key not in self._reading:
            self._reading[key] = asyncio.create_task(self._read(position, limit))
            self._reading[key].add_done_callback(lambda _: self._reading.pop(key))
        return await asyncio.shield(self._reading[key])

    async def _read(self, position: int, limit: int) -> list[Entry]:
        async with self._database.read() as session:
            return await entries_after(session, position, limit)

    async def _known_end(self) -> int:
        """Return where the feed ends, and listen from now on: what is appended later is not missed."""
        if self._task is None:
            async with self._lock:
                if self._task is None:
                    stack = AsyncExitStack()
                    connection = await stack.enter_async_context(self._database.listen(FEED_CHANNEL, self._notified))
                    await self._look()
                    self._task = asyncio.create_task(self._wake_readers(connection, stack))
        return self._head.sequence if self._head else 0

    async def _look(self) -> None:
        """Find out where the feed ends, and wake all who wait when that is elsewhere than before."""
        async with self._database.read() as session:
            head = await feed_head(session)
        if head != self._head:
            self._head = head
            self._wake()

    def _wake(self) -> None:
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
            # Whoever still waits listens anew.
            self._wake()
