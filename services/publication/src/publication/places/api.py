"""Help for whoever types a place."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from publication.dependencies import NOT_MODIFIED, PROBLEM_STATUSES, IfNoneMatch, is_unchanged
from publication.places.finding import MAX_LENGTH, places_beginning
from publication.places.schemas import PlaceItem
from web.auth import public
from web.etags import etag
from web.openapi import headers
from web.pagination import Limit, Page
from web.problems import problem_responses

# Places change with a version of the portal.
CACHED = "public, max-age=3600"
RESPONSES: dict[int | str, dict[str, Any]] = NOT_MODIFIED | {200: headers("ETag")}

router = APIRouter(
    prefix="/v1", tags=["publication"], dependencies=[Depends(public)], responses=problem_responses(*PROBLEM_STATUSES)
)

Typed = Annotated[
    str, Query(max_length=MAX_LENGTH, description="Begyndelsen af et postnummer, en by eller en kommunes navn.")
]


@router.get("/places", response_model=Page[PlaceItem], responses=RESPONSES)
async def read_places(q: Typed, limit: Limit = 10, if_none_match: IfNoneMatch = None) -> Response:
    """Return the postcodes, towns and kommuner that ``q`` may become; each ``value`` is one for ``near``."""
    found = list(places_beginning(q))
    page = Page[PlaceItem](items=[PlaceItem.of(each) for each in found[:limit]], total=len(found))
    body = page.model_dump_json()
    answer_headers = {"Cache-Control": CACHED, "ETag": etag(body)}
    if is_unchanged(if_none_match, answer_headers["ETag"]):
        return Response(status_code=304, headers=answer_headers)
    return Response(body, media_type="application/json", headers=answer_headers)
