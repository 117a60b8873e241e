"""The change overview of a case over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from approval.cases.queries import Viewer
from approval.changes import queries
from approval.changes.schemas import Overview
from approval.dependencies import ABOUT_ONE, IdInPath, SignedIn
from web.app import Db
from web.problems import problem_responses

router = APIRouter(prefix="/v1", tags=["cases"], responses=ABOUT_ONE | problem_responses(409))


@router.get("/cases/{case_id}/changes")
async def show_changes(
    db: Db,
    principal: SignedIn,
    case_id: IdInPath,
    only_changed: Annotated[bool, Query()] = False,  # noqa: FBT002  A query parameter has no other way to be named.
    context: Annotated[bool, Query()] = False,  # noqa: FBT002  As above.
) -> Overview:
    """Show what was approved beside what is reported, step by step.

    With ``context`` the approved steps that the case does not hold are shown as well.
    """
    async with db.read() as session:
        viewer = Viewer.of(principal)
        return await queries.show_changes(session, viewer, case_id, only_changed=only_changed, context=context)
