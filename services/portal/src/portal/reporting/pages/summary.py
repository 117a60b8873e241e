"""The last step: everything old beside new, and sending it for approval (R52 to R54, R77)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from contracts.form import FormDefinition
from contracts.form.keys import parse_key
from portal.change_overview import surroundings_of
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import TilbudId, service_client
from portal.form.comparison import ComparedAnswer, side_by_side
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.reporting.deciding_authority import deciding_authority
from portal.reporting.sending import new_case, returned_cases, titled_keys
from portal.reporting.step_page import SUMMARY, form_of, refuse_ceased
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import TypedForm
from portal.stored_files import files_at

router = page_router("/indberet/tilbud/{tilbud_id}")

STATUS = {"incomplete": 422, "nothing-changed": 409, "leader-cpr-missing": 409, "conflict": 409, "step-locked": 409}
STATUS |= {"reason-required": 422, "invalid": 422}

Json = Mapping[str, Any]


@dataclass(frozen=True)
class SummarySection:
    """One step of the summary, or one department's part of it.

    ``state`` is what reporting says of the whole step, ``key`` what it says of this part.
    """

    title: str
    state: Json
    key: Json
    answers: list[ComparedAnswer]
    has_old: bool


@router.get(f"/{SUMMARY}")
async def show_summary(request: Request, visitor: SignedIn, tilbud_id: TilbudId) -> Response:
    """Show all that is reported, and what keeps it from being sent."""
    return await _show(request, service_client(request, visitor), tilbud_id, None)


@router.post(f"/{SUMMARY}")
async def send(request: Request, visitor: SignedIn, tilbud_id: TilbudId, form: TypedForm) -> Response:
    """Send the report for approval."""
    services = service_client(request, visitor)
    if form.is_unconfirmed:
        return await _show(request, services, tilbud_id, None, form.typed("reason"))
    try:
        path = f"/v1/tilbud/{segment(tilbud_id)}/submissions"
        sent = await services.post("reporting", path, on_behalf(form), command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        return await _show(request, services, tilbud_id, refusal, form.typed("reason"))
    return see_other(receipt_address(tilbud_id, sent.body["id"], "sent-1"))


def on_behalf(form: FormData) -> dict[str, str] | None:
    """Return the body of a submission: only an authority that reports for a tilbud is asked why (R109)."""
    return {"reason": form.text("reason")} if "reason" in form else None


def receipt_address(tilbud_id: str, case_id: str, receipt_id: str) -> str:
    """Return where a receipt stands for good."""
    return f"/indberet/tilbud/{tilbud_id}/sager/{case_id}/kvitteringer/{receipt_id}"


async def _show(
    request: Request, services: ServiceClient, tilbud_id: str, refusal: Refused | None, typed: str = ""
) -> Response:
    path, base = f"/v1/tilbud/{segment(tilbud_id)}", f"/indberet/tilbud/{tilbud_id}"
    tilbud, draft, summary = await asyncio.gather(
        services.get("reporting", path),
        services.get("reporting", f"{path}/draft"),
        services.get("reporting", f"{path}/draft/summary"),
    )
    refuse_ceased(tilbud.body)
    definition = form_of(draft.body)
    returned = returned_cases(definition, base, summary.body)
    new = new_case(definition, base, summary.body, returned)
    decides = partial(deciding_authority, services, tilbud.body, summary.body)
    return page(
        request,
        "reporting/summary.html",
        status=STATUS[refusal.slug] if refusal else 200,
        tilbud=tilbud.body,
        draft=draft.body,
        form=definition,
        summary=summary.body,
        sections=sections_of(definition, summary.body, tilbud.body["operator"]["kind"], files_at(tilbud_id)),
        returned=[(case, await decides(case.keys)) for case in returned],
        rejected={part.key: part for case in returned for part in case.rejected},
        new=new,
        deciding=await decides(summary.body["sends"]) if new else None,
        problem=refusal,
        typed=typed,
    )


def sections_of(
    definition: FormDefinition, summary: Json, operator_kind: str | None, files: str = ""
) -> list[SummarySection]:
    """Return the sections of the summary in the order of the form; its ``files`` are fetched under that address.

    The tilbud is run by ``operator_kind`` where the report does not say otherwise.
    """
    states = {state["step"]: state for state in summary["steps"]}
    keys = [key for state in summary["steps"] for key in state["keys"]]
    return [
        _section(definition, states[parse_key(key["step"])[0]], key, title, keys, operator_kind, files)
        for key, title in titled_keys(summary)
    ]


def _section(
    definition: FormDefinition,
    state: Json,
    key: Json,
    title: str,
    keys: list[Json],
    operator_kind: str | None,
    files: str,
) -> SummarySection:
    around = surroundings_of(definition, keys, key, files)
    around = replace(around, operator_kind=around.operator_kind or operator_kind)
    answers = side_by_side(definition, parse_key(key["step"])[0], key["old"], key["new"], around)
    return SummarySection(title, state, key, answers, has_old=key["old"] is not None)


@router.get("/kvittering")
async def moved_receipt(
    tilbud_id: TilbudId, _: SignedIn, case: Annotated[str, Query(pattern=r"^[A-Za-z0-9-]{1,40}$")]
) -> Response:
    """Lead from the address that receipts had before to the latest one of the case."""
    return see_other(receipt_address(tilbud_id, case, "latest"))
