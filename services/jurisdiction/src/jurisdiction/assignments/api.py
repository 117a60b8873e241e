"""The HTTP API: who supervises a tilbud."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from chassis.app import Db
from chassis.etags import etag
from chassis.problems import problem_responses
from jurisdiction.assignments import queries
from jurisdiction.assignments.schemas import TilbudAuthority
from jurisdiction.dependencies import PROBLEM_STATUSES, Caller

TilbudId = Annotated[str, Path(min_length=1, max_length=200)]
At = Annotated[date | None, Query(description="The day asked for; now when it is not given.")]

router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))


@router.get("/tilbud/{tilbud_id}/authority")
async def read_authority(tilbud_id: TilbudId, _: Caller, db: Db, response: Response, at: At = None) -> TilbudAuthority:
    """Return the authority of a tilbud on a day, why it is the one, and those before it."""
    async with db.read() as session:
        found = await queries.authority_of(session, tilbud_id, at)
    response.headers["ETag"] = etag(tilbud_id, found.history[0].version)
    return found
