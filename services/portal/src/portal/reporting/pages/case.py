"""One case as the reporter sees it: what was approved and rejected, sending it again, giving it up (R75 to R79)."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from chassis.errors import DomainError, NotFound
from portal.case_receipt import find_receipt
from portal.change_overview import find_case
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import CaseId, TilbudId, database_of, service_client
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.reporting.pages.summary import on_behalf, receipt_address
from portal.reporting.sending import ReturnedCase, returned_cases
from portal.reporting.step_page import form_of
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
    """Send the corrected case again; while something is as it was rejected, only who says so."""
    services, reason = service_client(request, visitor), form.typed("reason")
    if form.is_unconfirmed:
        return await _show(request, services, tilbud_id, case_id, typed=reason)
    if "uncorrected" not in form and await _uncorrected(services, tilbud_id, case_id):
        return await _show(request, services, tilbud_id, case_id, typed=reason, unasked=True)
    return await _command(request, services, tilbud_id, case_id, "resubmission", form)


@router.post("/afslut")
async def close(
    request: Request, visitor: SignedIn, tilbud_id: TilbudId, case_id: CaseId, form: SubmittedForm
) -> Response:
    """Give the case up for good."""
    return await _command(request, service_client(request, visitor), tilbud_id, case_id, "closure", form)


async def _command(
    request: Request, services: ServiceClient, tilbud_id: str, case_id: str, resource: str, form: FormData
) -> Response:
    path = f"/v1/tilbud/{segment(tilbud_id)}/submissions/{segment(case_id)}/{resource}"
    try:
        done = await services.post("reporting", path, on_behalf(form), command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        return await _show(request, services, tilbud_id, case_id, refusal, form.typed("reason"))
    receipt = "closed" if done.body["state"] == "closed" else f"sent-{done.body['revision']}"
    return see_other(receipt_address(tilbud_id, case_id, receipt))


async def _show(
    request: Request,
    services: ServiceClient,
    tilbud_id: str,
    case_id: str,
    refusal: Refused | None = None,
    typed: str = "",
    *,
    unasked: bool = False,
) -> Response:
    tilbud = (await services.get("reporting", f"/v1/tilbud/{segment(tilbud_id)}")).body
    submission = next((each for each in tilbud["submissions"] if each["id"] == case_id), None)
    if submission is None:
        raise NotFound
    if submission["state"] == "awaiting":
        raise CaseAwaiting
    # A case that never reached an authority holds nothing there.
    case, receipt, returned = await asyncio.gather(
        find_case(services, database_of(request), case_id, files_at(tilbud_id)),
        find_receipt(services, case_id),
        _returned(services, tilbud_id, case_id) if submission["state"] == "returned" else _nothing(),
    )
    sections = case.reported if case else []
    return page(
        request,
        "reporting/case.html",
        status=STATUS[refusal.slug] if refusal else 409 if unasked else 200,
        tilbud=tilbud,
        case=submission,
        returned=returned,
        rounds=receipt["earlier"] if receipt else [],
        unasked=unasked,
        sections=sections,
        titles={section.key: section.title for section in sections},
        pointed={section.key: {each.pointer: each.label for each in section.choosable} for section in sections},
        problem=refusal,
        typed=typed,
        asks_reason=_is_on_behalf(services, tilbud),
    )


async def _returned(services: ServiceClient, tilbud_id: str, case_id: str) -> ReturnedCase | None:
    """Return what is left of a returned case; None where it is not returned any more."""
    path = f"/v1/tilbud/{segment(tilbud_id)}/draft"
    draft, summary = await asyncio.gather(
        services.find("reporting", path), services.find("reporting", f"{path}/summary")
    )
    if not (draft and summary):
        return None
    cases = returned_cases(form_of(draft.body), f"/indberet/tilbud/{tilbud_id}", summary.body)
    return next((each for each in cases if each.id == case_id), None)


async def _uncorrected(services: ServiceClient, tilbud_id: str, case_id: str) -> bool:
    """Return whether the case could be sent and something of it is still as it was rejected."""
    case = await _returned(services, tilbud_id, case_id)
    return case is not None and case.can_send and bool(case.uncorrected)


async def _nothing() -> None:
    return None


def _is_on_behalf(services: ServiceClient, tilbud: Json) -> bool:
    """Return whether the visitor is of an authority that reports for a tilbud which another organisation runs."""
    visitor = services.visitor
    return visitor is not None and visitor.is_officer and visitor.principal.cvr != tilbud["operator"]["cvr"]
