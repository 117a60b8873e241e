"""Describe a need without saying whose it is, and get the tilbud that fit, with the reasons (P13)."""

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from chassis.clock import today
from contracts.reference import municipalities
from contracts.vocabularies import vocabulary
from portal.clients import Refused
from portal.dependencies import database_of
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.kinds import TILBUD
from portal.overview.queries import followed_of
from portal.public.match_form import LABELS, Need
from portal.public.towns import town_labels
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor
from portal.sessions.submitted_form import read_form
from portal.sessions.visitor import Visitor
from web.errors import Unavailable

router = page_router()

NOTHING: dict[str, Any] = {"items": [], "total": 0}


@router.get("/find-plads")
async def ask_for_need(request: Request, visitor: MaybeVisitor) -> Response:
    """Show the empty form."""
    return await _show(request, visitor, Need.of(FormData({})), None)


@router.post("/find-plads")
async def show_matches(
    request: Request, visitor: MaybeVisitor, form: Annotated[FormData, Depends(read_form)]
) -> Response:
    """Show what fits, the best first. Nothing is kept, so the form needs no token and may be sent again."""
    need = Need.of(form)
    body = need.body()
    if need.is_empty and not need.errors:
        need.errors["target_groups"] = "Vælg mindst én ting, som pladsen skal kunne."
    try:
        found = None if need.errors else await _matches(request, need, body, form.text("cursor"))
    except Unavailable as away:
        # What was typed stays in the form.
        response = await _show(request, visitor, need, None, away=away.detail)
        response.headers.update(away.headers)
        return response
    return await _show(request, visitor, need, found)


async def _matches(request: Request, need: Need, body: dict[str, Any], cursor: str) -> Any:
    """Ask publication; what it cannot use stands at the fields."""
    behind = {"cursor": cursor} if cursor else None
    try:
        reply = await request.app.state.backends.call("publication", "POST", "/v1/match", params=behind, body=body)
    except Refused as refusal:
        if refusal.slug == "not-found":
            # A publication from before there were matches.
            raise Unavailable(headers={"Retry-After": "60"}) from refusal
        if refusal.slug not in {"invalid", "bad-request"}:
            raise
        for error in refusal.reasons:
            need.take(error.pointer, error.detail)
        return None
    return NOTHING | reply.body


async def _show(request: Request, visitor: Visitor | None, need: Need, found: Any, *, away: str = "") -> Response:
    wrong = [SummaryLine(f"{LABELS[name]}: {text}", f"#{name}") for name, text in need.errors.items()]
    ids = list(dict.fromkeys(each["tilbud_id"] for each in found["items"])) if found else []
    followed: frozenset[str] = frozenset()
    if visitor and ids:
        async with database_of(request).read() as session:
            followed = await followed_of(session, TILBUD.id, visitor, ids)
    return page(
        request,
        "public/match.html",
        status=503 if away else 422 if need.errors else 200,
        need=need,
        places=town_labels(),
        found=found,
        followed=followed,
        lines=[SummaryLine(away, None)] if away else wrong,
        target_groups=_terms("target-groups"),
        services=_terms("services"),
        night_staff=_terms("night-staff"),
        rate_units=_terms("rate-units"),
        municipalities=[(each.code, each.name) for each in sorted(municipalities(), key=lambda one: one.name)],
    )


def _terms(vocabulary_id: str) -> list[tuple[str, str]]:
    return [(term.id, term.label) for term in vocabulary(vocabulary_id).valid(today())]
