"""Everything public as files: what there is, under which licence, and what each field means."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from portal.clients import Refused
from portal.dependencies import service_client
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor
from portal.settings import PortalSettings
from web.errors import Unavailable

router = page_router()

Json = Mapping[str, Any]


@router.get("/data")
async def show_open_data(request: Request, _: MaybeVisitor) -> Response:
    """Show the files, the feeds and the description of the fields."""
    settings: PortalSettings = request.app.state.settings
    described = await _description(request)
    return page(
        request,
        "public/open-data.html",
        publication=(settings.publication_public_url or settings.publication_url).rstrip("/"),
        described=described,
        fields=_fields(described),
    )


async def _description(request: Request) -> Json:
    """Return what publication says of its files, nothing while it cannot."""
    try:
        found = (await service_client(request, None).get("publication", "/v1/open-data/fields")).body
    except (Refused, Unavailable):
        return {}
    return found if isinstance(found, dict) else {}


def _fields(described: Json) -> list[Json]:
    """Return the fields of the first file, the table that people open."""
    files = described.get("files") or [{}]
    return [{"label": "", "description": "", "unit": None, **each} for each in files[0].get("fields") or []]
