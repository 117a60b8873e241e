"""The same answers for several subjects."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from reports.bulk.copies import copy_step
from reports.bulk.schemas import RowOutcome, RowStatus
from reports.dependencies import SUBJECT_ID, Caller, StepId, responses
from reports.drafts.schemas import findings
from reports.mounting import ReportMount
from reports.schemas import Body, Finding
from web.idempotency import Answer, CommandDependency

MOST_TARGETS = 200
Target = Annotated[str, StringConstraints(pattern=SUBJECT_ID)]


class CopyBody(Body):
    """Where to copy to. ``if_match`` has the ETag of the step where a draft with other answers is to be replaced."""

    to: Annotated[list[Target], Field(min_length=1, max_length=MOST_TARGETS)]
    if_match: Annotated[
        dict[Target, Annotated[str, StringConstraints(max_length=200)]],
        Field(default_factory=dict, max_length=MOST_TARGETS),
    ]


class CopyOutcome(BaseModel):
    """What became of one copy; what was saved can have ``errors``, too: they say what is missing in the step."""

    id: str
    outcome: Literal["saved", "unchanged", "refused"]
    etag: str | None
    errors: list[Finding]


class CopyOutcomes(BaseModel):
    """What became of each copy, in the order of the request."""

    items: list[CopyOutcome]


def copy_router(mount: ReportMount[Any]) -> APIRouter:
    """Return the route that copies a step."""
    router = APIRouter(prefix=f"{mount.path}/draft/steps", tags=["draft"], responses=responses(403, 409))
    SubjectId = Annotated[str, Path(alias=mount.id_field, pattern=SUBJECT_ID)]  # noqa: N806

    @router.post("/{step}/copies", response_model=CopyOutcomes)
    async def post_copies(
        subject_id: SubjectId, step: StepId, body: CopyBody, principal: Caller, command: CommandDependency
    ) -> Response:
        """Save the same answers into the drafts of others; each has its own outcome, and nothing is sent."""

        async def use_case(session: AsyncSession) -> Answer:
            outcomes = await copy_step(session, mount, subject_id, step, body.to, body.if_match, principal)
            return Answer(CopyOutcomes(items=[_view(each) for each in outcomes]))

        return await command.run(use_case)

    return router


def _view(outcome: RowOutcome) -> CopyOutcome:
    errors = findings([*outcome.errors, *outcome.missing])
    if outcome.status is RowStatus.REFUSED and not errors:
        errors = [Finding(pointer="", code=outcome.slug or "", detail=outcome.detail)]
    return CopyOutcome(id=outcome.row.subject_id, outcome=outcome.status.value, etag=outcome.etag, errors=errors)
