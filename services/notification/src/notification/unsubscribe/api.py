"""The HTTP API of the links that end mails: whoever has the mail may call it, reading changes nothing."""

from fastapi import APIRouter, Depends

from notification.dependencies import PROBLEM_STATUSES, Link
from notification.unsubscribe import commands
from notification.unsubscribe.schemas import UnsubscriptionBody
from web.app import Db
from web.auth import public
from web.problems import problem_responses

router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES), dependencies=[Depends(public)])


@router.get("/unsubscribe/{token}")
async def read_unsubscription(link: Link, db: Db) -> UnsubscriptionBody:
    """Return what the link ends, and whether it has."""
    async with db.read() as session:
        return await commands.unsubscription_of(session, link)


@router.post("/unsubscribe/{token}")
async def unsubscribe(link: Link, db: Db) -> UnsubscriptionBody:
    """End what the link stands for; a second time changes nothing."""
    return await db.run_in_transaction(lambda session: commands.end(session, link))


@router.delete("/unsubscribe/{token}")
async def resubscribe(link: Link, db: Db) -> UnsubscriptionBody:
    """Bring back what the link has ended; a second time changes nothing."""
    return await db.run_in_transaction(lambda session: commands.bring_back(session, link))
