"""Submissions: send, send again, give up."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.idempotency import Answer, CommandDependency
from reporting.dependencies import Caller, SubmissionId, TilbudId, problems
from reporting.models import Submission
from reporting.submissions.commands import close, resubmit, submit
from reporting.tilbud.schemas import Sent

router = APIRouter(prefix="/v1/tilbud/{tilbud_id}/submissions", tags=["submissions"], responses=problems(403, 409))


@router.post("", status_code=201, response_model=Sent)
async def post_submission(tilbud_id: TilbudId, principal: Caller, command: CommandDependency) -> Response:
    """Send the report for approval: all steps the first time, later those that changed (rows 54-58)."""

    async def use_case(session: AsyncSession) -> Answer:
        submission, keys = await submit(session, tilbud_id, principal)
        location = {"Location": f"/v1/tilbud/{tilbud_id}"}
        return Answer(_receipt(submission, keys), 201, location)

    return await command.run(use_case)


@router.post("/{submission_id}/resubmission", response_model=Sent)
async def post_resubmission(
    tilbud_id: TilbudId, submission_id: SubmissionId, principal: Caller, command: CommandDependency
) -> Response:
    """Send a returned case again, as the same case (row 77)."""
    return await command.run(
        _answering(lambda session: resubmit(session, tilbud_id, submission_id, principal)),
    )


@router.post("/{submission_id}/closure", response_model=Sent)
async def post_closure(
    tilbud_id: TilbudId, submission_id: SubmissionId, principal: Caller, command: CommandDependency
) -> Response:
    """Give a returned case up for good (rows 78, 79)."""
    return await command.run(
        _answering(lambda session: close(session, tilbud_id, submission_id, principal)),
    )


UseCase = Callable[[AsyncSession], Awaitable[tuple[Submission, list[str]]]]


def _answering(use_case: UseCase) -> Callable[[AsyncSession], Awaitable[Answer]]:
    async def answer(session: AsyncSession) -> Answer:
        return Answer(_receipt(*await use_case(session)))

    return answer


def _receipt(submission: Submission, keys: list[str]) -> Sent:
    return Sent(id=submission.id, steps=keys, revision=submission.revision, state=submission.state)
