"""The writer of the feed, at work in the background process."""

import asyncio
from contextlib import AsyncExitStack, suppress

import asyncpg

from chassis.database import Database
from publication.feed.commands import BATCH, append_pending, renew_epoch
from publication.feed.models import PENDING_CHANNEL

IDLE_SECONDS = 0.5


class FeedWriter:
    """Appends to the feed as soon as something is committed: the notification leaves with the commit."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._listening = AsyncExitStack()
        self._connection: asyncpg.Connection | None = None

    async def run(self, database: Database) -> None:
        """Append what comes within half a second, or waits at its end; the worker calls this again and again."""
        try:
            await self._listen(database)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
            self._wake.clear()
            while await append_pending(database) == BATCH:
                continue
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Stop listening; the next run begins again."""
        self._connection = None
        await self._listening.aclose()

    async def _listen(self, database: Database) -> None:
        if self._connection is None or self._connection.is_closed():
            await self.close()
            await renew_epoch(database)
            listening = database.listen(PENDING_CHANNEL, self._wake)
            self._connection = await self._listening.enter_async_context(listening)
            # Nobody notifies any more of what came before.
            self._wake.set()
