"""The list of tilbud that a user reports for (R15 to R20, R28)."""

from dataclasses import replace

from fastapi import Request
from sqlalchemy import or_
from starlette.responses import Response

from chassis.errors import DomainError, Forbidden
from portal.clients import ServiceClient
from portal.dependencies import Cursor, database_of, service_client
from portal.kinds import TILBUD
from portal.overview.pages import ListFilters, list_page
from portal.overview.queries import DRAFT, handled_by, has_any, list_rows, operated_by
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
    on_behalf = visitor.may(TILBUD.privileges.report)
    if visitor.is_officer and not on_behalf:
        raise Forbidden("Du har ikke rettigheden til at indberette for tilbud.")
    scope = operated_by(TILBUD.id, visitor.principal.cvr)
    if on_behalf:
        scope = or_(scope, handled_by(TILBUD.id, visitor.reports_for(TILBUD)))
    if filters.case_status == DRAFT:
        filters = replace(filters, ids=await _with_a_draft(service_client(request, visitor)))
    async with database_of(request).read() as session:
        if not on_behalf and not await has_any(session, scope):
            raise NoTilbud
        listing = await list_rows(session, visitor, scope, filters, cursor)
    return list_page(request, TILBUD, listing, filters, "/indberet", TILBUD.report_base)


async def _with_a_draft(services: ServiceClient) -> frozenset[str]:
    """Return the tilbud with changes that are not sent."""
    found: set[str] = set()
    cursor: str | None = ""
    while cursor is not None:
        query = {"draft": "exists", "limit": "100"} | ({"cursor": cursor} if cursor else {})
        page_of_ids = (await services.get("reporting", "/v1/tilbud", query)).body
        found |= {each["id"] for each in page_of_ids["items"]}
        cursor = page_of_ids["next"]
    return frozenset(found)
