"""The work list over HTTP, and many cases approved by one request."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.queries import Viewer
from approval.dependencies import CHANGING, Approver
from approval.work_list import commands, queries
from approval.work_list.queries import WorkFilter
from approval.work_list.schemas import JointApproval, JointOutcomes, WorkItem
from web.app import Db
from web.idempotency import Answer, CommandDependency
from web.pagination import Cursor, Limit, Page

router = APIRouter(prefix="/v1", tags=["cases"])


async def _filter(
    principal: Approver,
    sort: Annotated[queries.Sort, Query(description="The first is the one of highest risk, or the oldest.")] = "risk",
    q: Annotated[str, Query(max_length=200, description="Words of the name or of the id of the tilbud.")] = "",
    state: Annotated[queries.State | None, Query()] = None,
    decided: Annotated[
        queries.Decided, Query(description="`elsewhere`: cases about own tilbud that another authority decides.")
    ] = "here",
    risk: Annotated[queries.Risk | None, Query()] = None,
    worked_on: Annotated[queries.WorkedOn | None, Query(description="Who chose for a step last.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> WorkFilter:
    return WorkFilter(
        user=principal.sub,
        sort=sort,
        q=q.replace("\0", ""),
        state=state,
        decided=decided,
        risk=risk,
        worked_on=worked_on,
        cursor=cursor,
        limit=limit,
    )


@router.get("/work-list")
async def list_work(db: Db, principal: Approver, wanted: Annotated[WorkFilter, Depends(_filter)]) -> Page[WorkItem]:
    """List the open cases of the caller's authority, the most urgent first."""
    async with db.read() as session:
        return await queries.list_work(session, Viewer.of(principal), wanted)


@router.post("/work-list/approvals", response_model=JointOutcomes, responses=CHANGING)
async def approve_together(principal: Approver, body: JointApproval, command: CommandDependency) -> Response:
    """Approve up to 50 trivial cases as they stood in the list; each one is answered for itself.

    A case that is not trivial, that somebody has chosen in since, or that is not the caller's to decide is refused, and
    the others are approved.
    """

    async def use_case(session: AsyncSession) -> Answer:
        items = await commands.approve_together(session, principal, body.cases)
        return Answer(JointOutcomes(items=items).model_dump(mode="json"))

    return await command.run(use_case)
