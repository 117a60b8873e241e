"""The authority's receipt of a case, as the reporter sees it (R75, R81)."""

from fastapi import Request
from starlette.responses import Response

from chassis.errors import NotFound
from portal.case_receipt import load_receipt, receipt_document
from portal.change_overview import subject_of
from portal.dependencies import CaseId, TilbudId, service_client
from portal.rendering import page, page_router
from portal.sessions.access import SignedIn

router = page_router("/indberet/tilbud/{tilbud_id}/sager/{case_id}")


@router.get("/kvittering")
async def show_receipt(request: Request, visitor: SignedIn, tilbud_id: TilbudId, case_id: CaseId) -> Response:
    """Show what came of a case in each of its rounds, also while it is decided anew."""
    receipt = await load_receipt(service_client(request, visitor), case_id)
    about = subject_of(receipt)
    if about["subject_id"] != tilbud_id:
        raise NotFound
    return page(request, "reporting/receipt.html", receipt=receipt, **about)


@router.get("/kvittering.pdf")
async def download_receipt(request: Request, visitor: SignedIn, tilbud_id: TilbudId, case_id: CaseId) -> Response:
    """Return the receipt as a document."""
    services = service_client(request, visitor)
    if subject_of(await load_receipt(services, case_id))["subject_id"] != tilbud_id:
        raise NotFound
    return await receipt_document(services, case_id)
