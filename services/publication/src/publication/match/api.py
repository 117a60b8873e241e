"""The suggestions for a need."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from publication.dependencies import PROBLEM_STATUSES
from publication.match.answering import match_page
from publication.match.rules import MOST_RANK
from publication.match.schemas import MatchNeed, MatchPage
from publication.search.api import LATE
from web.auth import public, reads
from web.pagination import Cursor, Limit, decode_cursor, invalid_cursor
from web.problems import problem_responses
from web.turns import one_at_a_time

router = APIRouter(
    prefix="/v1", tags=["publication"], dependencies=[Depends(public)], responses=problem_responses(*PROBLEM_STATUSES)
)


@router.post("/match", response_model=MatchPage, dependencies=[Depends(reads), Depends(one_at_a_time)])
async def match_need(request: Request, need: MatchNeed, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """Return what fits a need, the best first, each with what fits, what nobody has told and what does not fit.

    It only reads, so it takes no Idempotency-Key: it is a POST so that the need stands in no address and no log.
    A cursor goes on in the list of the need that it was given for, and is refused with another one.
    """
    asked, place = need.need(), None
    if cursor is not None:
        mark, *place = decode_cursor(cursor, int, int, str, str, str)
        if mark != asked.mark or not 0 <= place[0] <= MOST_RANK:
            raise invalid_cursor()
    current = await request.app.state.search_index.current()
    headers = {"Cache-Control": "no-store", **(LATE if current.late else {})}
    content = match_page(current.index, asked, limit, place)
    return Response(content, media_type="application/json", headers=headers)
