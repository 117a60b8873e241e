"""The receipts of what was sent, sent again or given up: each has an address of its own for good (R78)."""

import asyncio
from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from chassis.errors import NotFound
from portal.clients import segment
from portal.dependencies import CaseId, TilbudId, service_client
from portal.rendering import page, page_router
from portal.reporting.sending import step_title
from portal.sessions.access import SignedIn

router = page_router("/indberet/tilbud/{tilbud_id}/sager/{case_id}/kvitteringer")

LATEST = "latest"

ReceiptId = Annotated[str, Path(pattern=r"^(sent-[0-9]{1,6}|closed|latest)$")]


@router.get("/{receipt_id}")
async def show_receipt(
    request: Request, visitor: SignedIn, tilbud_id: TilbudId, case_id: CaseId, receipt_id: ReceiptId
) -> Response:
    """Show what was sent or given up: the steps, by whom and when, and who decides it."""
    services, path = service_client(request, visitor), f"/v1/tilbud/{segment(tilbud_id)}"
    tilbud, receipts = await asyncio.gather(
        services.get("reporting", path), services.get("reporting", f"{path}/submissions/{segment(case_id)}/receipts")
    )
    items = receipts.body["items"]
    receipt = next((each for each in items if receipt_id in (each["id"], LATEST)), None)
    if receipt is None:
        raise NotFound
    case = next(each for each in tilbud.body["submissions"] if each["id"] == case_id)
    return page(
        request,
        "reporting/sent.html",
        tilbud=tilbud.body,
        receipt=receipt,
        steps=[step_title(each) for each in receipt["steps"]],
        others=[each for each in items if each["id"] != receipt["id"]],
        case=case,
    )
