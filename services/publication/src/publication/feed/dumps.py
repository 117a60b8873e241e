"""The dump: made once for everybody who asks at the same position, and sent without a connection to the database."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from time import monotonic
from typing import IO
from weakref import WeakSet, finalize

from chassis.database import Database
from publication.feed.queries import Head, dump_texts, feed_head, take_snapshot
from web.errors import Unavailable

PIECE = 64 * 1024
# Slow readers keep the file that they read from. So many are kept; then whoever comes gets the newest of these.
MAX_FILES = 3
# So long after something newer: then its slow readers are cut off where room is needed, and nobody else gets it.
OLD_SECONDS = 300.0
TOO_MANY = "For mange læser en ældre udgave lige nu. Prøv igen om lidt."


def ndjson(records: Sequence[str]) -> bytes:
    """Return records, which are JSON, one on each line."""
    return "".join(f"{record}\n" for record in records).encode()


class Dump:
    """Everything that was public where the feed ended at ``head``, in a file that is gone with its last reader."""

    def __init__(self, head: Head, file: IO[bytes]) -> None:
        self.head = head
        self._file = file
        self.size = file.tell()
        self.superseded_at: float | None = None
        self.cut_off = False
        finalize(self, file.close)

    @property
    def is_old(self) -> bool:
        """Return whether there has been something newer for a while."""
        return self.superseded_at is not None and monotonic() - self.superseded_at > OLD_SECONDS

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the dump; many may read at a time. ConnectionError once its room is needed."""
        for offset in range(0, self.size, PIECE):
            if self.cut_off:
                raise ConnectionError("a reader of an old dump was too slow")
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
        """Return the dump of the feed as it is now; one of some minutes ago while too many of them are read.

        Unavailable when that is too old: what was withdrawn since is not given out.
        """
        async with self._lock:
            async with self._database.read() as session:
                head = await feed_head(session)
            if self._newest is not None and self._newest.head == head:
                return self._newest
            if self._newest is None or self._has_room():
                self._newest = await self._make()
                self._kept.add(self._newest)
            elif self._newest.is_old:
                raise Unavailable(TOO_MANY, headers={"Retry-After": "60"})
            return self._newest

    def _has_room(self) -> bool:
        """Return whether another file may be made; readers of old ones are cut off where they are in the way."""
        kept = list(self._kept)
        for dump in kept:
            dump.superseded_at = dump.superseded_at or monotonic()
        if len(kept) < MAX_FILES:
            return True
        old = [dump for dump in kept if dump.is_old and dump is not self._newest]
        for dump in old:
            dump.cut_off = True
            self._kept.discard(dump)
        return bool(old)

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
