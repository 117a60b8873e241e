"""The leader's CPR number: set by the authority, shown in full to few, and every time written down."""

from fastapi import APIRouter, Response

from chassis.app import Db
from chassis.etags import IfMatch
from reporting.dependencies import Caller, CprReader, TilbudId, Vault, problems
from reporting.leader_cpr.commands import cpr_etag, cpr_state, set_leader_cpr, show_leader_cpr
from reporting.tilbud.schemas import LeaderCprBody, LeaderCprState, LeaderCprView

router = APIRouter(prefix="/v1/tilbud", tags=["leader's CPR number"], responses=problems(403))


@router.get("/{tilbud_id}/leader-cpr")
async def get_leader_cpr(
    tilbud_id: TilbudId, principal: CprReader, db: Db, vault: Vault, response: Response
) -> LeaderCprView:
    """Show the number in full; the answer is committed together with a row in the access log."""
    async with db.begin() as session:
        number, row = await show_leader_cpr(session, tilbud_id, principal, vault)
    response.headers["ETag"] = cpr_etag(tilbud_id, row)
    response.headers["Cache-Control"] = "no-store"
    return LeaderCprView(cpr=number)


@router.put("/{tilbud_id}/leader-cpr", responses=problems(403, 412, 428))
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
    async with db.begin() as session:
        row = await set_leader_cpr(session, tilbud_id, body, principal, vault, if_match)
    response.headers["ETag"] = cpr_etag(tilbud_id, row)
    return cpr_state(tilbud_id, row, vault)
