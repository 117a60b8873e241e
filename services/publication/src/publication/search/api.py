"""The search over everything that is public."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from publication.dependencies import (
    CACHED,
    NOT_MODIFIED,
    PROBLEM_STATUSES,
    IfNoneMatch,
    Session,
    is_unchanged,
    not_modified,
)
from publication.feed.queries import feed_state
from publication.search.parameters import SearchParameters, search_criteria
from publication.search.presentation import ONLY_SIGNS, page_of_nothing, search_page
from publication.search.queries import find
from publication.search.schemas import SearchPage
from web.auth import public
from web.etags import etag
from web.problems import problem_responses

router = APIRouter(
    prefix="/v1", tags=["publication"], dependencies=[Depends(public)], responses=problem_responses(*PROBLEM_STATUSES)
)


@router.get("/search", response_model=SearchPage, responses=NOT_MODIFIED)
async def search_tilbud(
    request: Request,
    session: Session,
    parameters: Annotated[SearchParameters, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Find departments of public tilbud; a repeated parameter is OR, different ones are AND."""
    criteria = search_criteria(parameters)
    if criteria.has_only_signs:
        return Response(page_of_nothing(ONLY_SIGNS), media_type="application/json", headers=CACHED)
    if if_none_match:
        tag = etag(*await feed_state(session), request.url.query)
        if is_unchanged(if_none_match, tag):
            return not_modified(tag)
    found = await find(session, criteria)
    headers = {**CACHED, "ETag": etag(*found.state, request.url.query)}
    return Response(search_page(found, criteria), media_type="application/json", headers=headers)
