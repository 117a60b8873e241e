"""The receipt of a case over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import Response

from approval.cases.queries import Viewer
from approval.dependencies import ABOUT_ONE, IdInPath, SignedIn
from approval.receipts.documents import as_pdf
from approval.receipts.queries import show_receipt
from approval.receipts.schemas import Receipt
from web.app import Db
from web.media_types import preferred
from web.problems import problem_responses

JSON, PDF = "application/json", "application/pdf"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    **ABOUT_ONE,
    **problem_responses(409),
    200: {"content": {PDF: _BINARY}, "model": Receipt},
}

router = APIRouter(prefix="/v1", tags=["cases"])


@router.get("/cases/{case_id}/receipt", response_model=Receipt, responses=ANSWERS)
async def show_case_receipt(
    db: Db, principal: SignedIn, case_id: IdInPath, accept: Annotated[str | None, Header()] = None
) -> Response:
    """Return what became of a case, with the choice for each step and earlier rounds: JSON, or PDF by ``Accept``."""
    async with db.read() as session:
        receipt = await show_receipt(session, Viewer.of(principal), case_id)
    told = {"Vary": "Accept", "Cache-Control": "private, no-cache"}
    if preferred(accept, JSON, PDF) == JSON:
        return Response(receipt.model_dump_json(), media_type=JSON, headers=told)
    named = {"Content-Disposition": f'inline; filename="kvittering-{receipt.case_id}.pdf"'}
    return Response(await as_pdf(receipt), media_type=PDF, headers=told | named)
