"""The last step: everything old beside new, and sending it for approval (R52 to R54)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from contracts.form import FormDefinition
from contracts.form.keys import DEPARTMENTS, parse_key
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import TilbudId, service_client
from portal.form.comparison import ComparedAnswer, Surroundings, side_by_side
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.reporting.deciding_authority import deciding_authority
from portal.reporting.step_page import SUMMARY, department_names, form_of
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import TypedForm
from portal.stored_files import files_at

router = page_router("/indberet/tilbud/{tilbud_id}")

STATUS = {"incomplete": 422, "nothing-changed": 409, "leader-cpr-missing": 409, "conflict": 409, "step-locked": 409}
STATUS |= {"reason-required": 422, "invalid": 422}
OBSTACLES = {
    "incomplete": "Et eller flere trin er ikke udfyldt rigtigt endnu.",
    "nothing-changed": "Der er ingen ændringer at sende.",
    "forbidden": "Du har ret til at udfylde trin og ikke til at sende indberetningen. En kollega kan sende den.",
    "leader-cpr-missing": "Tilsynsmyndigheden mangler at registrere lederens CPR-nummer. Kontakt myndigheden.",
}

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
    return see_other(f"/indberet/tilbud/{tilbud_id}/kvittering?case={sent.body['id']}")


def on_behalf(form: FormData) -> dict[str, str] | None:
    """Return the body of a submission: only an authority that reports for a tilbud is asked why (R109)."""
    return {"reason": form.text("reason")} if "reason" in form else None


async def _show(
    request: Request, services: ServiceClient, tilbud_id: str, refusal: Refused | None, typed: str = ""
) -> Response:
    base = f"/v1/tilbud/{segment(tilbud_id)}"
    tilbud, draft, summary = await asyncio.gather(
        services.get("reporting", base),
        services.get("reporting", f"{base}/draft"),
        services.get("reporting", f"{base}/draft/summary"),
    )
    definition = form_of(draft.body)
    return page(
        request,
        "reporting/summary.html",
        status=STATUS[refusal.slug] if refusal else 200,
        tilbud=tilbud.body,
        draft=draft.body,
        form=definition,
        summary=summary.body,
        sections=sections_of(definition, summary.body, files_at(tilbud_id)),
        obstacles=[OBSTACLES.get(each, "Indberetningen kan ikke sendes nu.") for each in summary.body["obstacles"]],
        deciding=await deciding_authority(services, tilbud.body, summary.body),
        problem=refusal,
        typed=typed,
    )


def sections_of(definition: FormDefinition, summary: Json, files: str = "") -> list[SummarySection]:
    """Return the sections of the summary in the order of the form; its ``files`` are fetched under that address."""
    names = _department_names(summary)
    return [_section(definition, state, key, names, files) for state in summary["steps"] for key in state["keys"]]


def _section(
    definition: FormDefinition, state: Json, key: Json, names: Mapping[str, str], files: str
) -> SummarySection:
    step_id, department = parse_key(key["step"])
    title = f"{state['title']}: {names.get(department, department)}" if department else state["title"]
    answers = side_by_side(definition, step_id, key["old"], key["new"], Surroundings(files=files))
    return SummarySection(title, state, key, answers, has_old=key["old"] is not None)


def _department_names(summary: Json) -> dict[str, str]:
    found = (key["new"] for state in summary["steps"] for key in state["keys"] if key["step"] == DEPARTMENTS)
    return department_names(next(found, None))


@router.get("/kvittering")
async def receipt(
    request: Request,
    visitor: SignedIn,
    tilbud_id: TilbudId,
    case: Annotated[str, Query(pattern=r"^[A-Za-z0-9-]{1,40}$")],
) -> Response:
    """Show that the report was sent, with the steps that it holds."""
    tilbud = await service_client(request, visitor).get("reporting", f"/v1/tilbud/{segment(tilbud_id)}")
    sent = next((each for each in tilbud.body["submissions"] if each["id"] == case), None)
    return page(request, "reporting/sent.html", tilbud=tilbud.body, sent=sent)
