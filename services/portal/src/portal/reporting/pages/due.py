"""What an organisation lacks now, the longest overdue first; many vacancies are confirmed at once (L10, P1)."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from portal.clients import Refused, segment
from portal.dependencies import Cursor, service_client
from portal.rendering import page, page_router, see_other
from portal.reporting.due_rows import due_rows
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import SubmittedForm

LIST = "/indberet/mangler"
# As many as one page shows.
MOST_AT_ONCE = 100
router = page_router(LIST)


@router.get("")
async def list_due(
    request: Request,
    visitor: SignedIn,
    cursor: Cursor = "",
    confirmed: Annotated[int, Query(alias="bekraeftet", ge=0, le=MOST_AT_ONCE)] = 0,
) -> Response:
    """List what is overdue, due soon or has stood still of every tilbud that the own organisation runs."""
    return await _show(request, visitor, cursor=cursor, confirmed=confirmed)


@router.post("")
async def confirm_vacancies(request: Request, visitor: SignedIn, form: SubmittedForm) -> Response:
    """Say of some tilbud that their vacancies are still right; the others are not held up by one that is refused."""
    services, chosen = service_client(request, visitor), form.texts("tilbud")[:MOST_AT_ONCE]
    refused = []
    for tilbud_id in chosen:
        try:
            path = f"/v1/tilbud/{segment(tilbud_id)}/vacancies/confirmation"
            await services.post("reporting", path, command=form.command)
        except Refused as refusal:
            refused.append(f"{tilbud_id}: {refusal.detail}")
    if refused or not chosen:
        return await _show(request, visitor, refused=refused, nothing_chosen=not chosen, status=409 if refused else 422)
    return see_other(f"{LIST}?bekraeftet={len(chosen)}")


async def _show(
    request: Request,
    visitor: SignedIn,
    *,
    cursor: str = "",
    confirmed: int = 0,
    refused: Sequence[str] = (),
    nothing_chosen: bool = False,
    status: int = 200,
) -> Response:
    wanted = {"limit": str(MOST_AT_ONCE)} | ({"cursor": cursor} if cursor else {})
    found = await service_client(request, visitor).get("reporting", "/v1/due", wanted)
    return page(
        request,
        "reporting/due.html",
        status=status,
        rows=due_rows(found.body["items"]),
        total=found.body["total"],
        next=found.body["next"],
        confirmed=confirmed,
        refused=refused,
        nothing_chosen=nothing_chosen,
    )
