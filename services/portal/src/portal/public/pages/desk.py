"""The own overview of a signed-in user: what is followed, looked at last, and searched for again (R21, R28, P13)."""

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from portal.addresses import here
from portal.dependencies import database_of, service_client
from portal.kinds import TILBUD
from portal.overview.public_rows import public_names
from portal.overview.queries import followed_by, followed_of, has_any, operated_by
from portal.public.search_page import Search
from portal.public.search_words import chips
from portal.recently_seen import seen
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn
from portal.sessions.visitor import Visitor
from web.errors import Unavailable

router = page_router()

MOST_FOLLOWED = 200
DESK = "/mit-overblik"
ENDING = "/mails/afmeld"
FREQUENCIES = {"at-once": "med det samme", "daily": "én gang om dagen", "weekly": "én gang om ugen"}
REPORT_PATH = TILBUD.tabs.report.path if TILBUD.tabs.report else ""


@dataclass(frozen=True)
class SavedSearch:
    """A search that is saved: in words, where it is made again, how often it is told of, and where it is ended."""

    words: str
    href: str
    frequency: str
    is_confirmed: bool
    ending: str


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
        "public/desk.html",
        followed=followed,
        searches=await _saved_searches(request, visitor),
        recent=[(each, names[each], each in stars) for each in ids if each in names],
        here=here(request),
    )


async def _saved_searches(request: Request, visitor: Visitor) -> list[SavedSearch] | None:
    """Return what is saved with an address of the visitor; None while that cannot be asked."""
    try:
        reply = await service_client(request, visitor).get("notification", "/v1/saved-searches")
    except Unavailable:
        return None
    return [
        SavedSearch(
            words=_in_words(wish := Search.of_query(each["query"])),
            href=wish.address(),
            frequency=FREQUENCIES[each["frequency"]],
            is_confirmed=each["confirmed"],
            ending=f"{ENDING}/{each['token']}",
        )
        for each in reply.body["items"]
    ]


def _in_words(wish: Search) -> str:
    text = wish.typed["q"]
    return ", ".join([*([f"»{text}«"] if text else []), *(chip.text for chip in chips(wish, {}))])
