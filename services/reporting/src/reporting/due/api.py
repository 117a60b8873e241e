"""What is due, of one tilbud and of all that an organisation runs."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from contracts.events.reporting import DutyKind
from reporting.dependencies import TilbudId
from reporting.due.queries import list_due, of_organisation
from reporting.due.schemas import DueView, StandsStill
from reporting.mount import TILBUD_REPORTS
from reporting.subjects.models import Tilbud
from reports.dependencies import Caller, responses
from web.app import Db
from web.pagination import Cursor, Limit, Page

router = APIRouter(prefix="/v1", tags=["tilbud"], responses=responses())

What = Annotated[DutyKind | StandsStill | None, Query(description="Only what is due of this kind.")]


@router.get("/due")
async def list_due_of_organisation(
    request: Request, principal: Caller, db: Db, what: What = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[DueView]:
    """List what is overdue, due soon or has stood still of every tilbud that the caller's organisation runs.

    The earliest day comes first: a deadline where there is one, else the day since which it waits.
    """
    days = request.app.state.settings.confirm_vacancies_days
    async with db.read() as session:
        own = of_organisation(principal)
        return await list_due(session, own, confirm_days=days, what=what, cursor=cursor, limit=limit)


@router.get("/tilbud/{tilbud_id}/due")
async def list_due_of_tilbud(
    request: Request, tilbud_id: TilbudId, principal: Caller, db: Db, cursor: Cursor = None, limit: Limit = 50
) -> Page[DueView]:
    """List what is overdue, due soon or has stood still of one tilbud."""
    days = request.app.state.settings.confirm_vacancies_days
    async with db.read() as session:
        tilbud = await TILBUD_REPORTS.get_visible(session, tilbud_id, principal)
        return await list_due(session, Tilbud.id == tilbud.id, confirm_days=days, cursor=cursor, limit=limit)
