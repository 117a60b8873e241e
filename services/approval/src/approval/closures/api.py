"""Closing a case over HTTP."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.etags import case_etag
from approval.cases.queries import Viewer
from approval.closures import commands
from approval.closures.schemas import ClosureBody
from approval.dependencies import CHANGING, Approver, IdInPath
from approval.receipts.queries import show_receipt
from approval.receipts.schemas import Receipt
from web.idempotency import Answer, CommandDependency

router = APIRouter(prefix="/v1", tags=["cases"], responses=CHANGING)


@router.post("/cases/{case_id}/closure", response_model=Receipt)
async def close_case(principal: Approver, case_id: IdInPath, body: ClosureBody, command: CommandDependency) -> Response:
    """Close a case whose subject has ceased; any other is decided, or given up by its reporter."""

    async def use_case(session: AsyncSession) -> Answer:
        case = await commands.close_ceased(session, principal, case_id=case_id, reason=body.reason)
        receipt = await show_receipt(session, Viewer.of(principal), case_id)
        return Answer(receipt, headers={"ETag": case_etag(case)})

    return await command.run(use_case)
