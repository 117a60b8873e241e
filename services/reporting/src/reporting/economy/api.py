"""The economy of a tilbud, year by year."""

from typing import Annotated

from fastapi import APIRouter, Query

from reporting.dependencies import TilbudId
from reporting.economy.queries import view_economy, view_suggestions
from reporting.economy.schemas import Economy, SuggestedBudget
from reports.dependencies import Caller, responses
from web.app import Db

router = APIRouter(prefix="/v1/tilbud/{tilbud_id}/economy", tags=["tilbud"], responses=responses())

Year = Annotated[int | None, Query(ge=2014, le=2100, description="The year of the budget; by default the next one.")]


@router.get("")
async def get_economy(tilbud_id: TilbudId, principal: Caller, db: Db) -> Economy:
    """Show budget and annual report of every year beside each other, with the deviation of each line."""
    async with db.read() as session:
        return await view_economy(session, tilbud_id, principal)


@router.get("/suggested-budget", responses=responses(403))
async def get_suggested_budget(tilbud_id: TilbudId, principal: Caller, db: Db, year: Year = None) -> SuggestedBudget:
    """Show the figures of earlier years that a budget can begin with; nothing of it is saved."""
    async with db.read() as session:
        return await view_suggestions(session, tilbud_id, principal, year)
