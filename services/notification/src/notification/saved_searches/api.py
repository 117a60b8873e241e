"""The HTTP API of saved searches: anybody may save one, and whoever has its mail may end it."""

from fastapi import APIRouter, Depends, Request

from chassis.errors import NotFound
from notification.dependencies import PROBLEM_STATUSES, Caller, Link
from notification.mail_types import Frequency
from notification.saved_searches import commands, queries
from notification.saved_searches.rules import clean_query
from notification.saved_searches.schemas import SavedSearchAccepted, SavedSearchBody, SavedSearchChange
from notification.saved_searches.search_client import SearchClient
from notification.settings import NotificationSettings
from notification.signed_links import Purpose, sign
from web.app import Db
from web.auth import public
from web.pagination import Page
from web.problems import problem_responses

router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES), dependencies=[Depends(public)])
own_router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))


@router.post("/saved-searches", status_code=202)
async def save_search(request: Request, change: SavedSearchChange, db: Db) -> SavedSearchAccepted:
    """Save a search; a mail asks its address first, where that one may be written to. The answer is always the same."""
    client: SearchClient = request.app.state.search_client
    query = clean_query(change.query)
    await client.find(query)
    await db.run_in_transaction(lambda session: commands.save(session, query, change))
    return SavedSearchAccepted()


@router.delete("/saved-searches/{token}", status_code=204)
async def delete_saved_search(link: Link, db: Db) -> None:
    """End a saved search; the token is the one in the links of its mails. A second time changes nothing."""
    if link.purpose is not Purpose.SAVED_SEARCH:
        raise NotFound
    (search_id,) = link.parts
    await db.run_in_transaction(lambda session: commands.end(session, search_id, is_ended=True))


@own_router.get("/saved-searches")
async def list_saved_searches(request: Request, principal: Caller, db: Db) -> Page[SavedSearchBody]:
    """Return the searches that are saved with an address of the caller: that of the sign-in, or a confirmed own one."""
    settings: NotificationSettings = request.app.state.settings
    async with db.read() as session:
        found = await queries.searches_of(session, principal)
    items = [
        SavedSearchBody(
            query=each.query,
            frequency=Frequency(each.frequency),
            created_at=each.created_at,
            confirmed=each.confirmed_at is not None,
            token=sign(settings.secret_of_digests, Purpose.SAVED_SEARCH, each.id),
        )
        for each in found
    ]
    return Page(items=items, next=None)
