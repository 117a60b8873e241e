"""The own overview of a signed-in user: what is followed, and what was looked at last (R21, R28)."""

from fastapi import Request
from starlette.responses import Response

from portal.addresses import here
from portal.dependencies import database_of
from portal.kinds import TILBUD
from portal.overview.public_rows import public_names
from portal.overview.queries import followed_by, followed_of, has_any, operated_by
from portal.recently_seen import seen
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn

router = page_router()

MOST_FOLLOWED = 200
DESK = "/mit-overblik"
REPORT_PATH = TILBUD.tabs.report.path if TILBUD.tabs.report else ""


@router.get("/min-side", include_in_schema=False)
async def home(request: Request, visitor: SignedIn) -> Response:
    """Send a signed-in user to the first tab that the user's rights open (R9), if there is anything behind it."""
    path = visitor.home
    if path == REPORT_PATH and not visitor.is_officer:
        async with database_of(request).read() as session:
            runs_something = await has_any(session, operated_by(TILBUD.id, visitor.principal.cvr))
        path = path if runs_something else DESK
    return see_other(path)


@router.get(DESK)
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
