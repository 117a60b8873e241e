"""What places cost: rates that can be compared, as quartiles, with the place of one tilbud among them (P13, L1, L4)."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from chassis.clock import today
from contracts.reference import is_tilbud_basis, legal_bases
from contracts.vocabularies import vocabulary
from portal.clients import Refused
from portal.dependencies import database_of, service_client
from portal.form.controls import SummaryLine
from portal.kinds import TILBUD
from portal.overview.public_rows import public_names
from portal.public.box_plot import BoxPlot
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor

router = page_router()

Text = Annotated[str, Query(max_length=200)]
Json = Mapping[str, Any]
WRONG = {"target_group": "Vælg en målgruppe på listen.", "legal_basis": "Vælg en tilbudstype på listen."}
WRONG_LINK = "Tilbuddet kan ikke findes. Vælg en målgruppe eller en tilbudstype."


@router.get("/takster")
async def show_rates(
    request: Request, _: MaybeVisitor, target_group: Text = "", legal_basis: Text = "", tilbud_id: Text = ""
) -> Response:
    """Show the rates of comparable departments: the same unit, year and occupancy beside each other, never mixed."""
    chosen = {"target_group": target_group, "legal_basis": legal_basis, "tilbud_id": tilbud_id}
    wanted = {name: value for name, value in chosen.items() if value}
    boxes, lines = [], []
    if wanted:
        try:
            boxes = (await service_client(request, None).get("publication", "/v1/rates", wanted)).body["items"]
        except Refused as refusal:
            lines = [_line(each.pointer.rpartition("/")[2]) for each in refusal.reasons]
    async with database_of(request).read() as session:
        names = await public_names(session, TILBUD.id, [tilbud_id] if tilbud_id else [])
    return page(
        request,
        "public/rates.html",
        status=422 if lines else 200,
        chosen=chosen,
        is_asked=bool(wanted),
        lines=lines,
        errors={line.href.removeprefix("#"): line.text for line in lines if line.href},
        own_name=names.get(tilbud_id, ""),
        boxes=[_shown(box) for box in boxes],
        target_groups=_terms("target-groups"),
        legal_bases=[(each.id, each.label) for each in legal_bases() if is_tilbud_basis(each.id)],
    )


def _line(name: str) -> SummaryLine:
    return SummaryLine(WRONG[name], f"#{name}") if name in WRONG else SummaryLine(WRONG_LINK, None)


def _terms(vocabulary_id: str) -> list[tuple[str, str]]:
    terms = vocabulary(vocabulary_id).valid(today())
    return sorted(((term.id, term.label) for term in terms), key=lambda each: each[1])


def _shown(box: Json) -> dict[str, Any]:
    """Return a box with the drawing of it; what an older publication does not say is None."""
    known: dict[str, Any] = {"rate_year": None, "occupancy_label": None, **box, "own": box.get("own") or []}
    if box["suppressed"]:
        return known | {"plot": None}
    return known | {"plot": BoxPlot.of(box, [each["rate_oere"] for each in known["own"]])}
