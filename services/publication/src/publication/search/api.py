"""The search over everything that is public."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from chassis.database import ReadSession
from publication.dependencies import (
    CACHED,
    NOT_MODIFIED,
    PROBLEM_STATUSES,
    IfNoneMatch,
    Session,
    cache_headers,
    is_unchanged,
    not_modified,
)
from publication.search.criteria import SearchCriteria
from publication.search.live import answer_now
from publication.search.parameters import SearchParameters, search_criteria
from publication.search.presentation import ONLY_SIGNS, page_of_nothing, search_page
from publication.search.queries import find_as_of
from publication.search.schemas import SearchPage
from publication.settings import PublicationSettings
from web.auth import public
from web.errors import Unavailable
from web.etags import etag
from web.problems import problem_responses
from web.turns import one_at_a_time

# What is shown may lack what changed last: the database is away, or there is much that is new.
LATE = {"Warning": '110 - "Response is Stale"'}
# A search in the past takes much of the processor, also of PostgreSQL's: so few at once leave the others theirs.
PAST_AT_ONCE = 2
BUSY = "Der er mange søgninger i tidligere oplysninger lige nu. Prøv igen om lidt."

router = APIRouter(
    prefix="/v1", tags=["publication"], dependencies=[Depends(public)], responses=problem_responses(*PROBLEM_STATUSES)
)


@router.get("/search", response_model=SearchPage, responses=NOT_MODIFIED, dependencies=[Depends(one_at_a_time)])
async def search_tilbud(
    request: Request,
    session: Session,
    parameters: Annotated[SearchParameters, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Find departments of public tilbud; a repeated parameter is OR, different ones are AND."""
    criteria = search_criteria(parameters, request.app.state.lexicon)
    if criteria.has_only_signs:
        return Response(page_of_nothing(ONLY_SIGNS), media_type="application/json", headers=CACHED)
    if criteria.as_of is not None:
        async with _turn(request):
            return await _past(session, criteria, request.url.query, if_none_match)
    current = await request.app.state.search_index.current()
    tag = etag(*current.state, request.url.query)
    if is_unchanged(if_none_match, tag):
        return not_modified(tag)
    headers = {**CACHED, "ETag": tag, **(LATE if current.late else {})}
    content = answer_now(current, criteria, request.url.query)
    return Response(content, media_type="application/json", headers=headers)


async def _past(session: ReadSession, criteria: SearchCriteria, query: str, if_none_match: str | None) -> Response:
    content = search_page(*await find_as_of(session, criteria, query))
    # An address that becomes a secret leaves the past without anything new in the feed.
    tag = etag(content, query)
    if is_unchanged(if_none_match, tag):
        return not_modified(tag, criteria.as_of)
    headers = {**cache_headers(criteria.as_of), "ETag": tag}
    return Response(content, media_type="application/json", headers=headers)


@asynccontextmanager
async def _turn(request: Request) -> AsyncIterator[None]:
    """Wait for one's turn at the past; Unavailable where that takes longer than anybody waits for a statement."""
    turns: asyncio.Semaphore = request.app.state.past_searches
    settings: PublicationSettings = request.app.state.settings
    try:
        async with asyncio.timeout(settings.read_seconds):
            await turns.acquire()
    except TimeoutError as error:
        raise Unavailable(BUSY, headers={"Retry-After": "2"}) from error
    try:
        yield
    finally:
        turns.release()
