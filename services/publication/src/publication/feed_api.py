"""The feed and the dump over HTTP, for everybody who keeps a copy of what is public."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from chassis.auth import public
from chassis.database import Database
from publication.feed import entries_after
from publication.queries import dump_lines, freeze
from publication.schemas import FeedItem
from publication.waiting import Waiters, until_gone

BATCH = "application/cloudevents-batch+json"
NDJSON = "application/x-ndjson"
MAX_WAIT_SECONDS = 30.0
# Nobody waits for 30 milliseconds: so small a number is meant in seconds.
SECONDS_UP_TO = 30
# A notification may be lost with its connection: whoever waits looks again as often as this.
LOOK_SECONDS = 5.0

router = APIRouter(prefix="/v1", tags=["feed"], dependencies=[Depends(public)])

_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "De følgende hændelser, tomt når der ingen er."},
    400: {"description": "Forespørgslen kan ikke læses.", **_PROBLEM},
    422: {"description": "En parameter er ikke gyldig.", **_PROBLEM},
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
Limit = Annotated[int, Query(ge=1, le=1_000)]


class Batch(JSONResponse):
    """Entries of the feed, as CloudEvents in a batch."""

    media_type = BATCH


@router.get(
    "/feed",
    response_model=list[FeedItem],
    response_class=Batch,
    responses=ANSWERS,
)
async def read_feed(
    request: Request, last_event_id: LastEventId = "0", patience: Timeout = 0, limit: Limit = 100
) -> Response:
    """Return the entries behind ``lastEventId`` in order; with ``timeout`` wait for the first when there is none."""
    database: Database = request.app.state.database
    position = int(last_event_id)
    entries = await _look(database, position, limit)
    if not entries and patience:
        entries = await _wait(request, position, limit, _seconds(patience))
    return Batch(entries, headers={"Cache-Control": "no-store"})


def _seconds(timeout: int) -> float:
    return min(timeout if timeout <= SECONDS_UP_TO else timeout / 1000, MAX_WAIT_SECONDS)


async def _look(database: Database, position: int, limit: int) -> Sequence[dict[str, Any]]:
    async with database.read() as session:
        return await entries_after(session, position, limit)


async def _wait(request: Request, position: int, limit: int, seconds: float) -> Sequence[dict[str, Any]]:
    """Return what comes within ``seconds``; nothing as well when the client has gone."""
    gone = asyncio.create_task(until_gone(request))
    found: Sequence[dict[str, Any]] = ()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                found = await _first(request, gone, position, limit)
    finally:
        gone.cancel()
    return found


async def _first(request: Request, gone: "asyncio.Task[None]", position: int, limit: int) -> Sequence[dict[str, Any]]:
    waiters: Waiters = request.app.state.waiters
    async with waiters.waiting():
        while True:
            news = waiters.news()
            entries = await _look(request.app.state.database, position, limit)
            if entries or gone.done():
                return entries
            await _either(news, gone)


async def _either(news: asyncio.Event, gone: "asyncio.Task[None]") -> None:
    told = asyncio.create_task(news.wait())
    try:
        await asyncio.wait({told, gone}, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()


class Dump(Response):
    """Everything that is public at one moment, streamed from the snapshot that its ``Feed-Position`` names."""

    media_type = NDJSON

    def __init__(self, database: Database, status_code: int = 200) -> None:
        super().__init__(status_code=status_code, headers={"Cache-Control": "no-store"})
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the lines while they are read; the snapshot ends with the answer, however that ends."""
        async with self._database.begin() as session:
            position = await freeze(session)
            headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
            headers.append((b"feed-position", str(position).encode()))
            await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
            if scope["method"] != "HEAD":
                async for chunk in dump_lines(session):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


@router.get(
    "/dump",
    response_class=Dump,
    responses={
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
        503: {"description": "Tjenesten er ikke tilgængelig lige nu.", **_PROBLEM},
    },
)
async def read_dump(request: Request) -> Response:
    """Return every public record as NDJSON, from one snapshot."""
    return Dump(request.app.state.database)
