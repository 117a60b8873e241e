"""The receipts of a case."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from reports.dependencies import SUBJECT_ID, Caller, SubmissionId, responses
from reports.mounting import ReportMount
from reports.receipts.queries import list_receipts
from reports.receipts.schemas import ReceiptList
from web.app import Db


def receipt_router(mount: ReportMount[Any]) -> APIRouter:
    """Return the route of the receipts of a case."""
    router = APIRouter(prefix=f"{mount.path}/submissions", tags=["submissions"], responses=responses())
    SubjectId = Annotated[str, Path(alias=mount.id_field, pattern=SUBJECT_ID)]  # noqa: N806

    @router.get("/{submission_id}/receipts")
    async def get_receipts(
        subject_id: SubjectId, submission_id: SubmissionId, principal: Caller, db: Db
    ) -> ReceiptList:
        """List what was sent, sent again and given up of a case, newest first: the receipts stay for good."""
        async with db.read() as session:
            subject = await mount.get_visible(session, subject_id, principal)
            return await list_receipts(session, mount, subject.id, submission_id)

    return router
