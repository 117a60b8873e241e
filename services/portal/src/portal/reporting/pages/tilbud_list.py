"""The list of tilbud that a user reports for (R15 to R20, R28)."""

from fastapi import Request
from sqlalchemy import or_
from starlette.responses import Response

from chassis.errors import DomainError, Forbidden
from contracts.access import Privilege
from portal.dependencies import Cursor, database_of
from portal.overview.pages import ListFilters, list_page
from portal.overview.queries import any_tilbud, handled_by, list_rows, operated_by
from portal.rendering import page_router
from portal.sessions.access import SignedIn

router = page_router()


class NoTilbud(DomainError):
    """The user's organisation runs no tilbud, so there is nothing to report for (R6)."""

    slug = "no-tilbud"
    default_detail = (
        "Der er ikke oprettet et tilbud for din organisation på Tilbudsportalen. "
        "Derfor kan du ikke komme ind i Indberet."
    )


@router.get("/indberet")
async def report_list(request: Request, visitor: SignedIn, filters: ListFilters, cursor: Cursor = "") -> Response:
    """List the tilbud of the own organisation; an authority's officer sees those it may report for."""
    on_behalf = visitor.may(Privilege.REPORT_TILBUD)
    if visitor.is_officer and not on_behalf:
        raise Forbidden("Du har ikke rettigheden til at indberette for tilbud.")
    scope = operated_by(visitor.principal.cvr)
    if on_behalf:
        scope = or_(scope, handled_by(visitor.reports_for))
    async with database_of(request).read() as session:
        if not on_behalf and not await any_tilbud(session, scope):
            raise NoTilbud
        listing = await list_rows(session, visitor, scope, filters, cursor)
    return list_page(request, listing, filters, "/indberet")
