"""The HTTP API: where the caller's mails go and which are wanted."""

from fastapi import APIRouter, Response

from notification.dependencies import PROBLEM_STATUSES, Caller
from notification.preferences import commands, queries
from notification.preferences.schemas import PreferencesBody, PreferencesChange
from web.app import Db
from web.etags import IfMatch
from web.problems import problem_responses

router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))


@router.get("/preferences")
async def read_preferences(principal: Caller, db: Db, response: Response) -> PreferencesBody:
    """Return where the caller's mails go and which are wanted."""
    async with db.read() as session:
        preferences, user = await queries.preferences_of(session, principal)
    response.headers["ETag"] = queries.preferences_etag(principal.sub, user)
    return preferences


@router.put("/preferences")
async def change_preferences(
    change: PreferencesChange, principal: Caller, db: Db, response: Response, if_match: IfMatch = None
) -> PreferencesBody:
    """Set where the caller's mails go and which are wanted."""
    mails = {str(mail_type): wanted for mail_type, wanted in change.mails.items()}
    user = await db.run_in_transaction(
        lambda session: commands.change_preferences(session, principal, if_match, change.own_email, mails)
    )
    response.headers["ETag"] = queries.preferences_etag(principal.sub, user)
    return queries.preferences_body(principal, user)
