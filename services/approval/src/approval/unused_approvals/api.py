"""Unused approvals over HTTP: those of an authority's tilbud."""

from typing import Annotated

from fastapi import APIRouter, Depends

from approval.kinds import TILBUD
from approval.unused_approvals import queries
from approval.unused_approvals.schemas import UnusedApprovalView
from web.app import Db
from web.auth import Principal, holding
from web.pagination import Cursor, Limit, Page

router = APIRouter(prefix="/v1", tags=["tilsyn"])

Officer = Annotated[Principal, Depends(holding(TILBUD.privileges.approve))]


@router.get("/unused-approvals")
async def list_unused_approvals(
    db: Db, principal: Officer, cursor: Cursor = None, limit: Limit = 50
) -> Page[UnusedApprovalView]:
    """List the approved tilbud of the caller's authority whose places all stand empty, the longest so first."""
    async with db.read() as session:
        return await queries.list_unused_approvals(
            session, principal.scopes(TILBUD.privileges.approve), cursor=cursor, limit=limit
        )
