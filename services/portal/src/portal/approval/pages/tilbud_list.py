"""The authority's list of tilbud, and the cases of one tilbud (rows 61–63)."""

import asyncio
from typing import Any

from fastapi import Request
from sqlalchemy import select
from starlette.responses import Response

from chassis.database import Database
from chassis.problems import not_found
from contracts.access import Privilege
from portal.clients import Caller, caller
from portal.models import Tilbud
from portal.overview.queries import listing, of_authorities
from portal.rendering import page, page_router
from portal.reporting.pages.tilbud_list import Cursor, ListFilters, TilbudId
from portal.sessions.access import Approver

router = page_router("/godkend")

STATES = ("awaiting", "returned", "closed")


@router.get("")
async def approve_list(request: Request, visitor: Approver, filters: ListFilters, cursor: Cursor = "") -> Response:
    """List the tilbud that the user's authority approves for."""
    database: Database = request.app.state.database
    async with database.read() as session:
        found = await listing(session, visitor, of_authorities(visitor.approves_for), filters, cursor)
    return page(
        request, "shared/overview-list.html", title="Tilbudslisten", found=found, filters=filters, base="/godkend"
    )


@router.get("/tilbud/{tilbud_id}")
async def case_list(request: Request, visitor: Approver, tilbud_id: TilbudId) -> Response:
    """Show the three case lists of a tilbud; cases that others decide are listed but not opened (row 63)."""
    database: Database = request.app.state.database
    async with database.read() as session:
        visible = select(Tilbud).where(Tilbud.id == tilbud_id, of_authorities(visitor.approves_for))
        tilbud = (await session.execute(visible)).scalar_one_or_none()
    services = caller(request, visitor)
    lists = await asyncio.gather(*(_cases(services, tilbud_id, state) for state in STATES))
    cases = dict(zip(STATES, lists, strict=True))
    if tilbud is None and not any(lists):
        raise not_found()
    name = tilbud.name if tilbud else next(each["tilbud_name"] for found in lists for each in found)
    return page(
        request,
        "approval/tilbud.html",
        tilbud=tilbud,
        tilbud_id=tilbud_id,
        name=name,
        cases=cases,
        may_report=visitor.may(Privilege.REPORT_TILBUD),
        may_create_tilsyn=visitor.may(Privilege.CREATE_TILSYN),
    )


async def _cases(services: Caller, tilbud_id: str, state: str) -> list[dict[str, Any]]:
    reply = await services.get("approval", "/v1/cases", {"tilbud_id": tilbud_id, "state": state, "limit": 100})
    items: list[dict[str, Any]] = reply.body["items"]
    return items
