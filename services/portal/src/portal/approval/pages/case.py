"""One case: the change overview, a choice for each step, and sending it off (R67 to R81)."""

from typing import Annotated, Literal

from fastapi import Path, Query, Request
from starlette.responses import Response

from portal.change_overview import load_case, subject_of
from portal.clients import Refused, segment
from portal.dependencies import CaseId, database_of, service_client
from portal.rendering import page, page_router, see_other
from portal.sessions.access import Approver
from portal.sessions.submitted_form import SubmittedForm, TypedForm
from portal.sessions.visitor import Visitor

router = page_router("/godkend/sager/{case_id}")

StepKey = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}(/[a-z0-9-]{1,40})?$")]
OnlyChanged = Annotated[Literal["", "1"], Query()]
ELSEWHERE = "decided-elsewhere"
STATUS = {"reason-required": 422, "invalid": 422, "stale": 412, "undecided-steps": 409, "wrong-state": 409}


@router.get("")
async def show_case(request: Request, visitor: Approver, case_id: CaseId, only_changed: OnlyChanged = "") -> Response:
    """Show the case; on a first approval there is nothing to compare with."""
    try:
        return await _show(request, visitor, case_id, only_changed=bool(only_changed))
    except Refused as refusal:
        return await _show_elsewhere(request, visitor, case_id, refusal)


@router.post("/afgoerelse/{step:path}")
async def decide(request: Request, visitor: Approver, case_id: CaseId, step: StepKey, form: TypedForm) -> Response:
    """Save the choice for one step at once, shared with the colleagues."""
    if form.is_unconfirmed:
        return await _show(request, visitor, case_id, refused_step=step, typed=form.typed("reason"))
    body = {"verdict": form.text("verdict"), "reason": form.text("reason") or None}
    path = f"/v1/cases/{segment(case_id)}/decisions/{step}"
    try:
        await service_client(request, visitor).put("approval", path, body, form.text("etag"))
    except Refused as refusal:
        return await _show_refusal(request, visitor, case_id, refusal, step=step, typed=form.typed("reason"))
    return see_other(f"/godkend/sager/{case_id}#trin.{step.replace('/', '.')}")


@router.post("/indsend")
async def conclude(request: Request, visitor: Approver, case_id: CaseId, form: SubmittedForm) -> Response:
    """Send the case off: it is closed when every step is approved, else it goes back."""
    services = service_client(request, visitor)
    path = f"/v1/cases/{segment(case_id)}/outcome"
    try:
        await services.post("approval", path, command=form.command, etag=form.text("etag"))
    except Refused as refusal:
        return await _show_refusal(request, visitor, case_id, refusal)
    return see_other(f"/godkend/sager/{case_id}/kvittering")


@router.get("/kvittering")
async def receipt(request: Request, visitor: Approver, case_id: CaseId) -> Response:
    """Show which steps were approved, by whom and when."""
    case = await service_client(request, visitor).get("approval", f"/v1/cases/{segment(case_id)}")
    return page(request, "approval/receipt.html", case=case.body, **subject_of(case.body))


async def _show_refusal(
    request: Request, visitor: Visitor, case_id: str, refusal: Refused, *, step: str = "", typed: str = ""
) -> Response:
    if refusal.slug not in STATUS:
        return await _show_elsewhere(request, visitor, case_id, refusal, typed)
    return await _show(request, visitor, case_id, refusal=refusal, refused_step=step, typed=typed)


async def _show_elsewhere(
    request: Request, visitor: Visitor, case_id: str, refusal: Refused, typed: str = ""
) -> Response:
    """Say whose case it is, with what was typed; any other refusal is told as it is."""
    if refusal.slug != ELSEWHERE:
        raise refusal
    case = (await service_client(request, visitor).get("approval", f"/v1/cases/{segment(case_id)}")).body
    return page(request, "approval/elsewhere.html", status=409, case=case, **subject_of(case), typed=typed)


async def _show(
    request: Request,
    visitor: Visitor,
    case_id: str,
    *,
    only_changed: bool = False,
    refusal: Refused | None = None,
    refused_step: str = "",
    typed: str = "",
) -> Response:
    services = service_client(request, visitor)
    case = await load_case(services, database_of(request), case_id, only_changed=only_changed)
    return page(
        request,
        "approval/case.html",
        status=STATUS[refusal.slug] if refusal else 200,
        case=case.body,
        **subject_of(case.body),
        etag=case.etag,
        sections=case.sections,
        undecided=[each for each in case.body["steps"] if each["verdict"] is None],
        only_changed=only_changed,
        problem=refusal,
        refused_step=refused_step,
        typed=typed,
    )
