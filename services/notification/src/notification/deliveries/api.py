"""The HTTP API: what was delivered."""

from typing import Annotated

from fastapi import APIRouter, Query

from notification.deliveries import queries
from notification.deliveries.schemas import DeliveryBody
from notification.dependencies import DEFAULT_KIND, PROBLEM_STATUSES, Caller, KindFilter
from web.app import Db
from web.pagination import Cursor, Limit, Page
from web.problems import problem_responses

About = Annotated[str, Query(min_length=1, max_length=200, description="The id of the tilbud, or of another subject.")]

router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))


@router.get("/deliveries")
async def list_deliveries(
    about: About,
    principal: Caller,
    db: Db,
    about_kind: KindFilter = DEFAULT_KIND,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DeliveryBody]:
    """Return the mails about a subject to the caller's organisation, the newest first."""
    async with db.read() as session:
        return await queries.deliveries(session, principal, about_kind, about, cursor, limit)
