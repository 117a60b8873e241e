"""The dump: made once for everybody who asks at the same position, and sent without a connection to the database."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from typing import IO
from weakref import WeakSet, finalize

from chassis.database import Database
from publication.feed.queries import Head, dump_lines, feed_head, take_snapshot

PIECE = 64 * 1024
# Slow readers keep the file that they read from. So many are kept; then whoever comes gets the newest of these.
MAX_FILES = 3


class Dump:
    """Everything that was public where the feed ended at ``head``, in a file that is gone with its last reader."""

    def __init__(self, head: Head, file: IO[bytes]) -> None:
        self.head = head
        self._file = file
        self.size = file.tell()
        finalize(self, file.close)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the dump; many may read at a time."""
        for offset in range(0, self.size, PIECE):
            yield await asyncio.to_thread(os.pread, self._file.fileno(), PIECE, offset)


class Dumps:
    """The dumps of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = asyncio.Lock()
        self._newest: Dump | None = None
        self._kept: WeakSet[Dump] = WeakSet()

    async def newest(self) -> Dump:
        """Return the dump of the feed as it is now; an earlier one, as right, while too many of them are read."""
        async with self._lock:
            async with self._database.read() as session:
                head = await feed_head(session)
            if self._newest is None or (self._newest.head != head and len(self._kept) < MAX_FILES):
                self._newest = await self._make()
                self._kept.add(self._newest)
            return self._newest

    async def _make(self) -> Dump:
        file = tempfile.TemporaryFile()  # noqa: SIM115  It is read after this block.
        async with self._database.begin() as session:
            head = await take_snapshot(session)
            async for chunk in dump_lines(session):
                await asyncio.to_thread(file.write, chunk)
        file.flush()
        return Dump(head, file)
