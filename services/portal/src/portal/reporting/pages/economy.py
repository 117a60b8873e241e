"""The economy of a tilbud, year by year, for its reporters and for its authority (P7)."""

from fastapi import Request
from starlette.responses import Response

from portal.clients import segment
from portal.dependencies import TilbudId, database_of, service_client
from portal.economy import shown_years
from portal.kinds import TILBUD
from portal.overview.queries import name_of
from portal.rendering import page, page_router
from portal.sessions.access import SignedIn

router = page_router("/oekonomi/tilbud")


@router.get("/{tilbud_id}")
async def show_economy(request: Request, visitor: SignedIn, tilbud_id: TilbudId) -> Response:
    """Show budget and annual report of every year side by side."""
    found = await service_client(request, visitor).get("reporting", f"/v1/tilbud/{segment(tilbud_id)}/economy")
    async with database_of(request).read() as session:
        name = await name_of(session, TILBUD.id, tilbud_id)
    return page(
        request,
        "reporting/economy.html",
        name=name or tilbud_id,
        list_path=visitor.list_path(TILBUD),
        tilbud_path=visitor.subject_path(TILBUD, tilbud_id),
        years=shown_years(found.body),
    )
