"""Choices for the steps of a case and its outcome over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases import queries
from approval.cases.etags import case_etag
from approval.cases.models import Case, CaseStep
from approval.cases.rounds import earlier_choices
from approval.cases.schemas import ActorView, StepView
from approval.decisions import commands
from approval.decisions.commands import Choice
from approval.decisions.schemas import ApprovalsBody, ApprovedTogether, DecidedStep, DecisionBody, OutcomeReceipt
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

    choice = Choice(body.verdict, body.reason, body.fields)

    async def work(session: AsyncSession) -> DecidedStep:
        case, row = await commands.decide(
            session, principal, case_id=case_id, step=step, choice=choice, if_match=if_match
        )
        return await _decided(session, case, row)

    decided = await db.run_in_transaction(work)
    response.headers["ETag"] = decided.etag
    return decided


@router.delete("/cases/{case_id}/decisions/{step:path}")
async def withdraw_decision(
    db: Db,
    principal: Approver,
    case_id: IdInPath,
    step: StepInPath,
    response: Response,
    if_match: IfMatch = None,
) -> DecidedStep:
    """Take the choice for one step back: it has none again, until the next one."""

    async def work(session: AsyncSession) -> DecidedStep:
        case, row = await commands.withdraw(session, principal, case_id=case_id, step=step, if_match=if_match)
        return await _decided(session, case, row)

    decided = await db.run_in_transaction(work)
    response.headers["ETag"] = decided.etag
    return decided


@router.post("/cases/{case_id}/approvals", response_model=ApprovedTogether)
async def approve_steps(
    principal: Approver,
    case_id: IdInPath,
    body: ApprovalsBody,
    command: CommandDependency,
    if_match: IfMatch = None,
) -> Response:
    """Approve every step without a choice, or those that the resubmission left as they were approved.

    ``If-Match`` with the case's ETag is not required, and makes sure that nobody chose anything meanwhile.
    """

    async def use_case(session: AsyncSession) -> Answer:
        case, rows = await commands.approve_many(
            session, principal, case_id=case_id, wanted=body.steps, if_match=if_match
        )
        etag = case_etag(case)
        return Answer(ApprovedTogether(items=await _views(session, case, rows), case_etag=etag), headers={"ETag": etag})

    return await command.run(use_case)


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


async def _decided(session: AsyncSession, case: Case, row: CaseStep) -> DecidedStep:
    [view] = await _views(session, case, [row])
    return DecidedStep(**view.model_dump(), case_etag=case_etag(case))


async def _views(session: AsyncSession, case: Case, rows: list[CaseStep]) -> list[StepView]:
    titles = await queries.titles_in(session, case, await report_of(session, case.id, case.revision))
    earlier = await earlier_choices(session, case)
    return [queries.step_view(case, row, titles, earlier) for row in rows]


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
