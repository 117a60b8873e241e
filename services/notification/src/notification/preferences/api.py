"""The HTTP API: where the caller's mails go, which are wanted and how often, and the answer of a new address."""

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncSession

from notification.dependencies import PROBLEM_STATUSES, Caller, Link
from notification.preferences import commands, confirmations, queries
from notification.preferences.schemas import ConfirmationBody, PreferencesBody, PreferencesChange
from notification.users.models import User
from web.app import Db
from web.auth import public
from web.etags import IfMatch
from web.problems import problem_responses

router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))


@router.get("/preferences")
async def read_preferences(principal: Caller, db: Db, response: Response) -> PreferencesBody:
    """Return where the caller's mails go, which are wanted and how often."""
    async with db.read() as session:
        preferences, user = await queries.preferences_of(session, principal)
    response.headers["ETag"] = queries.preferences_etag(principal.sub, user)
    return preferences


@router.put("/preferences", responses=problem_responses(429))
async def change_preferences(
    change: PreferencesChange, principal: Caller, db: Db, response: Response, if_match: IfMatch = None
) -> PreferencesBody:
    """Set where the caller's mails go, which are wanted and how often; a new address is asked by mail first."""

    async def work(session: AsyncSession) -> tuple[User, PreferencesBody]:
        user = await commands.change_preferences(session, principal, if_match, change)
        return user, await queries.preferences_body(session, principal, user)

    user, preferences = await db.run_in_transaction(work)
    response.headers["ETag"] = queries.preferences_etag(principal.sub, user)
    return preferences


@router.get("/confirmations/{token}", dependencies=[Depends(public)])
async def read_confirmation(link: Link, db: Db) -> ConfirmationBody:
    """Return the address that a link in a mail is about; 404 when the link is not valid any more."""
    async with db.read() as session:
        return await confirmations.confirmation_of(session, link)


@router.post("/confirmations/{token}", dependencies=[Depends(public)])
async def confirm_address(link: Link, db: Db) -> ConfirmationBody:
    """Use the address from now on; a second time changes nothing."""
    return await db.run_in_transaction(lambda session: confirmations.confirm(session, link))
