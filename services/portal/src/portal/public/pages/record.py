"""The public page of a tilbud (R83 to R88)."""

from fastapi import Request
from starlette.responses import Response

from portal.clients import segment
from portal.dependencies import TilbudId, service_client
from portal.public.record_view import view_of
from portal.recently_seen import remember_seen
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor

router = page_router()


@router.get("/tilbud/{tilbud_id}")
async def show_tilbud(request: Request, visitor: MaybeVisitor, tilbud_id: TilbudId) -> Response:
    """Show the public record of a tilbud: 404 when it never was public, 410 when it was."""
    found = await service_client(request, None).get("publication", f"/v1/tilbud/{segment(tilbud_id)}")
    response = page(request, "public/record.html", tilbud=found.body, view=view_of(found.body))
    if visitor is not None:
        remember_seen(request, response, found.body["id"])
    return response
