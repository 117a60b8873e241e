"""One case: the change overview, a choice for each step, and sending it off (rows 67–81)."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from starlette.responses import Response

from chassis.database import Database
from chassis.errors import DomainError
from chassis.problems import not_found
from contracts.events.parties import Verdict
from portal.cases.change_overview import CaseSection, form_of_case, sections_of
from portal.clients import Caller, Reply, caller, segment
from portal.rendering import page, page_router, see_other
from portal.sessions.access import Approver
from portal.sessions.submitted_form import Form

router = page_router("/godkend/sager/{case_id}")

CaseId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]
StepKey = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}(/[a-z0-9-]{1,40})?$")]
OnlyChanged = Annotated[Literal["", "1"], Query()]
VERDICTS = frozenset(verdict.value for verdict in Verdict)
STATUS = {"reason-required": 422, "invalid": 422, "stale": 412, "undecided-steps": 409, "wrong-state": 409}


@router.get("")
async def show_case(request: Request, visitor: Approver, case_id: CaseId, only_changed: OnlyChanged = "") -> Response:
    """Show the case; on a first approval there is nothing to compare with (rows 68, 69)."""
    return await _page(request, caller(request, visitor), case_id, only_changed=bool(only_changed))


@router.post("/afgoerelse/{step:path}")
async def decide(request: Request, visitor: Approver, case_id: CaseId, step: StepKey, form: Form) -> Response:
    """Save the choice for one step at once, shared with the colleagues (rows 70, 71)."""
    services = caller(request, visitor)
    verdict = form.text("verdict")
    if verdict not in VERDICTS:
        raise not_found()
    body = {"verdict": verdict, "reason": form.text("reason") or None}
    path = f"/v1/cases/{segment(case_id)}/decisions/{step}"
    try:
        await services.put("approval", path, body, form.text("etag"))
    except DomainError as problem:
        return await _refused(request, services, case_id, problem, step=step, typed=form.text("reason"))
    return see_other(f"/godkend/sager/{case_id}#trin.{step.replace('/', '.')}")


@router.post("/indsend")
async def conclude(request: Request, visitor: Approver, case_id: CaseId, form: Form) -> Response:
    """Send the case off: it is closed when every step is approved, else it goes back (rows 73, 75, 80)."""
    services = caller(request, visitor)
    path = f"/v1/cases/{segment(case_id)}/outcome"
    try:
        await services.post("approval", path, command=form.command, etag=form.text("etag"))
    except DomainError as problem:
        return await _refused(request, services, case_id, problem)
    return see_other(f"/godkend/sager/{case_id}/kvittering")


@router.get("/kvittering")
async def receipt(request: Request, visitor: Approver, case_id: CaseId) -> Response:
    """Show which steps were approved, by whom and when (row 81)."""
    case = await caller(request, visitor).get("approval", f"/v1/cases/{segment(case_id)}")
    return page(request, "approval/receipt.html", case=case.body)


async def _refused(
    request: Request, services: Caller, case_id: str, problem: DomainError, *, step: str = "", typed: str = ""
) -> Response:
    if problem.slug not in STATUS:
        raise problem
    return await _page(request, services, case_id, problem=problem, refused_step=step, typed=typed)


async def _page(
    request: Request,
    services: Caller,
    case_id: str,
    *,
    only_changed: bool = False,
    problem: DomainError | None = None,
    refused_step: str = "",
    typed: str = "",
) -> Response:
    case, sections = await load_case(request, services, case_id, only_changed=only_changed)
    return page(
        request,
        "approval/case.html",
        status=STATUS[problem.slug] if problem else 200,
        case=case.body,
        etag=case.etag,
        sections=sections,
        undecided=[each for each in case.body["steps"] if each["verdict"] is None],
        only_changed=only_changed,
        problem=problem,
        refused_step=refused_step,
        typed=typed,
    )


async def load_case(
    request: Request, services: Caller, case_id: str, *, only_changed: bool = False
) -> tuple[Reply, list[CaseSection]]:
    """Return a case and its change overview; 404 when others decide it."""
    path = f"/v1/cases/{segment(case_id)}"
    wanted = {"only_changed": "true"} if only_changed else None
    case, changes = await asyncio.gather(
        services.get("approval", path), services.get("approval", f"{path}/changes", wanted)
    )
    database: Database = request.app.state.database
    async with database.read() as session:
        definition, exact = await form_of_case(session, case_id)
    choices: dict[str, Any] = {each["step"]: each for each in case.body["steps"]}
    return case, sections_of(definition, changes.body, choices, exact=exact)
