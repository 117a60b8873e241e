"""One case as the reporter sees it: what was approved and rejected, sending it again, giving it up (R75 to R79)."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from chassis.errors import DomainError, NotFound
from portal.change_overview import find_case
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import CaseId, TilbudId, database_of, service_client
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.reporting.pages.summary import on_behalf
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import SubmittedForm, TypedForm
from portal.stored_files import files_at

router = page_router("/indberet/tilbud/{tilbud_id}/sager/{case_id}")

STATUS = {"incomplete": 422, "wrong-state": 409, "step-locked": 409, "conflict": 409, "leader-cpr-missing": 409}
STATUS |= {"reason-required": 422, "invalid": 422}
Json = Mapping[str, Any]


class CaseAwaiting(DomainError):
    """The authority has not decided the case yet, and until then the reporter cannot open it."""

    slug = "wrong-state"
    default_detail = "Sagen afventer godkendelse og kan først åbnes, når myndigheden har afgjort den."


@router.get("")
async def show_case(request: Request, visitor: SignedIn, tilbud_id: TilbudId, case_id: CaseId) -> Response:
    """Show a returned or closed case; one that awaits approval cannot be opened."""
    return await _show(request, service_client(request, visitor), tilbud_id, case_id)


@router.post("/send")
async def resubmit(
    request: Request, visitor: SignedIn, tilbud_id: TilbudId, case_id: CaseId, form: TypedForm
) -> Response:
    """Send the corrected case again."""
    done = f"/indberet/tilbud/{tilbud_id}/kvittering?case={case_id}"
    services = service_client(request, visitor)
    if form.is_unconfirmed:
        return await _show(request, services, tilbud_id, case_id, typed=form.typed("reason"))
    return await _command(request, services, tilbud_id, case_id, "resubmission", form, done)


@router.post("/afslut")
async def close(
    request: Request, visitor: SignedIn, tilbud_id: TilbudId, case_id: CaseId, form: SubmittedForm
) -> Response:
    """Give the case up for good."""
    done = f"/indberet/tilbud/{tilbud_id}"
    services = service_client(request, visitor)
    return await _command(request, services, tilbud_id, case_id, "closure", form, done)


async def _command(
    request: Request, services: ServiceClient, tilbud_id: str, case_id: str, resource: str, form: FormData, done: str
) -> Response:
    path = f"/v1/tilbud/{segment(tilbud_id)}/submissions/{segment(case_id)}/{resource}"
    try:
        await services.post("reporting", path, on_behalf(form), command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        return await _show(request, services, tilbud_id, case_id, refusal, form.typed("reason"))
    return see_other(done)


async def _show(
    request: Request,
    services: ServiceClient,
    tilbud_id: str,
    case_id: str,
    refusal: Refused | None = None,
    typed: str = "",
) -> Response:
    tilbud = (await services.get("reporting", f"/v1/tilbud/{segment(tilbud_id)}")).body
    submission = next((each for each in tilbud["submissions"] if each["id"] == case_id), None)
    if submission is None:
        raise NotFound
    if submission["state"] == "awaiting":
        raise CaseAwaiting
    # A case that never reached an authority holds nothing there.
    case = await find_case(services, database_of(request), case_id, files_at(tilbud_id))
    sections = case.reported if case else []
    return page(
        request,
        "reporting/case.html",
        status=STATUS[refusal.slug] if refusal else 200,
        tilbud=tilbud,
        case=submission,
        sections=sections,
        titles={section.key: section.title for section in sections},
        pointed={section.key: {each.pointer: each.label for each in section.choosable} for section in sections},
        problem=refusal,
        typed=typed,
        asks_reason=_is_on_behalf(services, tilbud),
    )


def _is_on_behalf(services: ServiceClient, tilbud: Json) -> bool:
    """Return whether the visitor is of an authority that reports for a tilbud which another organisation runs."""
    visitor = services.visitor
    return visitor is not None and visitor.is_officer and visitor.principal.cvr != tilbud["operator"]["cvr"]
