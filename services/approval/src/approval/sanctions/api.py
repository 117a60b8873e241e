"""Sanctions over HTTP: those of an authority's tilbud, by deadline."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from approval.kinds import TILBUD
from approval.sanctions import queries
from approval.sanctions.schemas import ListedSanction
from contracts.sanctions import SanctionKind
from web.app import Db
from web.auth import Principal, holding
from web.pagination import Cursor, Limit, Page

router = APIRouter(prefix="/v1", tags=["tilsyn"])

Officer = Annotated[Principal, Depends(holding(TILBUD.privileges.approve))]


@router.get("/sanctions")
async def list_sanctions(
    db: Db,
    principal: Officer,
    kind: Annotated[list[SanctionKind] | None, Query()] = None,
    overdue: bool = False,  # noqa: FBT001, FBT002
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ListedSanction]:
    """List the sanctions of the tilbud that the caller's authority supervises, the next deadline first."""
    authorities = principal.scopes(TILBUD.privileges.approve)
    async with db.read() as session:
        return await queries.list_sanctions(
            session, authorities, kinds=kind or (), overdue=overdue, cursor=cursor, limit=limit
        )
