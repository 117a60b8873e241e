"""The receipt of a case: the same page and the same document for the officer and for the reporter (R81)."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from portal.clients import Refused, ServiceClient, segment

PDF = "application/pdf"
NO_RECEIPT_YET = "wrong-state"


async def load_receipt(services: ServiceClient, case_id: str) -> Mapping[str, Any]:
    """Return the receipt of a case; Refused before it was sent off, and where there is none for this visitor."""
    receipt: Mapping[str, Any] = (await services.get("approval", _path(case_id))).body
    return receipt


async def find_receipt(services: ServiceClient, case_id: str) -> Mapping[str, Any] | None:
    """Return the receipt of a case; None before it was sent off, and where there is none for this visitor."""
    try:
        found = await services.find("approval", _path(case_id))
    except Refused as refusal:
        if refusal.slug == NO_RECEIPT_YET:
            return None
        raise
    return found.body if found else None


async def receipt_document(services: ServiceClient, case_id: str) -> Response:
    """Return the receipt as a document to keep."""
    content = await services.download("approval", _path(case_id), PDF)
    named = {"Content-Disposition": f'inline; filename="kvittering-{case_id}.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type=PDF, headers=named)


def _path(case_id: str) -> str:
    return f"/v1/cases/{segment(case_id)}/receipt"
