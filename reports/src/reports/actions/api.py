"""The action log of a subject."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from reports.actions.queries import list_actions
from reports.actions.schemas import ActionView
from reports.dependencies import SUBJECT_ID, Caller, responses
from reports.mounting import ReportMount
from web.app import Db
from web.pagination import Cursor, Limit, Page


def action_router(mount: ReportMount[Any]) -> APIRouter:
    """Return the route of the action log of the subjects of ``mount``."""
    router = APIRouter(prefix=mount.path, tags=[mount.tag], responses=responses())
    SubjectId = Annotated[str, Path(alias=mount.id_field, pattern=SUBJECT_ID)]  # noqa: N806

    @router.get("/actions")
    async def get_actions(
        subject_id: SubjectId, principal: Caller, db: Db, cursor: Cursor = None, limit: Limit = 50
    ) -> Page[ActionView]:
        """List what was done here, newest first."""
        async with db.read() as session:
            subject = await mount.get_visible(session, subject_id, principal)
            return await list_actions(session, mount.tables, subject.id, cursor, limit)

    return router
