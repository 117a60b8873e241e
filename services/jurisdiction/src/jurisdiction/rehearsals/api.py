"""The HTTP API: a future set of reference data is rehearsed, for the national operator."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from chassis.errors import FieldError, Invalid
from contracts.access import Privilege
from jurisdiction.authorities.rulebook import load_rulebooks
from jurisdiction.dependencies import PROBLEM_STATUSES
from jurisdiction.reference_sets.queries import Rulebooks, data_in_force
from jurisdiction.rehearsals.queries import rehearse
from jurisdiction.rehearsals.schemas import RehearsalBody, RehearsalResult
from web.app import Db
from web.auth import Principal, holding
from web.problems import problem_responses

router = APIRouter(prefix="/v1", tags=["rehearsals"], responses=problem_responses(*PROBLEM_STATUSES))
Operator = Annotated[Principal, Depends(holding(Privilege.RUN_OPERATIONS))]


@router.post("/rehearsals", responses=problem_responses(403))
async def rehearse_reference(body: RehearsalBody, _: Operator, db: Db, request: Request) -> RehearsalResult:
    """Say who would move under a future set of reference data, and why. Nothing is stored, and nobody moves."""
    future = body.reference
    rulebooks: Rulebooks = request.app.state.rulebooks
    switched_on = {**rulebooks.switched_on, **future.switched_on}
    async with db.read() as session:
        now = await data_in_force(session)
        data = now.changed(future.municipalities, future.regions, future.socialtilsyn)
        try:
            books = load_rulebooks(switched_on, data)
        except ValueError:
            error = FieldError("/reference/switched_on", "unknown-value", "Der er ingen regel med det navn at slå til.")
            raise Invalid(errors=[error]) from None
        return await rehearse(session, books, body.at)
