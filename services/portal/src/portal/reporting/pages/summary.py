"""The last step: everything old beside new, and sending it for approval (rows 52–54)."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from chassis.errors import DomainError
from contracts.form import FormDefinition
from contracts.form.keys import parse_key
from portal.clients import Caller, caller, segment
from portal.form.comparison import Pair, side_by_side
from portal.rendering import page, page_router, see_other
from portal.reporting.pages.tilbud_list import TilbudId
from portal.reporting.step_page import SUMMARY, department_names, form_of
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import Form

router = page_router("/indberet/tilbud/{tilbud_id}")

REFUSALS = {"incomplete": 422, "nothing-changed": 409, "leader-cpr-missing": 409, "conflict": 409, "step-locked": 409}
OBSTACLES = {
    "incomplete": "Et eller flere trin er ikke udfyldt rigtigt endnu.",
    "nothing-changed": "Der er ingen ændringer at sende.",
    "leader-cpr-missing": "Tilsynsmyndigheden mangler at registrere lederens CPR-nummer. Kontakt myndigheden.",
}


@dataclass(frozen=True)
class Section:
    """One step of the summary, or one department's part of it."""

    title: str
    state: dict[str, Any]
    key: dict[str, Any]
    pairs: list[Pair]
    has_old: bool


@router.get(f"/{SUMMARY}")
async def show_summary(request: Request, visitor: SignedIn, tilbud_id: TilbudId) -> Response:
    """Show all that is reported, and what keeps it from being sent."""
    return await _page(request, caller(request, visitor), tilbud_id, None)


@router.post(f"/{SUMMARY}")
async def send(request: Request, visitor: SignedIn, tilbud_id: TilbudId, form: Form) -> Response:
    """Send the report for approval."""
    services = caller(request, visitor)
    try:
        sent = await services.post("reporting", f"/v1/tilbud/{segment(tilbud_id)}/submissions", command=form.command)
    except DomainError as problem:
        if problem.slug not in REFUSALS:
            raise
        return await _page(request, services, tilbud_id, problem)
    return see_other(f"/indberet/tilbud/{tilbud_id}/kvittering?case={sent.body['id']}")


async def _page(request: Request, services: Caller, tilbud_id: str, problem: DomainError | None) -> Response:
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
        status=REFUSALS[problem.slug] if problem else 200,
        tilbud=tilbud.body,
        draft=draft.body,
        form=definition,
        summary=summary.body,
        sections=sections_of(definition, summary.body),
        obstacles=[OBSTACLES.get(each, "Indberetningen kan ikke sendes nu.") for each in summary.body["obstacles"]],
        problem=problem,
    )


def sections_of(definition: FormDefinition, summary: dict[str, Any]) -> list[Section]:
    """Return the sections of the summary in the order of the form."""
    names = _names(summary)
    return [_section(definition, state, key, names) for state in summary["steps"] for key in state["keys"]]


def _section(definition: FormDefinition, state: dict[str, Any], key: dict[str, Any], names: dict[str, str]) -> Section:
    step_id, department = parse_key(key["step"])
    title = f"{state['title']}: {names.get(department, department)}" if department else state["title"]
    pairs = side_by_side(definition.step(step_id), key["old"], key["new"])
    return Section(title, state, key, pairs, has_old=key["old"] is not None)


def _names(summary: dict[str, Any]) -> dict[str, str]:
    found = (key["new"] for state in summary["steps"] for key in state["keys"] if key["step"] == "departments")
    return department_names(next(found, None))


@router.get("/kvittering")
async def receipt(
    request: Request,
    visitor: SignedIn,
    tilbud_id: TilbudId,
    case: Annotated[str, Query(pattern=r"^[A-Za-z0-9-]{1,40}$")],
) -> Response:
    """Show that the report was sent, with the steps that it holds."""
    tilbud = await caller(request, visitor).get("reporting", f"/v1/tilbud/{segment(tilbud_id)}")
    sent = next((each for each in tilbud.body["submissions"] if each["id"] == case), None)
    return page(request, "reporting/sent.html", tilbud=tilbud.body, sent=sent)
