"""Control samples over HTTP: run by the national operator, answered by the tilbud, seen by who supervises it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from approval.control_samples import commands, queries
from approval.control_samples.schemas import (
    SampleAnswerBody,
    SampleBody,
    SampleClosureBody,
    SampleCorrectionBody,
    SamplePage,
    SampleReasonBody,
    SampleView,
)
from approval.dependencies import ABOUT_ONE, CHANGING, IdInPath, SignedIn
from contracts.access import Privilege
from contracts.events.samples import SampleAct, SampleState
from contracts.identifiers import OutsideId
from web.app import Db
from web.auth import Principal, holding
from web.etags import IfMatch
from web.idempotency import Answer, CommandDependency
from web.pagination import Cursor, Limit
from web.problems import problem_responses

router = APIRouter(prefix="/v1", tags=["tilsyn"])

Operator = Annotated[Principal, Depends(holding(Privilege.RUN_SAMPLES))]


@router.get("/control-samples")
async def list_control_samples(
    db: Db,
    principal: SignedIn,
    state: SampleState | None = None,
    tilbud_id: OutsideId | None = None,
    overdue: bool = False,  # noqa: FBT001, FBT002
    cursor: Cursor = None,
    limit: Limit = 50,
) -> SamplePage:
    """List all samples to the national operator, to others those of the tilbud that they run or supervise."""
    async with db.read() as session:
        return await queries.list_samples(
            session, principal, state=state, tilbud_id=tilbud_id, overdue=overdue, cursor=cursor, limit=limit
        )


@router.post("/control-samples", status_code=201, response_model=SampleView, responses=problem_responses(409))
async def begin_control_sample(principal: Operator, body: SampleBody, command: CommandDependency) -> Response:
    """Ask a tilbud for documentation of some steps of what it reports."""

    async def use_case(session: AsyncSession) -> Answer:
        return await _answer(session, principal, await commands.begin(session, principal, body), 201)

    return await command.run(use_case)


@router.get("/control-samples/{sample_id}", response_model=SampleView, responses=ABOUT_ONE)
async def show_control_sample(db: Db, principal: SignedIn, sample_id: IdInPath, response: Response) -> SampleView:
    """Return one sample with everything that was done in it."""
    async with db.read() as session:
        shown = await queries.show_sample(session, principal, sample_id)
    response.headers["ETag"] = shown.etag
    return shown


@router.post("/control-samples/{sample_id}/correction", response_model=SampleView, responses=CHANGING)
async def ask_for_correction(
    principal: Operator,
    sample_id: IdInPath,
    body: SampleCorrectionBody,
    command: CommandDependency,
    if_match: IfMatch = None,
) -> Response:
    """Ask the tilbud to correct its data by a day."""
    act = SampleAct.CORRECTION

    async def use_case(session: AsyncSession) -> Answer:
        done = await commands.move_on(
            session, principal, sample_id, act, body.reason, if_match=if_match, deadline=body.deadline
        )
        return await _answer(session, principal, done)

    return await command.run(use_case)


@router.post("/control-samples/{sample_id}/order", response_model=SampleView, responses=CHANGING)
async def order_correction(
    principal: Operator,
    sample_id: IdInPath,
    body: SampleReasonBody,
    command: CommandDependency,
    if_match: IfMatch = None,
) -> Response:
    """Order the tilbud to correct its data in four weeks."""
    return await _move_on(principal, sample_id, SampleAct.ORDER, body, command, if_match)


@router.post("/control-samples/{sample_id}/hearing", response_model=SampleView, responses=CHANGING)
async def hear_tilbud(
    principal: Operator,
    sample_id: IdInPath,
    body: SampleReasonBody,
    command: CommandDependency,
    if_match: IfMatch = None,
) -> Response:
    """Let the tilbud comment in two weeks before it is marked, since it has not followed the order."""
    return await _move_on(principal, sample_id, SampleAct.HEARING, body, command, if_match)


@router.post("/control-samples/{sample_id}/marking", response_model=SampleView, responses=CHANGING)
async def mark_tilbud(
    principal: Operator,
    sample_id: IdInPath,
    body: SampleReasonBody,
    command: CommandDependency,
    if_match: IfMatch = None,
) -> Response:
    """Mark the tilbud on the portal, with the reason that everybody can read."""
    return await _move_on(principal, sample_id, SampleAct.MARKING, body, command, if_match)


@router.post("/control-samples/{sample_id}/refusal", response_model=SampleView, responses=CHANGING)
async def refuse_to_remove_marking(
    principal: Operator,
    sample_id: IdInPath,
    body: SampleReasonBody,
    command: CommandDependency,
    if_match: IfMatch = None,
) -> Response:
    """Let the marking stand although the tilbud has asked for its removal."""

    async def use_case(session: AsyncSession) -> Answer:
        done = await commands.refuse_removal(session, principal, sample_id, body.reason, if_match=if_match)
        return await _answer(session, principal, done)

    return await command.run(use_case)


@router.post("/control-samples/{sample_id}/closure", response_model=SampleView, responses=CHANGING)
async def close_control_sample(
    principal: Operator,
    sample_id: IdInPath,
    body: SampleClosureBody,
    command: CommandDependency,
    if_match: IfMatch = None,
) -> Response:
    """End a sample, and with it its marking."""

    async def use_case(session: AsyncSession) -> Answer:
        done = await commands.close(session, principal, sample_id, body.outcome, body.reason, if_match=if_match)
        return await _answer(session, principal, done)

    return await command.run(use_case)


@router.post("/control-samples/{sample_id}/answers", response_model=SampleView, responses=CHANGING)
async def answer_control_sample(
    principal: SignedIn,
    sample_id: IdInPath,
    body: SampleAnswerBody,
    command: CommandDependency,
    if_match: IfMatch = None,
) -> Response:
    """Answer for the tilbud: documentation, that it is corrected, a comment, or that the marking is to be removed."""

    async def use_case(session: AsyncSession) -> Answer:
        done = await commands.answer(session, principal, sample_id, body.text, if_match=if_match)
        return await _answer(session, principal, done)

    return await command.run(use_case)


async def _move_on(
    principal: Principal,
    sample_id: str,
    act: SampleAct,
    body: SampleReasonBody,
    command: CommandDependency,
    if_match: str | None,
) -> Response:
    async def use_case(session: AsyncSession) -> Answer:
        done = await commands.move_on(session, principal, sample_id, act, body.reason, if_match=if_match)
        return await _answer(session, principal, done)

    return await command.run(use_case)


async def _answer(session: AsyncSession, principal: Principal, done: commands.Changed, status: int = 200) -> Answer:
    await session.flush()
    shown = await queries.view_of(session, principal, *done)
    return Answer(shown, status, {"ETag": shown.etag})
