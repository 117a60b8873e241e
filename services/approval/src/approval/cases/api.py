"""Cases over HTTP: the list, and one case."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from approval.cases import queries
from approval.cases.schemas import CaseItem, CaseView
from approval.dependencies import RESPONSES, IdInPath, SignedIn
from chassis.app import Db
from chassis.pagination import Cursor, Limit, Page

router = APIRouter(prefix="/v1", tags=["cases"], responses=RESPONSES)


@router.get("/cases")
async def list_cases(
    db: Db,
    principal: SignedIn,
    state: Annotated[Literal["awaiting", "returned", "closed"] | None, Query()] = None,
    tilbud_id: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CaseItem]:
    """List the cases that the caller's authority decides or whose tilbud it supervises, or of the own tilbud."""
    async with db.read() as session:
        viewer = queries.Viewer.of(principal)
        return await queries.list_cases(session, viewer, state=state, tilbud_id=tilbud_id, cursor=cursor, limit=limit)


@router.get("/cases/{case_id}")
async def show_case(db: Db, principal: SignedIn, case_id: IdInPath, response: Response) -> CaseView:
    """Show a case with its steps and log; its ETag is what an outcome builds on."""
    async with db.read() as session:
        view, etag = await queries.show_case(session, queries.Viewer.of(principal), case_id)
    response.headers["ETag"] = etag
    return view
