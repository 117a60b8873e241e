"""The leader's CPR number: shown to the authority, which says what for, and who saw it, to the tilbud as well (P10)."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from chassis.errors import FieldError
from contracts.access import Privilege
from contracts.vocabularies import vocabulary
from portal.clients import Refused, segment
from portal.dependencies import Cursor, TilbudId, service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.rendering import page, page_router
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import TypedForm

router = page_router("/indberet/tilbud/{tilbud_id}/leders-cpr-nummer")

INVALID = 422
FIELDS = {"purpose": "Formål", "note": "Hvad drejer det sig om?"}


@router.get("")
async def show_state(request: Request, visitor: SignedIn, tilbud_id: TilbudId, cursor: Cursor = "") -> Response:
    """Show who saw the number, when and what for; who may see it in full is asked for the purpose."""
    return await _show(request, visitor, tilbud_id, cursor=cursor)


@router.post("")
async def show_number(request: Request, visitor: SignedIn, tilbud_id: TilbudId, form: TypedForm) -> Response:
    """Show the number in full; the answer is kept nowhere, so whoever loads the page again is asked again."""
    if form.is_unconfirmed:
        return await _show(request, visitor, tilbud_id, form=form)
    body = {name: form.text(name) for name in FIELDS}
    path = f"/v1/tilbud/{segment(tilbud_id)}/leader-cpr/views"
    try:
        # Without a key: each view is one of its own, and its answer is kept nowhere.
        found = await service_client(request, visitor).post("reporting", path, body, command="")
    except Refused as refusal:
        if refusal.slug != "invalid":
            raise
        return await _show(request, visitor, tilbud_id, form=form, found=refusal.reasons)
    shown = await _show(request, visitor, tilbud_id, number=found.body["cpr"])
    shown.headers["Cache-Control"] = "no-store"
    return shown


async def _show(
    request: Request,
    visitor: SignedIn,
    tilbud_id: str,
    *,
    form: FormData | None = None,
    found: Sequence[FieldError] = (),
    number: str | None = None,
    cursor: str = "",
) -> Response:
    services, base = service_client(request, visitor), f"/v1/tilbud/{segment(tilbud_id)}"
    tilbud = (await services.get("reporting", base)).body
    wanted = {"limit": 50, **({"cursor": cursor} if cursor else {})}
    accesses = (await services.get("reporting", f"{base}/leader-cpr/accesses", wanted)).body
    errors = {name: _detail(name, error) for error in found if (name := error.pointer.removeprefix("/")) in FIELDS}
    return page(
        request,
        "reporting/leader-cpr.html",
        status=INVALID if found else 200,
        tilbud=tilbud,
        may_see=visitor.may(Privilege.READ_CPR),
        number=number,
        accesses=accesses,
        purposes=[(each.id, each.label) for each in vocabulary("cpr-purposes").terms],
        form=form or FormData({}),
        errors=errors,
        lines=_lines(found, errors),
    )


def _detail(name: str, error: FieldError) -> str:
    return "Vælg et formål." if name == "purpose" else error.detail


def _lines(found: Sequence[FieldError], errors: dict[str, str]) -> list[SummaryLine]:
    placed = [SummaryLine(f"{FIELDS[name]}: {detail}", f"#{name}") for name, detail in errors.items()]
    return placed or [SummaryLine(error.detail, None) for error in found]
