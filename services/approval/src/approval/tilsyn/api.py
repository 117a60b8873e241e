"""Tilsyn over HTTP: the list of a tilbud, one, and the ones that a kommune or a region creates."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from approval.dependencies import ABOUT_ONE, IdInPath, SignedIn
from approval.tilsyn import commands, queries
from approval.tilsyn.schemas import MOST_VERSIONS, TilsynBody, TilsynPage, TilsynView
from contracts.access import Privilege
from web.app import Db
from web.auth import Principal, holding
from web.idempotency import Answer, CommandDependency
from web.pagination import Cursor, Limit
from web.problems import problem_responses

router = APIRouter(prefix="/v1", tags=["tilsyn"], responses=ABOUT_ONE)

Creator = Annotated[Principal, Depends(holding(Privilege.CREATE_TILSYN))]


@router.get("/tilbud/{tilbud_id}/tilsyn")
async def list_tilsyn(
    db: Db, principal: SignedIn, tilbud_id: IdInPath, cursor: Cursor = None, limit: Limit = 50
) -> TilsynPage:
    """List every completed tilsyn of a tilbud, the latest first."""
    async with db.read() as session:
        return await queries.list_tilsyn(session, principal, tilbud_id, cursor=cursor, limit=limit)


# The id is an outside party's and may hold a slash.
@router.get("/tilsyn/{tilsyn_id:path}")
async def show_tilsyn(
    db: Db,
    principal: SignedIn,
    tilsyn_id: Annotated[str, Path(min_length=1, max_length=200)],
    authority: Annotated[str | None, Query(max_length=50)] = None,
    version: Annotated[int | None, Query(ge=1, le=MOST_VERSIONS)] = None,
) -> TilsynView:
    """Show one tilsyn in its newest version; officers may ask for an earlier one."""
    async with db.read() as session:
        return await queries.show_tilsyn(session, principal, tilsyn_id, authority, version)


@router.post("/tilsyn", status_code=201, response_model=TilsynView, responses=problem_responses(409))
async def create_tilsyn(principal: Creator, body: TilsynBody, command: CommandDependency) -> Response:
    """Publish a tilsyn of a tilbud that the caller's kommune or region supervises, or correct an own one."""

    async def use_case(session: AsyncSession) -> Answer:
        fields = body.model_dump(mode="json", by_alias=True, exclude={"tilbud_id", "tilsyn_id", "version"})
        row = await commands.create(
            session,
            principal,
            tilbud_id=body.tilbud_id,
            fields={name: value for name, value in fields.items() if name != "decided_on" or value},
            tilsyn_id=body.tilsyn_id,
            version=body.version,
        )
        location = {"Location": f"/v1/tilsyn/{row.tilsyn_id}"}
        view = await queries.show_tilsyn(session, principal, row.tilsyn_id, row.authority)
        return Answer(view, 201, location)

    return await command.run(use_case)
