"""One case as the reporter sees it: what was approved and rejected, sending it again, giving it up (rows 75–79)."""

from fastapi import Request
from starlette.responses import Response

from chassis.errors import DomainError
from chassis.problems import Problem, not_found
from portal.approval.pages.case import CaseId, load_case
from portal.cases.change_overview import CaseSection
from portal.clients import Caller, caller, segment
from portal.rendering import page, page_router, see_other
from portal.reporting.pages.tilbud_list import TilbudId
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import Form

router = page_router("/indberet/tilbud/{tilbud_id}/sager/{case_id}")

SHOWN = {"incomplete": 422, "wrong-state": 409, "step-locked": 409, "conflict": 409, "leader-cpr-missing": 409}


@router.get("")
async def show_case(request: Request, visitor: SignedIn, tilbud_id: TilbudId, case_id: CaseId) -> Response:
    """Show a returned or closed case; one that awaits approval cannot be opened (row 60)."""
    return await _page(request, caller(request, visitor), tilbud_id, case_id)


@router.post("/send")
async def resubmit(request: Request, visitor: SignedIn, tilbud_id: TilbudId, case_id: CaseId, form: Form) -> Response:
    """Send the corrected case again (row 77)."""
    done = f"/indberet/tilbud/{tilbud_id}/kvittering?case={case_id}"
    return await _command(request, caller(request, visitor), tilbud_id, case_id, "resubmission", form.command, done)


@router.post("/afslut")
async def close(request: Request, visitor: SignedIn, tilbud_id: TilbudId, case_id: CaseId, form: Form) -> Response:
    """Give the case up for good (rows 78, 79)."""
    done = f"/indberet/tilbud/{tilbud_id}"
    return await _command(request, caller(request, visitor), tilbud_id, case_id, "closure", form.command, done)


async def _command(
    request: Request, services: Caller, tilbud_id: str, case_id: str, what: str, command: str, done: str
) -> Response:
    path = f"/v1/tilbud/{segment(tilbud_id)}/submissions/{segment(case_id)}/{what}"
    try:
        await services.post("reporting", path, command=command)
    except DomainError as problem:
        if problem.slug not in SHOWN:
            raise
        return await _page(request, services, tilbud_id, case_id, problem)
    return see_other(done)


async def _page(
    request: Request, services: Caller, tilbud_id: str, case_id: str, problem: DomainError | None = None
) -> Response:
    tilbud = (await services.get("reporting", f"/v1/tilbud/{segment(tilbud_id)}")).body
    submission = next((each for each in tilbud["submissions"] if each["id"] == case_id), None)
    if submission is None:
        raise not_found()
    if submission["state"] == "awaiting":
        raise Problem("wrong-state", "Sagen afventer godkendelse og kan først åbnes, når myndigheden har afgjort den.")
    sections = await _sections(request, services, case_id)
    return page(
        request,
        "reporting/case.html",
        status=SHOWN[problem.slug] if problem else 200,
        tilbud=tilbud,
        case=submission,
        sections=sections,
        titles={section.key: section.title for section in sections},
        problem=problem,
    )


async def _sections(request: Request, services: Caller, case_id: str) -> list[CaseSection]:
    """Return what the case holds; nothing for one that never reached an authority."""
    try:
        return (await load_case(request, services, case_id))[1]
    except DomainError as problem:
        if problem.slug not in {"not-found", "wrong-state", "forbidden"}:
            raise
        return []
