"""The history of a subject."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from reports.dependencies import SUBJECT_ID, Caller, responses
from reports.history.queries import list_history
from reports.history.schemas import HistoryItem
from reports.mounting import ReportMount
from web.app import Db
from web.pagination import Page


def history_router(mount: ReportMount[Any]) -> APIRouter:
    """Return the route of the history of the subjects of ``mount``."""
    router = APIRouter(prefix=mount.path, tags=[mount.tag], responses=responses())
    SubjectId = Annotated[str, Path(alias=mount.id_field, pattern=SUBJECT_ID)]  # noqa: N806

    @router.get("/history")
    async def get_history(subject_id: SubjectId, principal: Caller, db: Db) -> Page[HistoryItem]:
        """List every approved version, newest first: who and when."""
        async with db.read() as session:
            subject = await mount.get_visible(session, subject_id, principal)
            return Page(items=await list_history(session, mount, subject.id))

    return router
