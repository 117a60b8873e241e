"""The feed and the dump over HTTP, for everybody who keeps a copy of what is public."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from chassis.errors import DomainError
from publication.dependencies import PROBLEM_STATUSES
from publication.feed.dumps import Dumps
from publication.feed.notifier import FeedNotifier
from publication.feed.queries import Entry, batch_pieces, entries_after, feed_head, joined
from publication.feed.schemas import FeedItem
from web.app import Db
from web.auth import public
from web.problems import problem_responses

BATCH = "application/cloudevents-batch+json"
NDJSON = "application/x-ndjson"
MAX_WAIT_MS = 30_000
# The answer is on its way before a client that waits just as long gives up.
SHARE_OF_WAIT = 0.97
FROM_THE_BEGINNING = frozenset({"", "null", "none"})
EPOCH, POSITION = "Feed-Epoch", "Feed-Position"
# A reader keeps what it has read for good. What a removed tilbud leaves loses its content, so caches that serve others
# ask again. Where there may come more, nothing is kept.
FULL, GROWING = "public, max-age=31536000, immutable, s-maxage=10, proxy-revalidate", "no-store"

router = APIRouter(prefix="/v1", tags=["feed"], dependencies=[Depends(public)])

_EPOCH_HEADER = {
    EPOCH: {
        "description": "Navnet på feedets nummerering. Når det er et andet end før, er historikken genskabt: "
        "hent dumpen, og læs videre fra dens position.",
        "schema": {"type": "string"},
    }
}
FEED_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "De følgende hændelser, tomt når der ingen er.", "headers": _EPOCH_HEADER},
    **problem_responses(*PROBLEM_STATUSES, 410),
}
DUMP_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {NDJSON: {"schema": {"type": "string"}}},
        "description": "Et offentligt tilbud på hver linje, som feedet sidst har vist det.",
        "headers": _EPOCH_HEADER
        | {
            POSITION: {
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
        pattern=r"^(\d{0,18}|null|none)$",
        description="Nummeret på det sidst læste; 0, null, tomt eller udeladt er fra begyndelsen.",
    ),
]
Timeout = Annotated[
    int,
    Query(
        alias="timeout",
        ge=0,
        le=MAX_WAIT_MS,
        description="Så mange millisekunder ventes der, når der ikke er noget nyt; 0 eller udeladt svarer straks.",
    ),
]
BatchLimit = Annotated[int, Query(ge=1, le=1_000)]


class FeedPositionUnknown(DomainError):
    """The position was never given out: it is of another epoch, or of another feed."""

    slug = "feed-position-unknown"
    default_detail = "Feedet har ikke givet denne position. Hent dumpen, og læs videre fra dens Feed-Position."


async def _feed_notifier(request: Request) -> FeedNotifier:
    notifier: FeedNotifier = request.app.state.feed_notifier
    return notifier


async def _dumps(request: Request) -> Dumps:
    dumps: Dumps = request.app.state.dumps
    return dumps


Notifier = Annotated[FeedNotifier, Depends(_feed_notifier)]
DumpFiles = Annotated[Dumps, Depends(_dumps)]


class BatchResponse(JSONResponse):
    """Entries of the feed, as CloudEvents in a batch."""

    media_type = BATCH

    def render(self, content: Sequence[Entry]) -> bytes:
        """Return the entries, which are JSON already."""
        return f"[{joined(content)}]".encode()


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
    position = 0 if last_event_id in FROM_THE_BEGINNING else int(last_event_id)
    entries: list[Entry] = []
    head = notifier.waits_at(position) if timeout else None
    if head is None:
        async with db.read() as session:
            head = await feed_head(session)
            if position < head.sequence:
                entries = await entries_after(session, position, limit)
    if position > head.sequence:
        raise FeedPositionUnknown(headers={EPOCH: head.epoch})
    if entries:
        end = min(position + limit, head.sequence)
    else:
        if timeout:
            entries = await _wait(notifier.entries_after(position, limit), request, SHARE_OF_WAIT * timeout / 1_000)
        end = position + len(entries)
    cached = FULL if end - position == limit else GROWING
    headers = {"Cache-Control": cached, EPOCH: head.epoch}
    if entries and entries[-1].sequence < end:
        return StreamingResponse(batch_pieces(db, entries, end), media_type=BATCH, headers=headers)
    return BatchResponse(entries, headers=headers)


async def _wait(waiting: Coroutine[Any, Any, list[Entry]], request: Request, seconds: float) -> list[Entry]:
    """Return what ``waiting`` gives within ``seconds``; nothing where it does not, or the client has gone."""
    coming = asyncio.ensure_future(waiting)
    gone = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({coming, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return coming.result() if coming.done() else []
    finally:
        coming.cancel()
        gone.cancel()


async def _disconnected(request: Request) -> None:
    """Return when the client of ``request`` has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


@router.get("/dump", response_class=StreamingResponse, responses=DUMP_ANSWERS)
async def read_dump(dumps: DumpFiles) -> Response:
    """Return every public record as NDJSON, from one snapshot."""
    dump = await dumps.newest()
    headers = {
        "Cache-Control": GROWING,
        "Content-Length": str(dump.size),
        POSITION: str(dump.head.sequence),
        EPOCH: dump.head.epoch,
    }
    return StreamingResponse(dump.pieces(), media_type=NDJSON, headers=headers)
