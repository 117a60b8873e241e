"""The dump: made once for everybody who asks at the same position, and sent without a connection to the database."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from typing import IO
from weakref import WeakSet, finalize

from chassis.database import Database
from publication.dependencies import reading
from publication.feed.queries import Head, dump_texts, feed_head, take_snapshot

PIECE = 64 * 1024
# Slow readers keep the file that they read from. So many are kept; then whoever comes gets the newest of these.
MAX_FILES = 3


def ndjson(records: Sequence[str]) -> bytes:
    """Return records, which are JSON, one on each line."""
    return "".join(f"{record}\n" for record in records).encode()


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
    """The dumps of one process: ``begin`` is what the file begins with, ``written`` how records are written there."""

    def __init__(
        self, database: Database, written: Callable[[Sequence[str]], bytes] = ndjson, begin: bytes = b""
    ) -> None:
        self._database = database
        self._written = written
        self._begin = begin
        self._lock = asyncio.Lock()
        self._newest: Dump | None = None
        self._kept: WeakSet[Dump] = WeakSet()

    async def newest(self) -> Dump:
        """Return the dump of the feed as it is now; an earlier one, as right, while too many of them are read."""
        async with self._lock:
            async with reading(self._database) as session:
                head = await feed_head(session)
            if self._newest is None or (self._newest.head != head and len(self._kept) < MAX_FILES):
                self._newest = await self._make()
                self._kept.add(self._newest)
            return self._newest

    async def _make(self) -> Dump:
        file = tempfile.TemporaryFile()  # noqa: SIM115  It is read after this block.
        async with self._database.begin() as session:
            head = await take_snapshot(session)
            file.write(self._begin)
            async for records in dump_texts(session):
                await asyncio.to_thread(self._write, file, records)
        file.flush()
        return Dump(head, file)

    def _write(self, file: IO[bytes], records: Sequence[str]) -> None:
        file.write(self._written(records))
