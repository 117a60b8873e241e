"""The HTTP API: who supervises a tilbud with given facts, and why."""

from fastapi import APIRouter, Request

from chassis.clock import today
from chassis.problems import problem_responses
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.authorities.rules import Decision, decide
from jurisdiction.authorities.schemas import AuthorityQuestion
from jurisdiction.dependencies import PROBLEM_STATUSES, Caller

router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))


@router.post("/authority")
async def find_authority(question: AuthorityQuestion, _: Caller, request: Request) -> Decision:
    """Say who supervises a tilbud with these facts, and why. Nothing is stored."""
    book: Rulebook = request.app.state.rulebook
    return decide(book, question.facts, question.at or today(), question.move)
