"""Choices for the steps of a case and its outcome over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases import queries
from approval.cases.etags import case_etag
from approval.cases.schemas import ActorView
from approval.decisions import commands
from approval.decisions.schemas import DecidedStep, DecisionBody, OutcomeReceipt
from approval.dependencies import CHANGING, Approver, IdInPath
from approval.submissions.queries import report_of
from web.app import Db
from web.etags import IfMatch
from web.idempotency import Answer, CommandDependency

router = APIRouter(prefix="/v1", tags=["cases"], responses=CHANGING)

# A step id, with the department's id behind a slash for the steps that each department has.
StepInPath = Annotated[str, Path(max_length=100)]


@router.put("/cases/{case_id}/decisions/{step:path}")
async def decide_step(
    db: Db,
    principal: Approver,
    case_id: IdInPath,
    step: StepInPath,
    body: DecisionBody,
    response: Response,
    if_match: IfMatch = None,
) -> DecidedStep:
    """Approve or reject one step; saved at once and shared with the colleagues."""

    async def work(session: AsyncSession) -> DecidedStep:
        case, row = await commands.decide(
            session,
            principal,
            case_id=case_id,
            step=step,
            verdict=body.verdict,
            reason=body.reason,
            if_match=if_match,
        )
        report = await report_of(session, case.id, case.revision)
        titles = await queries.titles_in(session, case, report)
        view = queries.step_view(case, row, titles)
        return DecidedStep(**view.model_dump(), case_etag=case_etag(case))

    decided = await db.run_in_transaction(work)
    response.headers["ETag"] = decided.etag
    return decided


@router.post("/cases/{case_id}/outcome", response_model=OutcomeReceipt)
async def conclude_case(
    principal: Approver,
    case_id: IdInPath,
    command: CommandDependency,
    if_match: IfMatch = None,
) -> Response:
    """Send the case off: returned when a step is rejected, else approved and closed."""

    async def use_case(session: AsyncSession) -> Answer:
        concluded = await commands.conclude(session, principal, case_id=case_id, if_match=if_match)
        titles = await queries.titles_in(session, concluded.case, concluded.report)
        return Answer(_receipt(concluded, titles), headers={"ETag": case_etag(concluded.case)})

    return await command.run(use_case)


def _receipt(concluded: commands.Concluded, titles: dict[str, str]) -> OutcomeReceipt:
    case = concluded.case
    return OutcomeReceipt.about(
        case.kind,
        case_id=case.id,
        tilbud_id=case.subject_id,
        revision=case.revision,
        outcome=case.outcome,
        decided_by=ActorView.of(case.decided_by),
        decided_at=case.decided_at,
        publication=concluded.publication,
        steps=[queries.choice_in(row, titles) for row in concluded.steps],
    )
