"""The overview of one tilbud for those who report for it (R29 to R34, R48)."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from portal.clients import segment
from portal.dependencies import TilbudId, service_client
from portal.publication_status import publication_status
from portal.rendering import page, page_router, see_other
from portal.reporting.due_rows import due_rows
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import SubmittedForm

router = page_router("/indberet/tilbud/{tilbud_id}")


@router.get("")
async def overview(request: Request, visitor: SignedIn, tilbud_id: TilbudId) -> Response:
    """Show the tilbud's cases, the way into a report, and the way to its tilsyn."""
    services = service_client(request, visitor)
    base = f"/v1/tilbud/{segment(tilbud_id)}"
    tilbud, draft, due, publication = await asyncio.gather(
        services.get("reporting", base),
        services.get("reporting", f"{base}/draft"),
        services.get("reporting", f"{base}/due"),
        publication_status(services, tilbud_id),
    )
    return page(
        request,
        "reporting/tilbud.html",
        tilbud=tilbud.body,
        draft=draft.body,
        due=due_rows(due.body["items"]),
        publication=publication,
        published_since=published_since(publication),
        cases=by_state(tilbud.body["submissions"]),
        locked=[each for each in tilbud.body["locks"] if each["state"] == "awaiting"],
    )


def published_since(publication: Mapping[str, Any] | None) -> str | None:
    """Return since when a tilbud is public, as a date and time; None where it is not, or nobody can tell."""
    if not publication or not publication["public"]:
        return None
    since = [each["since"] for each in publication["conditions"]]
    return max(since) if since and all(since) else None


def by_state(submissions: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the three case lists, the newest case first (R32 to R34)."""
    lists: dict[str, list[dict[str, Any]]] = {"awaiting": [], "returned": [], "closed": []}
    for each in sorted(submissions, key=lambda one: one["number"], reverse=True):
        lists[each["state"] if each["state"] in lists else "closed"].append(each)
    return lists


@router.post("/start")
async def start(request: Request, visitor: SignedIn, tilbud_id: TilbudId, form: SubmittedForm) -> Response:
    """Go on with the draft, or start a new one that replaces it at the first save."""
    start_from = "new" if form.text("start") == "new" else "continue"
    services = service_client(request, visitor)
    path = f"/v1/tilbud/{segment(tilbud_id)}/draft"
    draft = await services.post("reporting", path, {"start": start_from}, command=form.command)
    return see_other(f"/indberet/tilbud/{tilbud_id}/trin/{_first_step(draft.body)}")


def _first_step(draft: dict[str, Any]) -> str:
    """Return where a report begins: who was given single steps has others before."""
    steps = draft.get("steps")
    return str(steps[0]["step"]) if steps else "company"


@router.post("/gendan")
async def restore(request: Request, visitor: SignedIn, tilbud_id: TilbudId, form: SubmittedForm) -> Response:
    """Bring back the draft that was replaced last."""
    services = service_client(request, visitor)
    path = f"/v1/tilbud/{segment(tilbud_id)}/draft/restoration"
    await services.post("reporting", path, command=form.command)
    return see_other(f"/indberet/tilbud/{tilbud_id}/trin/company")
