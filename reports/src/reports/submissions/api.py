"""Submissions: send, send again, give up."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy.ext.asyncio import AsyncSession

from reports.dependencies import SUBJECT_ID, Caller, SubmissionId, responses
from reports.mounting import ReportMount
from reports.submissions.commands import Outcome, close, resubmit, submit
from reports.submissions.schemas import Sent, SubmissionBody
from reports.submissions.step_names import reference_of
from web.idempotency import Answer, CommandDependency


def submission_router(mount: ReportMount[Any]) -> APIRouter:
    """Return the routes that send a report, send it again and give it up."""
    router = APIRouter(prefix=f"{mount.path}/submissions", tags=["submissions"], responses=responses(403, 409))
    SubjectId = Annotated[str, Path(alias=mount.id_field, pattern=SUBJECT_ID)]  # noqa: N806

    @router.post("", status_code=201, response_model=Sent)
    async def post_submission(
        subject_id: SubjectId, principal: Caller, command: CommandDependency, body: SubmissionBody | None = None
    ) -> Response:
        """Send the report for approval: all steps the first time, later those that changed.

        A body is needed from an authority that reports for somebody: it says why.
        """
        location = mount.path.replace(f"{{{mount.id_field}}}", subject_id)

        async def use_case(session: AsyncSession) -> Answer:
            outcome = await submit(session, mount, subject_id, principal, _reason(body))
            return Answer(_receipt(outcome), 201, {"Location": location})

        return await command.run(use_case)

    @router.post("/{submission_id}/resubmission", response_model=Sent)
    async def post_resubmission(
        subject_id: SubjectId,
        submission_id: SubmissionId,
        principal: Caller,
        command: CommandDependency,
        body: SubmissionBody | None = None,
    ) -> Response:
        """Send a returned case again, as the same case."""
        return await command.run(
            _answering(lambda session: resubmit(session, mount, subject_id, submission_id, principal, _reason(body)))
        )

    @router.post("/{submission_id}/closure", response_model=Sent)
    async def post_closure(
        subject_id: SubjectId, submission_id: SubmissionId, principal: Caller, command: CommandDependency
    ) -> Response:
        """Give a returned case up for good."""
        return await command.run(
            _answering(lambda session: close(session, mount, subject_id, submission_id, principal))
        )

    return router


def _reason(body: SubmissionBody | None) -> str | None:
    """Return the reason that is given; empty where one is asked for and left blank."""
    return (body.reason or "") if body and "reason" in body.model_fields_set else None


def _answering(use_case: Callable[[AsyncSession], Awaitable[Outcome]]) -> Callable[[AsyncSession], Awaitable[Answer]]:
    async def answer(session: AsyncSession) -> Answer:
        return Answer(_receipt(await use_case(session)))

    return answer


def _receipt(outcome: Outcome) -> Sent:
    submission, keys = outcome
    reference = reference_of(submission.subject_id, submission.number)
    return Sent(id=submission.id, reference=reference, steps=keys, revision=submission.revision, state=submission.state)
