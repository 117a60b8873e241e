"""The rates that can be compared."""

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
from publication.rates.queries import rate_boxes
from publication.rates.schemas import RateBox, RateParameters
from publication.records.api import NOT_PUBLIC
from publication.records.queries import public_version
from web.auth import public
from web.etags import etag
from web.pagination import Page
from web.problems import problem_responses

router = APIRouter(
    prefix="/v1", tags=["publication"], dependencies=[Depends(public)], responses=problem_responses(*PROBLEM_STATUSES)
)


@router.get("/rates", response_model=Page[RateBox], responses=NOT_MODIFIED | NOT_PUBLIC)
async def read_rates(
    request: Request,
    session: Session,
    parameters: Annotated[RateParameters, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return the rates of comparable departments, one box for each unit, year and basis of occupancy."""
    # First the state: so an answer is never older than its tag says.
    tag = etag(*await feed_state(session), request.url.query)
    if is_unchanged(if_none_match, tag):
        return not_modified(tag)
    if parameters.tilbud_id:
        await public_version(session, parameters.tilbud_id)
    chosen = parameters.model_dump(exclude={"tilbud_id"})
    page = Page[RateBox](items=await rate_boxes(session, chosen, parameters.tilbud_id))
    return Response(page.model_dump_json(), media_type="application/json", headers={**CACHED, "ETag": tag})
