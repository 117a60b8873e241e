"""Record batches that are small on the way and large once unpacked: never more memory than a batch may need.

The broker limits what a batch has packed. aiokafka 0.14 unpacks it without a limit, in one go, before anybody can look
at it: a hundred kilobytes become a hundred megabytes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import cramjam

from chassis.library_internals import use_decoders

MAX_UNPACKED_BYTES = 16 * 1024 * 1024
# What all batches of one fetch may take together, unless it is one batch.
MAX_FETCHED_BYTES = 24 * 1024 * 1024
XERIAL_HEADER = b"\x82SNAPPY\x00"
XERIAL_HEADER_LENGTH = 16


class BatchNotUnpacked(Exception):
    """A batch of records cannot be unpacked, or would take more memory than any that is meant well."""


class TooMuchAtOnce(Exception):
    """The batches of a fetch, each of which may be unpacked, would take too much memory together."""


_unpacked: ContextVar[list[int] | None] = ContextVar("unpacked", default=None)


@contextmanager
def one_fetch() -> Iterator[None]:
    """Count what is unpacked inside the block; TooMuchAtOnce comes out of it when it becomes too much."""
    token = _unpacked.set([])
    try:
        yield
    finally:
        _unpacked.reset(token)


def bound_unpacking() -> None:
    """Let aiokafka unpack at most ``MAX_UNPACKED_BYTES`` of a batch; BatchNotUnpacked comes out of the fetch."""
    use_decoders(DECODERS)


def _within_limit(decompress_into: Callable[[bytes, bytearray], int]) -> Callable[[Any], bytes]:
    def decode(payload: Any) -> bytes:
        found = bytearray(MAX_UNPACKED_BYTES)
        try:
            length = decompress_into(bytes(payload), found)
        except cramjam.DecompressionError as error:
            raise BatchNotUnpacked from error
        _count(length)
        return bytes(memoryview(found)[:length])

    return decode


def _count(length: int) -> None:
    lengths = _unpacked.get()
    if lengths is None:
        return
    lengths.append(length)
    if len(lengths) > 1 and sum(lengths) > MAX_FETCHED_BYTES:
        raise TooMuchAtOnce


def _unpack_snappy(payload: bytes, into: bytearray) -> int:
    """Unpack snappy, bare or in the blocks that Java's library writes."""
    if not payload.startswith(XERIAL_HEADER):
        return int(cramjam.snappy.decompress_raw_into(payload, into))
    place, written = XERIAL_HEADER_LENGTH, 0
    while place < len(payload):
        size = int.from_bytes(payload[place : place + 4], "big")
        place += 4
        rest = memoryview(into)[written:]
        written += cramjam.snappy.decompress_raw_into(payload[place : place + size], rest)
        place += size
    return written


DECODERS: dict[str, Callable[[Any], bytes]] = {
    "gzip_decode": _within_limit(cramjam.gzip.decompress_into),
    "lz4_decode": _within_limit(cramjam.lz4.decompress_into),
    "zstd_decode": _within_limit(cramjam.zstd.decompress_into),
    "snappy_decode": _within_limit(_unpack_snappy),
}
