"""The own overview of a signed-in user: what is followed, and what was looked at last (R21, R28)."""

from fastapi import Request
from starlette.responses import Response

from portal.addresses import here
from portal.dependencies import database_of
from portal.kinds import TILBUD
from portal.overview.public_rows import public_names
from portal.overview.queries import followed_by, followed_of
from portal.public.recently_seen import seen
from portal.rendering import page, page_router
from portal.sessions.access import SignedIn

router = page_router()

MOST_FOLLOWED = 200


@router.get("/mit-overblik")
async def desk(request: Request, visitor: SignedIn) -> Response:
    """Show the tilbud that the user follows, those looked at last, and the ways to search."""
    ids = seen(request)
    async with database_of(request).read() as session:
        followed = await followed_by(session, TILBUD.id, visitor, MOST_FOLLOWED)
        names = await public_names(session, TILBUD.id, ids)
        stars = await followed_of(session, TILBUD.id, visitor, ids)
    return page(
        request,
        "overview/desk.html",
        followed=followed,
        recent=[(each, names[each], each in stars) for each in ids if each in names],
        here=here(request),
    )
