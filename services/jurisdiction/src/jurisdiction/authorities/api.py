"""The HTTP API: who supervises something with given facts, and why."""

from collections.abc import Mapping

from fastapi import APIRouter, Request

from chassis.clock import today
from jurisdiction.authorities.routing_context import NoAuthority
from jurisdiction.authorities.rulebook import Rulebook, rulebook_for
from jurisdiction.authorities.rules import Decision, NoAuthorityFound, decide
from jurisdiction.authorities.schemas import AuthorityQuestion
from jurisdiction.dependencies import PROBLEM_STATUSES, Caller
from web.app import Db
from web.problems import problem_responses

router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))


@router.post("/authority")
async def find_authority(question: AuthorityQuestion, _: Caller, db: Db, request: Request) -> Decision:
    """Say who supervises a tilbud with these facts, and why. Nothing is stored."""
    async with db.read() as session:
        books: Mapping[str, Rulebook] = await request.app.state.rulebooks.get(session)
    facts = question.facts
    answer = decide(rulebook_for(books, facts.primary), facts, question.at or today(), question.move)
    if isinstance(answer, NoAuthority):
        raise NoAuthorityFound(answer)
    return answer
