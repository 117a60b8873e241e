"""Gør det samme for: one step of a tilbud into the drafts of sister tilbud (P4)."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Request
from starlette.responses import Response

from chassis.errors import NotFound
from contracts.form.loading import steps_of
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import TilbudId, service_client
from portal.kinds import TILBUD
from portal.rendering import page, page_router
from portal.reporting.bulk_page import column_label
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import TypedForm

router = page_router("/indberet/tilbud/{tilbud_id}/trin/{step_id}/kopier")

StepId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]
PAGE, MOST = 100, 200
STATUS = {"conflict": 409, "invalid": 422}
NONE_CHOSEN = "Vælg mindst ét tilbud."

Json = Mapping[str, Any]


@router.get("")
async def choose(request: Request, visitor: SignedIn, tilbud_id: TilbudId, step_id: StepId) -> Response:
    """Show the sister tilbud to choose among."""
    return await _show(request, service_client(request, visitor), tilbud_id, step_id)


@router.post("")
async def copy(request: Request, visitor: SignedIn, tilbud_id: TilbudId, step_id: StepId, form: TypedForm) -> Response:
    """Copy, and show what became of each."""
    services, chosen = service_client(request, visitor), form.texts("to")[:MOST]
    if form.is_unconfirmed:
        return await _show(request, services, tilbud_id, step_id, chosen=chosen)
    if not chosen:
        return await _show(request, services, tilbud_id, step_id, errors=[NONE_CHOSEN], status=422)
    path = f"/v1/tilbud/{segment(tilbud_id)}/draft/steps/{segment(step_id)}/copies"
    try:
        copied = await services.post("reporting", path, {"to": chosen}, command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        errors = [each.detail for each in refusal.reasons]
        return await _show(request, services, tilbud_id, step_id, errors=errors, status=STATUS[refusal.slug])
    return await _show(request, services, tilbud_id, step_id, outcomes=copied.body["items"])


async def _show(
    request: Request,
    services: ServiceClient,
    tilbud_id: str,
    step_id: str,
    *,
    chosen: list[str] | None = None,
    errors: list[str] | None = None,
    outcomes: list[Json] | None = None,
    status: int = 200,
) -> Response:
    step = next((each for each in steps_of(TILBUD.id) if each.id == step_id), None)
    if step is None:
        raise NotFound
    base = f"/v1/tilbud/{segment(tilbud_id)}"
    tilbud, _, sisters = await asyncio.gather(
        services.get("reporting", base),
        services.get("reporting", f"{base}/draft/steps/{segment(step_id)}"),
        _sisters(services),
    )
    names = {each["id"]: each["name"] for each in sisters if each["cvr"] == tilbud.body["operator"]["cvr"]}
    return page(
        request,
        "reporting/copies.html",
        status=status,
        tilbud=tilbud.body,
        step=step,
        names={each: name for each, name in names.items() if each != tilbud_id},
        chosen=chosen or [],
        errors=[{"text": each, "href": "#valg"} for each in errors or []],
        outcomes=outcomes,
        label=lambda pointer: column_label(step, pointer),
    )


async def _sisters(services: ServiceClient) -> list[Json]:
    found: list[Json] = []
    cursor: str | None = ""
    while cursor is not None and len(found) < MOST:
        wanted = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
        listed = (await services.get("reporting", "/v1/tilbud", wanted)).body
        found += [each for each in listed["items"] if each["status"] != "ceased"]
        cursor = listed["next"]
    return found[:MOST]
