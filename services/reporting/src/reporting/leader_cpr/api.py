"""The leader's CPR number: set by the authority, shown in full to few, and every time written down."""

from fastapi import APIRouter, Response

from reporting.dependencies import CprReader, TilbudId
from reporting.leader_cpr.commands import set_leader_cpr, show_leader_cpr
from reporting.leader_cpr.queries import cpr_etag, cpr_state
from reporting.leader_cpr.schemas import LeaderCprBody, LeaderCprState, LeaderCprView
from reporting.leader_cpr.vault import Vault
from reports.dependencies import Caller, responses
from web.app import Db
from web.etags import IfMatch

router = APIRouter(prefix="/v1/tilbud", tags=["leader's CPR number"], responses=responses(403))


@router.get("/{tilbud_id}/leader-cpr")
async def get_leader_cpr(
    tilbud_id: TilbudId, principal: CprReader, db: Db, vault: Vault, response: Response
) -> LeaderCprView:
    """Show the number in full; the answer is committed together with a row in the access log."""
    number, row = await db.run_in_transaction(lambda session: show_leader_cpr(session, tilbud_id, principal, vault))
    response.headers["ETag"] = cpr_etag(tilbud_id, row)
    response.headers["Cache-Control"] = "no-store"
    return LeaderCprView(cpr=number)


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
