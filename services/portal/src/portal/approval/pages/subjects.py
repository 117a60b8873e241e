"""The authority's list of the subjects of each kind, and the cases of one subject (R61 to R63)."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from chassis.errors import NotFound
from contracts.access import Privilege
from portal.clients import ServiceClient, segment
from portal.dependencies import ID_PATTERN, Cursor, database_of, service_client
from portal.kinds import KINDS, ListedKind
from portal.overview.models import Subject
from portal.overview.pages import ListFilters, list_page
from portal.overview.queries import find_subject, handled_by, list_rows
from portal.publication_status import publication_status
from portal.rendering import page, page_router
from portal.sessions.access import may_approve
from portal.sessions.visitor import Visitor

# Each list stands in the order of the date that it shows; what waits longest comes first, what ended last elsewhere.
STATES = {"awaiting": "submitted_at", "returned": "decided_at", "closed": "closed_at"}
Json = dict[str, Any]


def create_routers() -> tuple[APIRouter, ...]:
    """Return the pages of each kind that is registered."""
    return tuple(_router_of(kind) for kind in KINDS)


def _router_of(kind: ListedKind) -> APIRouter:
    router = page_router()
    approver = Depends(may_approve(kind))

    @router.get(kind.tabs.approve.path, description=f"List the {kind.id} that the user's authority approves for.")
    async def approve_list(
        request: Request, filters: ListFilters, visitor: Visitor = approver, cursor: Cursor = ""
    ) -> Response:
        own = visitor.approves_for(kind)
        async with database_of(request).read() as session:
            scope = handled_by(kind.id, own)
            listing = await list_rows(session, visitor, scope, filters, cursor, decided_by=own)
        return list_page(request, kind, listing, filters, kind.tabs.approve.path, kind.approve_base)

    @router.get(
        f"{kind.approve_base}/{{{kind.id_field}}}",
        description=f"Show the three case lists of a {kind.id}; cases that others decide are listed but not opened.",
    )
    async def case_list(
        request: Request,
        subject_id: Annotated[str, Path(alias=kind.id_field, pattern=ID_PATTERN)],
        visitor: Visitor = approver,
    ) -> Response:
        return await _show_cases(request, kind, visitor, subject_id)

    return router


async def _show_cases(request: Request, kind: ListedKind, visitor: Visitor, subject_id: str) -> Response:
    async with database_of(request).read() as session:
        subject = await find_subject(session, subject_id, handled_by(kind.id, visitor.approves_for(kind)))
    services = service_client(request, visitor)
    lists = await asyncio.gather(*(_cases(services, kind, subject_id, state) for state in STATES))
    cases = [case for found in lists for case in found]
    if subject is None and not cases:
        raise NotFound
    return page(
        request,
        "approval/subject.html",
        kind=kind,
        subject=subject,
        subject_id=subject_id,
        name=_name(kind, subject, cases) or subject_id,
        cases=dict(zip(STATES, lists, strict=True)),
        undecided=await _undecided(services, kind, subject_id),
        publication=await publication_status(services, subject_id) if kind.published else None,
        may_report=_may_report(kind, visitor, subject),
        may_change_authority=_may_change_authority(kind, visitor, subject),
        may_create_tilsyn=_may_create_tilsyn(kind, visitor, subject),
    )


def _may_create_tilsyn(kind: ListedKind, visitor: Visitor, subject: Subject | None) -> bool:
    authorities = visitor.principal.scopes(Privilege.CREATE_TILSYN)
    return kind.has_tilsyn and subject is not None and subject.authority in authorities


async def _undecided(services: ServiceClient, kind: ListedKind, subject_id: str) -> list[Json]:
    """Return what of the subject waits for a decision on who is the authority."""
    found = await services.find("jurisdiction", f"/v1/{kind.id}/{segment(subject_id)}/undecided")
    return list(found.body["items"]) if found else []


def _may_report(kind: ListedKind, visitor: Visitor, subject: Subject | None) -> bool:
    """Return whether the visitor may report for the subject: only for who supervises it now."""
    return kind.tabs.report is not None and subject is not None and subject.authority in visitor.reports_for(kind)


def _may_change_authority(kind: ListedKind, visitor: Visitor, subject: Subject | None) -> bool:
    """Return whether the visitor's authority has the subject and can hand it over, or gave it away."""
    if subject is None or kind.events.handover_requested is None:
        return False
    return not visitor.principal.scopes(Privilege.CHANGE_AUTHORITY).isdisjoint({subject.authority, *subject.givers})


def _name(kind: ListedKind, subject: Subject | None, cases: list[Json]) -> str:
    if subject is not None:
        return subject.name
    return next((str(case[kind.name_field]) for case in cases), "") if kind.name_field else ""


async def _cases(services: ServiceClient, kind: ListedKind, subject_id: str, state: str) -> list[Json]:
    reply = await services.get("approval", "/v1/cases", {kind.id_field: subject_id, "state": state, "limit": 100})
    shown = STATES[state]
    return sorted(reply.body["items"], key=lambda case: str(case[shown] or ""), reverse=state != "awaiting")
