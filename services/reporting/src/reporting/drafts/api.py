"""The draft of a tilbud, step by step."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.app import Db
from chassis.auth import Principal
from chassis.etags import IfMatch
from chassis.idempotency import Answer, CommandDependency
from reporting.dependencies import Caller, StepId, TilbudId, problems
from reporting.drafts.commands import refuse_unknown_step, restore, save_step, start
from reporting.drafts.queries import Desk, load_desk
from reporting.drafts.schemas import DraftView, StepView, Summary
from reporting.drafts.views import view_draft, view_step, view_summary
from reporting.models import Tilbud
from reporting.subjects.access import reporter_of
from reporting.tilbud.schemas import StartDraft

router = APIRouter(prefix="/v1/tilbud/{tilbud_id}/draft", tags=["draft"], responses=problems(403))

StepData = Annotated[
    dict[str, Any],
    Body(description="The whole step, with the fields of the form definition; contracts/examples/steps has examples."),
]


@router.post("", response_model=DraftView)
async def post_draft(tilbud_id: TilbudId, body: StartDraft, principal: Caller, command: CommandDependency) -> Response:
    """Go on with the draft or start over; starting over takes effect with the first save (rows 48-50)."""

    async def use_case(session: AsyncSession) -> Answer:
        desk = await start(session, tilbud_id, principal, body.start)
        return Answer(await view_draft(session, desk))

    return await command.run(use_case)


@router.get("")
async def get_draft(tilbud_id: TilbudId, principal: Caller, db: Db) -> DraftView:
    """Show whether there is a draft, and how far each step is."""
    async with db.read() as session:
        return await view_draft(session, await _desk(session, tilbud_id, principal))


@router.post("/restoration", response_model=DraftView, responses=problems(403, 409))
async def post_restoration(tilbud_id: TilbudId, principal: Caller, command: CommandDependency) -> Response:
    """Bring back the draft that was replaced last, within 30 days; the current one can be brought back then."""

    async def use_case(session: AsyncSession) -> Answer:
        desk = await restore(session, tilbud_id, principal)
        return Answer(await view_draft(session, desk))

    return await command.run(use_case)


@router.get("/summary")
async def get_summary(tilbud_id: TilbudId, principal: Caller, db: Db) -> Summary:
    """Show all steps, old beside new, what would be sent, and what blocks the submission."""
    async with db.read() as session:
        return await view_summary(session, await _desk(session, tilbud_id, principal))


@router.get("/steps/{step}")
async def get_step(tilbud_id: TilbudId, step: StepId, principal: Caller, db: Db, response: Response) -> StepView:
    """Show one whole step; the ETag is there before the first save, too."""
    async with db.read() as session:
        desk = await _desk(session, tilbud_id, principal)
    refuse_unknown_step(desk.report, step)
    response.headers["ETag"] = desk.etag(step)
    return view_step(desk, step)


@router.put("/steps/{step}", responses=problems(403, 409, 412, 428))
async def put_step(
    tilbud_id: TilbudId,
    step: StepId,
    data: StepData,
    principal: Caller,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> StepView:
    """Save one whole step. What is not complete is saved, too, and ``errors`` say what is missing (rows 37, 47)."""
    async with db.begin() as session:
        desk = await save_step(session, tilbud_id, step, data, principal, if_match)
    response.headers["ETag"] = desk.etag(step)
    return view_step(desk, step)


async def _desk(session: AsyncSession, tilbud_id: str, principal: Principal) -> Desk:
    tilbud = await session.get(Tilbud, tilbud_id)
    reporter_of(principal, tilbud)
    assert tilbud is not None  # noqa: S101  reporter_of refuses what does not exist.
    return await load_desk(session, tilbud, principal.sub)
