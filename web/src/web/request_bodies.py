"""What a caller sends, taken in within bounds: of size, also once unpacked, of time, and of memory for all of them."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import Request

from chassis.errors import FieldError, Invalid
from chassis.json_documents import BYTE_ORDER_MARK, UnreadableJson, read_json
from web.errors import BadRequest, TooLarge, TooSlow, Unavailable, UnsupportedMediaType
from web.media_types import is_json
from web.validation import pointer_to

IDLE_SECONDS = 10.0
TOTAL_SECONDS = 30.0
RECEIVED_BYTES = 100 * 1024 * 1024
HELD_BYTES = 64 * 1024 * 1024
SMALL_BYTES = 100 * 1024
CODINGS = "gzip"
# zlib's way to say: gzip, and no other wrapping.
GZIP_WINDOW = 16 + zlib.MAX_WBITS
CLOSE = {"Connection": "close"}


@dataclass(frozen=True)
class BodyLimit:
    """How many bytes a body may have. A longer one is refused, or ``is_cut``: its rest is not kept."""

    most: int
    is_cut: bool = False


def taking_bodies_up_to(most: int, *, is_cut: bool = False) -> Callable[[], Awaitable[None]]:
    """Return a dependency that declares how many bytes the body of a route may have, where it takes a file.

    A form says with what stands before its file what it is about: where the file is too long, the rest ``is_cut`` off
    and ``request.state.body_is_cut`` is set, so that the page can come back with what was typed.
    """

    async def declared() -> None:
        """Declare it; there is nothing to do."""

    declared.body_limit = BodyLimit(most, is_cut)  # type: ignore[attr-defined]
    return declared


class BodyReader:
    """Reads the bodies of the requests of one process.

    ``limit`` is how many bytes one may have, packed and unpacked. All that are held at once have a limit too, so that
    many that never end cannot take the memory of the process.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0

    @contextmanager
    def hold(self, limit: BodyLimit | None = None) -> Iterator["HeldBody"]:
        """Hold one body as long as the block runs; its route may have a ``limit`` of its own."""
        body = HeldBody(limit or BodyLimit(self._limit), self._grow)
        try:
            yield body
        finally:
            self._held -= body.counted

    def _grow(self, count: int) -> None:
        if self._held + count > HELD_BYTES:
            raise Unavailable(headers={"Retry-After": "1", **CLOSE})
        self._held += count


def is_large(request: Request) -> bool:
    """Return whether the body of a request may keep the process busy: it is long, or packed, or of unknown length."""
    length = request.headers.get("content-length", "")
    if request.headers.get("content-encoding") or not length:
        return bool(length or "transfer-encoding" in request.headers)
    return not length.isdigit() or int(length) > SMALL_BYTES


class HeldBody:
    """The body of one request, how many bytes of it are counted, and whether the rest of it was not kept."""

    def __init__(self, limit: BodyLimit, grow: Callable[[int], None]) -> None:
        self.counted = 0
        self.is_cut = False
        self._limit = limit.most
        self._most_received = RECEIVED_BYTES if limit.is_cut else limit.most
        self._grow = grow

    async def read(self, request: Request) -> bytes:
        """Return the body, unpacked; it is JSON that can be read where the request says that it is JSON."""
        unpacker = _unpacker(request)
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > self._most_received:
            raise self._too_large()
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                body = await self._receive(request, unpacker)
        except TimeoutError as error:
            raise TooSlow(headers=CLOSE) from error
        if unpacker and not unpacker.is_complete:
            raise BadRequest("Indholdet er ikke pakket med gzip til ende.")
        return await _checked(request, body)

    async def _receive(self, request: Request, unpacker: "Unpacker | None") -> bytes:
        body = bytearray()
        stream = aiter(request.stream())
        received = 0
        while True:
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    chunk = await anext(stream)
            except StopAsyncIteration:
                return bytes(body)
            received += len(chunk)
            if received > self._most_received:
                raise self._too_large()
            room = self._limit - len(body)
            if unpacker:
                chunk = unpacker.unpack(chunk, room + 1)
            if len(chunk) > room:
                if self._most_received == self._limit:
                    raise self._too_large()
                self.is_cut, chunk = True, chunk[:room]
            self._grow(len(chunk))
            self.counted += len(chunk)
            body += chunk

    def _too_large(self) -> TooLarge:
        return TooLarge(f"Højst {self._limit // 1024} kB.", headers=CLOSE)


class Unpacker:
    """Unpacks gzip as it comes, never more than is asked for; several members make one content."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(GZIP_WINDOW)
        self._begun = False

    @property
    def is_complete(self) -> bool:
        """Return whether the last member came to its end."""
        return self._member.eof or not self._begun

    def unpack(self, chunk: bytes, limit: int) -> bytes:
        """Return what ``chunk`` adds, at most ``limit`` bytes; ``bad-request`` when it is not gzip."""
        found = b""
        self._begun = self._begun or bool(chunk)
        try:
            while chunk and len(found) < limit:
                if self._member.eof:
                    self._member = zlib.decompressobj(GZIP_WINDOW)
                found += self._member.decompress(chunk, limit - len(found))
                chunk = self._member.unconsumed_tail or self._member.unused_data
        except zlib.error as error:
            raise BadRequest("Indholdet er ikke pakket med gzip.") from error
        return found


def _unpacker(request: Request) -> Unpacker | None:
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding in {"", "identity"}:
        return None
    if coding not in {"gzip", "x-gzip"}:
        raise UnsupportedMediaType("Indholdet må kun være pakket med gzip.", headers={"Accept-Encoding": CODINGS})
    return Unpacker()


async def _checked(request: Request, body: bytes) -> bytes:
    if not body or not is_json(request.headers.get("content-type", "")):
        return body
    try:
        # In a thread the others have their turns meanwhile.
        await asyncio.to_thread(read_json, body) if len(body) > SMALL_BYTES else read_json(body)
    except UnreadableJson as error:
        pointer = pointer_to(("body", *(error.location or ())))
        errors = [FieldError(pointer, error.code, error.detail)]
        raise (Invalid(errors=errors) if error.location else BadRequest(error.detail, errors)) from error
    return body.removeprefix(BYTE_ORDER_MARK)
