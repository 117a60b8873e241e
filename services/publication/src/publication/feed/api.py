"""The feed and the dump over HTTP, for everybody who keeps a copy of what is public."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from chassis.app import Db
from chassis.auth import public
from chassis.database import Database
from chassis.problems import problem_responses
from publication.feed.notifier import FeedNotifier
from publication.feed.queries import dump_lines, entries_after, take_snapshot
from publication.feed.schemas import FeedItem

BATCH = "application/cloudevents-batch+json"
NDJSON = "application/x-ndjson"
MAX_WAIT_SECONDS = 30.0
# Nobody waits for 30 milliseconds: so small a number is meant in seconds.
SECONDS_UP_TO = 30
# A notification may be lost with its connection: whoever waits looks again as often as this.
POLL_SECONDS = 5.0

router = APIRouter(prefix="/v1", tags=["feed"], dependencies=[Depends(public)])

FEED_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "De følgende hændelser, tomt når der ingen er."},
    **problem_responses(400, 422),
}
DUMP_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {NDJSON: {"schema": {"type": "string"}}},
        "description": "Et offentligt tilbud på hver linje, som feedet sidst har vist det.",
        "headers": {
            "Feed-Position": {
                "description": "Det lastEventId, som feedet læses videre fra.",
                "schema": {"type": "string"},
            }
        },
    },
    **problem_responses(503),
}

LastEventId = Annotated[
    str,
    Query(
        alias="lastEventId",
        pattern=r"^\d{1,18}$",
        description="Nummeret på det sidst læste; 0 eller udeladt er fra begyndelsen.",
    ),
]
Timeout = Annotated[
    int,
    Query(
        alias="timeout",
        ge=0,
        le=600_000,
        description="Så længe ventes der, når der ikke er noget nyt: millisekunder, eller sekunder op til 30. "
        "Højst 30 sekunder; 0 eller udeladt svarer straks.",
    ),
]
BatchLimit = Annotated[int, Query(ge=1, le=1_000)]


async def _feed_notifier(request: Request) -> FeedNotifier:
    notifier: FeedNotifier = request.app.state.feed_notifier
    return notifier


Notifier = Annotated[FeedNotifier, Depends(_feed_notifier)]


class BatchResponse(JSONResponse):
    """Entries of the feed, as CloudEvents in a batch."""

    media_type = BATCH


@router.get("/feed", response_model=list[FeedItem], response_class=BatchResponse, responses=FEED_ANSWERS)
async def read_feed(
    request: Request,
    db: Db,
    notifier: Notifier,
    last_event_id: LastEventId = "0",
    timeout: Timeout = 0,  # noqa: ASYNC109  The name of the parameter.
    limit: BatchLimit = 100,
) -> Response:
    """Return the entries behind ``lastEventId`` in order; with ``timeout`` wait for the first when there is none."""
    poll = _FeedPoll(db, int(last_event_id), limit)
    entries = await poll.read()
    if not entries and timeout:
        entries = await poll.wait(notifier, request, _seconds(timeout))
    return BatchResponse(entries, headers={"Cache-Control": "no-store"})


def _seconds(timeout: int) -> float:
    return min(timeout if timeout <= SECONDS_UP_TO else timeout / 1000, MAX_WAIT_SECONDS)


class _FeedPoll:
    """One request of the feed: up to ``limit`` entries behind ``position``, waited for when there are none."""

    def __init__(self, database: Database, position: int, limit: int) -> None:
        self._database, self._position, self._limit = database, position, limit

    async def read(self) -> Sequence[dict[str, Any]]:
        async with self._database.read() as session:
            return await entries_after(session, self._position, self._limit)

    async def wait(self, notifier: FeedNotifier, request: Request, seconds: float) -> Sequence[dict[str, Any]]:
        """Return what comes within ``seconds``; nothing as well when the client has gone."""
        gone = asyncio.create_task(_disconnected(request))
        entries: Sequence[dict[str, Any]] = ()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    entries = await self._first(notifier, gone)
        finally:
            gone.cancel()
        return entries

    async def _first(self, notifier: FeedNotifier, gone: "asyncio.Task[None]") -> Sequence[dict[str, Any]]:
        async with notifier.listening():
            while True:
                growth = notifier.next_growth()
                entries = await self.read()
                if entries or gone.done():
                    return entries
                await _wait_for_either(growth, gone)


async def _disconnected(request: Request) -> None:
    """Return when the client of ``request`` has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


async def _wait_for_either(growth: asyncio.Event, gone: "asyncio.Task[None]") -> None:
    grown = asyncio.create_task(growth.wait())
    try:
        await asyncio.wait({grown, gone}, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        grown.cancel()


class DumpResponse(Response):
    """Everything that is public at one moment, streamed from the snapshot that its ``Feed-Position`` names."""

    media_type = NDJSON

    def __init__(self, database: Database, status_code: int = 200) -> None:
        super().__init__(status_code=status_code, headers={"Cache-Control": "no-store"})
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the lines while they are read; the snapshot ends with the answer, however that ends."""
        async with self._database.begin() as session:
            position = await take_snapshot(session)
            headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
            headers.append((b"feed-position", str(position).encode()))
            await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
            if scope["method"] != "HEAD":
                async for chunk in dump_lines(session):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


@router.get("/dump", response_class=DumpResponse, responses=DUMP_ANSWERS)
async def read_dump(db: Db) -> Response:
    """Return every public record as NDJSON, from one snapshot."""
    return DumpResponse(db)
