"""The receipt of a case for the authority (R81)."""

from fastapi import Request
from starlette.responses import Response

from portal.case_receipt import load_receipt, receipt_document
from portal.change_overview import subject_of
from portal.clients import Refused, ServiceClient
from portal.dependencies import CaseId, service_client
from portal.publication_status import publication_status
from portal.rendering import page, page_router
from portal.sessions.access import Approver

router = page_router("/godkend/sager/{case_id}")


@router.get("/kvittering")
async def show_receipt(request: Request, visitor: Approver, case_id: CaseId) -> Response:
    """Show what came of a case, step by step, in each of its rounds."""
    return await receipt_page(request, service_client(request, visitor), case_id)


@router.get("/kvittering.pdf")
async def download_receipt(request: Request, visitor: Approver, case_id: CaseId) -> Response:
    """Return the receipt as a document."""
    return await receipt_document(service_client(request, visitor), case_id)


async def receipt_page(
    request: Request, services: ServiceClient, case_id: str, refusal: Refused | None = None
) -> Response:
    """Return the page; ``refusal`` says what somebody is told who sent off a case that a colleague had sent."""
    receipt = await load_receipt(services, case_id)
    about = subject_of(receipt)
    kind = about["kind"]
    return page(
        request,
        "approval/receipt.html",
        status=409 if refusal else 200,
        receipt=receipt,
        problem=refusal,
        publication=await publication_status(services, about["subject_id"]) if kind.published else None,
        **about,
    )
