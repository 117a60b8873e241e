"""Applications that a supervision system transferred: the authority checks, completes and approves them (R105)."""

import asyncio
from typing import Any

from fastapi import Request
from starlette.responses import Response

from chassis.errors import FieldError
from contracts.access import Privilege
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import Cursor, TilbudId, service_client
from portal.rendering import page, page_router, see_other
from portal.sessions.access import ApplicationApprover
from portal.sessions.submitted_form import TypedForm

router = page_router("/opret/ansoegninger")

STATUS = {"invalid": 422, "stale": 412, "forbidden": 403}
PAGE = 50
Json = dict[str, Any]


@router.get("")
async def list_applications(request: Request, visitor: ApplicationApprover, cursor: Cursor = "") -> Response:
    """List the applications that wait for the authority."""
    wanted = {"application": "awaiting", "limit": PAGE, **({"cursor": cursor} if cursor else {})}
    found = (await service_client(request, visitor).get("reporting", "/v1/tilbud", wanted)).body
    return page(
        request,
        "approval/applications.html",
        items=found["items"],
        total=found["total"],
        next=found["next"],
        may_create=visitor.may(Privilege.CREATE_TILBUD),
    )


@router.get("/{tilbud_id}")
async def show_application(request: Request, visitor: ApplicationApprover, tilbud_id: TilbudId) -> Response:
    """Show what was transferred, and ask for what is missing."""
    return await _show(request, service_client(request, visitor), tilbud_id)


@router.post("/{tilbud_id}")
async def approve(request: Request, visitor: ApplicationApprover, tilbud_id: TilbudId, form: TypedForm) -> Response:
    """Approve the application by adding the leader's CPR number; from now on the tilbud can send its report."""
    services = service_client(request, visitor)
    if form.is_unconfirmed:
        return await _show(request, services, tilbud_id)
    path = f"/v1/tilbud/{segment(tilbud_id)}/leader-cpr"
    try:
        await services.put("reporting", path, {"cpr": form.text("leader_cpr")}, form.text("etag"))
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        return await _show(request, services, tilbud_id, refusal)
    return see_other(f"/opret/ansoegninger/{tilbud_id}")


async def _show(request: Request, services: ServiceClient, tilbud_id: str, refusal: Refused | None = None) -> Response:
    base = f"/v1/tilbud/{segment(tilbud_id)}"
    tilbud, actions = await asyncio.gather(
        services.get("reporting", base), services.get("reporting", f"{base}/actions", {"limit": 100})
    )
    is_number_wrong = refusal is not None and refusal.slug == "invalid"
    return page(
        request,
        "approval/application.html",
        status=STATUS[refusal.slug] if refusal else 200,
        tilbud=tilbud.body,
        approval=_approval(actions.body["items"]),
        errors={"leader_cpr": _wrong(refusal.reasons)} if refusal and is_number_wrong else {},
        problem=None if is_number_wrong else refusal,
    )


def _wrong(reasons: list[FieldError]) -> str:
    return reasons[0].detail


def _approval(actions: list[Json]) -> Json | None:
    """Return who added the number first, and when."""
    added = [each for each in actions if each["what"] == "leader-cpr-set"]
    return min(added, key=lambda each: str(each["at"]), default=None)
