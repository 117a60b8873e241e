"""Creating, listing and showing tilbud."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.text import SearchText
from reporting.dependencies import Creator, TilbudId
from reporting.leader_cpr.vault import Vault
from reporting.mount import TILBUD_REPORTS
from reporting.subjects.access import readable_steps
from reporting.tilbud.commands import create_tilbud, creator_of
from reporting.tilbud.queries import AWAITS_APPROVAL, HAS_DRAFT, list_production_units, list_tilbud, view_tilbud
from reporting.tilbud.right_authority import RightAuthority
from reporting.tilbud.rules import refuse_other_authority, refuse_unknown
from reporting.tilbud.schemas import Created, CreateTilbud, ProductionUnits, TilbudItem, TilbudView
from reports.dependencies import Caller, responses
from web.app import Db
from web.as_of import AsOf, last_moment
from web.etags import etag
from web.idempotency import Answer, CommandDependency
from web.openapi import headers
from web.pagination import Cursor, Limit, Page

router = APIRouter(prefix="/v1/tilbud", tags=["tilbud"], responses=responses())


@router.post("", status_code=201, response_model=Created, responses=responses(403, 409))
async def post_tilbud(
    request: Request, body: CreateTilbud, principal: Creator, vault: Vault, command: CommandDependency
) -> Response:
    """Create a tilbud under the authority that the right is for.

    409 ``other-authority`` names the authority that the rules point to, when it is another one.
    """
    refuse_unknown(body)
    finder: RightAuthority = request.app.state.right_authority
    right = await finder.of(body, request.headers["authorization"])
    refuse_other_authority(creator_of(principal), right, body.confirmed_authority)

    async def use_case(session: AsyncSession) -> Answer:
        tilbud_id = await create_tilbud(session, body, principal, vault)
        return Answer(Created(id=tilbud_id), 201, {"Location": f"/v1/tilbud/{tilbud_id}"})

    return await command.run(use_case)


@router.get("", responses=responses(403))
async def list_own_tilbud(
    principal: Caller,
    db: Db,
    q: Annotated[SearchText | None, Query(max_length=200)] = None,
    application: Annotated[Literal["awaiting"] | None, Query()] = None,
    draft: Annotated[Literal["exists"] | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[TilbudItem]:
    """List the tilbud of the caller's own organisation, or of the authority that the caller works for.

    ``application=awaiting`` are those that were transferred and not approved yet, ``draft=exists`` those with changes
    that are not sent.
    """
    async with db.read() as session:
        chosen = [*([AWAITS_APPROVAL] if application else []), *([HAS_DRAFT] if draft else [])]
        return await list_tilbud(session, principal, q, cursor, limit, chosen)


@router.get("/{tilbud_id}", responses={200: headers("ETag")})
async def get_tilbud(
    tilbud_id: TilbudId, principal: Caller, db: Db, vault: Vault, response: Response, as_of: AsOf = None
) -> TilbudView:
    """Show one tilbud; with ``as_of`` its approved data as it was then."""
    moment = last_moment(as_of)
    async with db.read() as session:
        tilbud = await TILBUD_REPORTS.get_visible(session, tilbud_id, principal)
        view = await view_tilbud(session, tilbud, vault, readable_steps(principal, tilbud), moment)
    response.headers["ETag"] = etag(view.model_dump_json())
    return view


@router.get("/{tilbud_id}/production-units")
async def get_production_units(tilbud_id: TilbudId, principal: Caller, db: Db) -> ProductionUnits:
    """List the P-numbers of the company that runs the tilbud, as CVR has them."""
    async with db.read() as session:
        tilbud = await TILBUD_REPORTS.get_visible(session, tilbud_id, principal)
    return await list_production_units(tilbud)
