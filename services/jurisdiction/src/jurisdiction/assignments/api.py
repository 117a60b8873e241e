"""The HTTP API: who supervises, and why."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from chassis.app import Db
from chassis.auth import Principal, signed_in
from chassis.clock import today
from chassis.etags import etag
from chassis.problems import MEDIA_TYPE
from jurisdiction import queries
from jurisdiction.rulebook import Rulebook
from jurisdiction.rules import Decision, decide
from jurisdiction.schemas import AuthorityQuestion, TilbudAuthority

TilbudId = Annotated[str, Path(min_length=1, max_length=200)]
Caller = Annotated[Principal, Depends(signed_in)]
At = Annotated[date | None, Query(description="The day asked for; now when it is not given.")]

PROBLEM: dict[str, Any] = {"description": "A problem document (RFC 9457).", "content": {MEDIA_TYPE: {}}}
PROBLEMS: dict[int | str, dict[str, Any]] = dict.fromkeys((400, 401, 404, 413, 422, 503), PROBLEM)

router = APIRouter(prefix="/v1", responses=PROBLEMS)


@router.post("/authority")
async def find_authority(question: AuthorityQuestion, _: Caller, request: Request) -> Decision:
    """Say who supervises a tilbud with these facts, and why. Nothing is stored."""
    book: Rulebook = request.app.state.rulebook
    return decide(book, question.facts, question.at or today(), question.move)


@router.get("/tilbud/{tilbud_id}/authority")
async def read_authority(tilbud_id: TilbudId, _: Caller, db: Db, response: Response, at: At = None) -> TilbudAuthority:
    """Return the authority of a tilbud on a day, why it is the one, and those before it."""
    async with db.read() as session:
        found = await queries.authority_of(session, tilbud_id, at)
    response.headers["ETag"] = etag(tilbud_id, found.history[0].version)
    return found
