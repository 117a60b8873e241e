"""Saving a search, signed in or not: the address is asked by mail before anything is told."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from chassis.errors import FieldError
from portal.clients import Refused
from portal.dependencies import service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor
from portal.sessions.submitted_form import read_form
from portal.sessions.visitor import Visitor

router = page_router("/gem-soegning")

FREQUENCIES = (("at-once", "Med det samme"), ("daily", "Én gang om dagen"), ("weekly", "Én gang om ugen"))
LABELS = {"query": "Søgningen", "email": "E-mailadresse", "frequency": "Hvor tit"}
SearchQuery = Annotated[str, Query(max_length=1_500)]


@router.get("")
async def ask_for_address(request: Request, visitor: MaybeVisitor, soegning: SearchQuery = "") -> Response:
    """Ask where the mails of a search are to go; ``soegning`` is the query of the search page."""
    email = await _own_address(request, visitor) if visitor else ""
    return _show(request, FormData({"query": [soegning], "email": [email], "frequency": ["at-once"]}), [])


@router.post("")
async def save_search(request: Request, _: MaybeVisitor, form: Annotated[FormData, Depends(read_form)]) -> Response:
    """Save the search. The form needs no token: nothing is done before the address has answered."""
    body = {name: form.text(name) for name in ("query", "email")} | {"frequency": form.text("frequency") or "at-once"}
    try:
        await request.app.state.backends.call("notification", "POST", "/v1/saved-searches", body=body)
    except Refused as refusal:
        if refusal.slug != "invalid":
            raise
        return _show(request, form, refusal.reasons)
    return page(request, "following/search-saved.html", email=body["email"], query=body["query"])


async def _own_address(request: Request, visitor: Visitor) -> str:
    preferences = await service_client(request, visitor).get("notification", "/v1/preferences")
    return preferences.body["email"] or ""


def _show(request: Request, form: FormData, errors: list[FieldError]) -> Response:
    by_field = {error.pointer.strip("/"): error.detail for error in errors}
    return page(
        request,
        "following/save-search.html",
        status=422 if errors else 200,
        form=form,
        frequencies=FREQUENCIES,
        errors=by_field,
        lines=[SummaryLine(f"{LABELS[name]}: {text}", f"#{name}") for name, text in by_field.items() if name in LABELS],
    )
