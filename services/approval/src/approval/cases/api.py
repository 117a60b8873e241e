"""Cases over HTTP: lists, one case, its changes, decisions and the outcome."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from approval import decisions, overview, queries
from approval.cases import report_of
from approval.models import Case, CaseStep
from approval.schemas import By, CaseItem, CaseView, DecidedStep, DecisionBody, OutcomeReceipt, Overview
from approval.surroundings import RESPONSES, Cursor, IdInPath, Limit
from chassis.app import Db
from chassis.auth import Principal, holding, signed_in
from chassis.etags import IfMatch
from chassis.idempotency import Answer, CommandDependency
from chassis.pagination import Page
from contracts.access import Privilege

router = APIRouter(prefix="/v1", tags=["cases"], responses=RESPONSES)

SignedIn = Annotated[Principal, Depends(signed_in)]
Approver = Annotated[Principal, Depends(holding(Privilege.APPROVE_TILBUD))]
# A step id, with the department's id behind a slash for the steps that each department has.
StepInPath = Annotated[str, Path(max_length=100)]


@router.get("/cases")
async def list_cases(
    db: Db,
    principal: SignedIn,
    state: Annotated[Literal["awaiting", "returned", "closed"] | None, Query()] = None,
    tilbud_id: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CaseItem]:
    """List the cases that the caller's authority decides or whose tilbud it supervises, or of the own tilbud."""
    async with db.read() as session:
        viewer = queries.Viewer.of(principal)
        return await queries.list_cases(session, viewer, state=state, tilbud_id=tilbud_id, cursor=cursor, limit=limit)


@router.get("/cases/{case_id}")
async def show_case(db: Db, principal: SignedIn, case_id: IdInPath, response: Response) -> CaseView:
    """Show a case with its steps and log; its ETag is what an outcome builds on."""
    async with db.read() as session:
        view, etag = await queries.show_case(session, queries.Viewer.of(principal), case_id)
    response.headers["ETag"] = etag
    return view


@router.get("/cases/{case_id}/changes")
async def show_changes(
    db: Db,
    principal: SignedIn,
    case_id: IdInPath,
    only_changed: Annotated[bool, Query()] = False,  # noqa: FBT002  A query parameter has no other way to be named.
) -> Overview:
    """Show what was approved beside what is reported, step by step."""
    async with db.read() as session:
        return await overview.show_changes(session, queries.Viewer.of(principal), case_id, only_changed=only_changed)


@router.put("/cases/{case_id}/decisions/{step:path}")
async def decide(
    db: Db,
    principal: Approver,
    case_id: IdInPath,
    step: StepInPath,
    body: DecisionBody,
    response: Response,
    if_match: IfMatch = None,
) -> DecidedStep:
    """Approve or reject one step; saved at once and shared with the colleagues."""
    async with db.begin() as session:
        case, row = await decisions.decide(
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
        response.headers["ETag"] = view.etag
        return DecidedStep(**view.model_dump(), case_etag=decisions.case_etag(case))


@router.post("/cases/{case_id}/outcome", response_model=OutcomeReceipt)
async def conclude(
    principal: Approver,
    case_id: IdInPath,
    command: CommandDependency,
    if_match: IfMatch = None,
) -> Response:
    """Send the case off: returned when a step is rejected, else approved and closed."""

    async def use_case(session: AsyncSession) -> Answer:
        case, rows, report = await decisions.conclude(session, principal, case_id=case_id, if_match=if_match)
        titles = await queries.titles_in(session, case, report)
        return Answer(_receipt(case, rows, titles), headers={"ETag": decisions.case_etag(case)})

    return await command.run(use_case)


def _receipt(case: Case, rows: list[CaseStep], titles: dict[str, str]) -> OutcomeReceipt:
    return OutcomeReceipt.model_validate(
        {
            "case_id": case.id,
            "tilbud_id": case.tilbud_id,
            "revision": case.revision,
            "outcome": case.outcome,
            "decided_by": By.of(case.decided_by),
            "decided_at": case.decided_at,
            "steps": [queries.choice_in(row, titles) for row in rows],
        }
    )
