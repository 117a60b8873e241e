"""The summary of a report."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from reports.dependencies import SUBJECT_ID, Caller, responses
from reports.drafts.api import context_of
from reports.mounting import ReportMount
from reports.summary.queries import view_summary
from reports.summary.schemas import Summary
from web.app import Db


def summary_router(mount: ReportMount[Any]) -> APIRouter:
    """Return the route of the summary of the draft."""
    router = APIRouter(prefix=f"{mount.path}/draft", tags=["draft"], responses=responses(403))
    SubjectId = Annotated[str, Path(alias=mount.id_field, pattern=SUBJECT_ID)]  # noqa: N806

    @router.get("/summary")
    async def get_summary(subject_id: SubjectId, principal: Caller, db: Db) -> Summary:
        """Show all steps, old beside new, what would be sent, and what blocks the submission."""
        async with db.read() as session:
            context = await context_of(session, mount, subject_id, principal)
            return await view_summary(session, mount, context, mount.reporter_of(principal, context.subject))

    return router
