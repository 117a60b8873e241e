"""The authority's list of tilbud, and the cases of one tilbud (R61 to R63)."""

import asyncio
from typing import Any

from fastapi import Request
from starlette.responses import Response

from chassis.errors import NotFound
from contracts.access import Privilege
from portal.clients import ServiceClient
from portal.dependencies import Cursor, TilbudId, database_of, service_client
from portal.overview.pages import ListFilters, list_page
from portal.overview.queries import find_row, handled_by, list_rows
from portal.rendering import page, page_router
from portal.sessions.access import Approver

router = page_router("/godkend")

STATES = ("awaiting", "returned", "closed")


@router.get("")
async def approve_list(request: Request, visitor: Approver, filters: ListFilters, cursor: Cursor = "") -> Response:
    """List the tilbud that the user's authority approves for."""
    async with database_of(request).read() as session:
        listing = await list_rows(session, visitor, handled_by(visitor.approves_for), filters, cursor)
    return list_page(request, listing, filters, "/godkend")


@router.get("/tilbud/{tilbud_id}")
async def case_list(request: Request, visitor: Approver, tilbud_id: TilbudId) -> Response:
    """Show the three case lists of a tilbud; cases that others decide are listed but not opened."""
    async with database_of(request).read() as session:
        tilbud = await find_row(session, tilbud_id, handled_by(visitor.approves_for))
    services = service_client(request, visitor)
    lists = await asyncio.gather(*(_cases(services, tilbud_id, state) for state in STATES))
    if tilbud is None and not any(lists):
        raise NotFound
    name = tilbud.name if tilbud else next(case["tilbud_name"] for cases in lists for case in cases)
    return page(
        request,
        "approval/tilbud.html",
        tilbud=tilbud,
        tilbud_id=tilbud_id,
        name=name,
        cases=dict(zip(STATES, lists, strict=True)),
        may_report=visitor.may(Privilege.REPORT_TILBUD),
        may_create_tilsyn=visitor.may(Privilege.CREATE_TILSYN),
    )


async def _cases(services: ServiceClient, tilbud_id: str, state: str) -> list[dict[str, Any]]:
    reply = await services.get("approval", "/v1/cases", {"tilbud_id": tilbud_id, "state": state, "limit": 100})
    items: list[dict[str, Any]] = reply.body["items"]
    return items
