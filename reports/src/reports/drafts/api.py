"""The draft of a subject, step by step."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response
from sqlalchemy.ext.asyncio import AsyncSession

from reports.dependencies import SUBJECT_ID, Caller, StepId, responses
from reports.drafts.commands import restore_draft, save_step, start_draft
from reports.drafts.queries import DraftContext, load_context
from reports.drafts.rules import refuse_unknown_step
from reports.drafts.schemas import DraftView, StartDraft, StepView
from reports.drafts.views import view_draft, view_step
from reports.mounting import ReportMount, SubjectT
from web.app import Db
from web.auth import Principal
from web.etags import IfMatch
from web.idempotency import Answer, CommandDependency

StepData = Annotated[
    dict[str, Any],
    Body(description="The whole step, with the fields of the form definition; contracts/examples/steps has examples."),
]


def draft_router(mount: ReportMount[Any]) -> APIRouter:
    """Return the routes of the draft as a whole."""
    router = APIRouter(prefix=f"{mount.path}/draft", tags=["draft"], responses=responses(403))
    SubjectId = Annotated[str, Path(alias=mount.id_field, pattern=SUBJECT_ID)]  # noqa: N806

    @router.post("", response_model=DraftView)
    async def post_draft(
        subject_id: SubjectId, body: StartDraft, principal: Caller, command: CommandDependency
    ) -> Response:
        """Go on with the draft or start over; starting over takes effect with the first save."""

        async def use_case(session: AsyncSession) -> Answer:
            context = await start_draft(session, mount, subject_id, principal, body.start)
            return Answer(await view_draft(session, mount, context, principal))

        return await command.run(use_case)

    @router.get("")
    async def get_draft(subject_id: SubjectId, principal: Caller, db: Db) -> DraftView:
        """Show whether there is a draft, and how far each step is."""
        async with db.read() as session:
            context = await context_of(session, mount, subject_id, principal)
            return await view_draft(session, mount, context, principal)

    @router.post("/restoration", response_model=DraftView, responses=responses(403, 409))
    async def post_restoration(subject_id: SubjectId, principal: Caller, command: CommandDependency) -> Response:
        """Bring back the draft that was replaced last, within 30 days; the current one can be brought back then."""

        async def use_case(session: AsyncSession) -> Answer:
            context = await restore_draft(session, mount, subject_id, principal)
            return Answer(await view_draft(session, mount, context, principal))

        return await command.run(use_case)

    return router


def step_router(mount: ReportMount[Any]) -> APIRouter:
    """Return the routes of each step of the draft."""
    router = APIRouter(prefix=f"{mount.path}/draft/steps", tags=["draft"], responses=responses(403))
    SubjectId = Annotated[str, Path(alias=mount.id_field, pattern=SUBJECT_ID)]  # noqa: N806

    @router.get("/{step}")
    async def get_step(subject_id: SubjectId, step: StepId, principal: Caller, db: Db, response: Response) -> StepView:
        """Show one whole step; the ETag is there before the first save, too."""
        async with db.read() as session:
            context = await context_of(session, mount, subject_id, principal)
        refuse_unknown_step(context.report, step)
        mount.reporter_of(principal, context.subject).refuse_other_step(step)
        response.headers["ETag"] = context.etag(step)
        return view_step(context, step)

    @router.put("/{step}", responses=responses(403, 409, 412, 428))
    async def put_step(
        subject_id: SubjectId,
        step: StepId,
        data: StepData,
        principal: Caller,
        db: Db,
        response: Response,
        if_match: IfMatch = None,
    ) -> StepView:
        """Save one whole step. What is not complete is saved, too, and ``errors`` say what is missing."""
        context = await db.run_in_transaction(
            lambda session: save_step(session, mount, subject_id, step, data, principal, if_match)
        )
        response.headers["ETag"] = context.etag(step)
        return view_step(context, step)

    return router


async def context_of(
    session: AsyncSession, mount: ReportMount[SubjectT], subject_id: str, principal: Principal
) -> DraftContext[SubjectT]:
    """Return the report as the caller, who must be one of its reporters, sees it."""
    subject = await mount.get_visible(session, subject_id, principal)
    mount.reporter_of(principal, subject)
    return await load_context(session, mount, subject, principal.sub)
