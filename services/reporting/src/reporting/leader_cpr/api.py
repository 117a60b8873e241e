"""The leader's CPR number: set by the authority, shown in full to few, and every time written down."""

from fastapi import APIRouter, Response

from reporting.dependencies import CprReader, TilbudId
from reporting.leader_cpr.commands import set_leader_cpr, show_leader_cpr
from reporting.leader_cpr.queries import cpr_etag, cpr_state, list_accesses
from reporting.leader_cpr.schemas import CprAccessView, CprViewBody, LeaderCprBody, LeaderCprState, LeaderCprView
from reporting.leader_cpr.vault import Vault
from reporting.subjects.access import visible_to
from reporting.subjects.models import Tilbud
from reports.dependencies import Caller, responses
from web.app import Db
from web.etags import IfMatch
from web.pagination import Cursor, Limit, Page

router = APIRouter(prefix="/v1/tilbud", tags=["leader's CPR number"], responses=responses(403))


@router.post("/{tilbud_id}/leader-cpr/views", responses=responses(403))
async def view_leader_cpr(
    tilbud_id: TilbudId, body: CprViewBody, principal: CprReader, db: Db, vault: Vault, response: Response
) -> LeaderCprView:
    """Show the number in full to somebody who says what for; the answer is committed with a row in the access log.

    Nothing of the answer is kept, so it takes no Idempotency-Key: each call is a view of its own.
    """
    number = await db.run_in_transaction(lambda session: show_leader_cpr(session, tilbud_id, body, principal, vault))
    response.headers["Cache-Control"] = "no-store"
    return LeaderCprView(cpr=number)


@router.get("/{tilbud_id}/leader-cpr/accesses")
async def list_leader_cpr_accesses(
    tilbud_id: TilbudId, principal: Caller, db: Db, cursor: Cursor = None, limit: Limit = 50
) -> Page[CprAccessView]:
    """List who saw or entered the number, newest first, to everybody who sees the tilbud."""
    async with db.read() as session:
        tilbud = visible_to(principal, await session.get(Tilbud, tilbud_id))
        return await list_accesses(session, tilbud.id, cursor, limit)


@router.put("/{tilbud_id}/leader-cpr", responses=responses(403, 412, 428))
async def put_leader_cpr(
    tilbud_id: TilbudId,
    body: LeaderCprBody,
    principal: Caller,
    db: Db,
    vault: Vault,
    response: Response,
    if_match: IfMatch = None,
) -> LeaderCprState:
    """Add the number when it is missing, or correct it; ``leader_cpr`` of the tilbud has the ETag for both."""
    row = await db.run_in_transaction(
        lambda session: set_leader_cpr(session, tilbud_id, body, principal, vault, if_match)
    )
    response.headers["ETag"] = cpr_etag(tilbud_id, row)
    return cpr_state(tilbud_id, row, vault)
