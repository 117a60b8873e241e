"""Use of a tilbud without approval in an emergency: registered, extended and ended by the kommune, and counted (L8)."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from starlette.responses import Response

from chassis.clock import today
from chassis.errors import FieldError
from contracts.reference import AuthorityKind, find_authority
from portal.clients import Refused
from portal.dependencies import Cursor, service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.sessions.access import EMERGENCY_USE, EmergencyUseReader, EmergencyUseWriter
from portal.sessions.submitted_form import TypedForm
from portal.sessions.visitor import Visitor

LIST = "/tilsyn/akut-brug"
router = page_router(LIST)

UseId = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
STATUS = {"invalid": 422, "conflict": 409, "idempotency-mismatch": 409}
Shown = Literal["", "running", "exceeded", "ended"]
STATES: tuple[tuple[Shown, str], ...] = (
    ("running", "I gang"),
    ("exceeded", "Tiden er overskredet"),
    ("ended", "Ophørt"),
)
FIELDS = {
    "tilbud_id": "Tilbuds-id",
    "name": "Tilbuddets navn",
    "started_on": "Første dag",
    "persons": "Antal personer",
    "reason": "Begrundelse",
    "ended_on": "Sidste dag",
}


@router.get("")
async def list_uses(
    request: Request, visitor: EmergencyUseReader, vis: Annotated[Shown, Query()] = "", cursor: Cursor = ""
) -> Response:
    """List the uses of the own kommune, or of tilbud that the own authority supervises, and count them."""
    return await _list_page(request, visitor, shown=vis, cursor=cursor)


@router.get("/ny")
async def new_use(request: Request, visitor: EmergencyUseWriter) -> Response:
    """Ask for a new use."""
    return _form_page(request, visitor, FormData.of([("started_on", today().isoformat()), ("persons", "1")]), [], 200)


@router.post("/ny")
async def register_use(request: Request, visitor: EmergencyUseWriter, form: TypedForm) -> Response:
    """Register a use: its three weeks begin on its first day."""
    if form.is_unconfirmed:
        return _form_page(request, visitor, form, [], 200)
    persons = form.text("persons")
    body = {
        "tilbud_id": form.text("tilbud_id") or None,
        "name": form.text("name") or None,
        "started_on": form.text("started_on"),
        "persons": int(persons) if persons.isdecimal() else persons,
        "reason": form.text("reason"),
    }
    refusal = await _refusal(request, visitor, "/v1/emergency-uses", body, form)
    if refusal is None:
        return see_other(LIST)
    return _form_page(request, visitor, form, refusal.reasons, STATUS[refusal.slug])


@router.post("/{use_id}/forlaeng")
async def extend_use(request: Request, visitor: EmergencyUseWriter, use_id: UseId, form: TypedForm) -> Response:
    """Give an own use three more weeks."""
    return await _change(request, visitor, form, use_id, "extension", {"reason": form.text("reason")})


@router.post("/{use_id}/afslut")
async def end_use(request: Request, visitor: EmergencyUseWriter, use_id: UseId, form: TypedForm) -> Response:
    """Say on which day an own use ended."""
    return await _change(request, visitor, form, use_id, "end", {"ended_on": form.text("ended_on")})


async def _change(
    request: Request, visitor: Visitor, form: FormData, use_id: str, act: str, body: dict[str, Any]
) -> Response:
    if form.is_unconfirmed:
        return await _list_page(request, visitor, form=form, use_id=use_id)
    refusal = await _refusal(request, visitor, f"/v1/emergency-uses/{use_id}/{act}", body, form)
    if refusal is None:
        return see_other(LIST)
    status = STATUS[refusal.slug]
    return await _list_page(request, visitor, form=form, use_id=use_id, errors=refusal.reasons, status=status)


async def _refusal(
    request: Request, visitor: Visitor, path: str, body: dict[str, Any], form: FormData
) -> Refused | None:
    """Give the command; return why approval refuses, None when it is done."""
    try:
        await service_client(request, visitor).post("approval", path, body, command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        return refusal
    return None


def _errors_of(errors: list[FieldError], ids: dict[str, str]) -> tuple[dict[str, str], list[SummaryLine]]:
    """Return the errors by the ids of their fields, and as lines above the page that lead there.

    ``ids`` has the id of each field of the form that was sent, by its name.
    """
    by_field: dict[str, str] = {}
    lines = []
    for error in errors:
        name = error.pointer.removeprefix("/")
        field_id = ids.get(name)
        text = f"{FIELDS[name]}: {error.detail}" if field_id else error.detail
        lines.append(SummaryLine(text, f"#{field_id}" if field_id else None))
        if field_id:
            by_field[field_id] = text
    return by_field, lines


def _form_page(request: Request, visitor: Visitor, form: FormData, found: list[FieldError], status: int) -> Response:
    errors, lines = _errors_of(found, {name: name for name in FIELDS if name != "ended_on"})
    template = "supervision/emergency-use.html"
    return page(request, template, status=status, form=form, errors=errors, lines=lines, kommuner=_kommuner_of(visitor))


async def _list_page(
    request: Request,
    visitor: Visitor,
    *,
    shown: Shown = "",
    cursor: str = "",
    form: FormData | None = None,
    use_id: str = "",
    errors: list[FieldError] | None = None,
    status: int = 200,
) -> Response:
    wanted = {name: each for name, each in (("state", shown), ("cursor", cursor)) if each}
    found = await service_client(request, visitor).get("approval", "/v1/emergency-uses", wanted)
    by_field, lines = _errors_of(errors or [], {name: f"{name}-{use_id}" for name in ("reason", "ended_on")})
    return page(
        request,
        "supervision/emergency-uses.html",
        status=status,
        found=found.body,
        states=STATES,
        shown=shown,
        kommuner=_kommuner_of(visitor),
        form=form or FormData({}),
        use_id=use_id,
        errors=by_field,
        lines=lines,
        today=today().isoformat(),
    )


def _kommuner_of(visitor: Visitor) -> set[str]:
    scopes = {scope for privilege in EMERGENCY_USE for scope in visitor.principal.scopes(privilege)}
    found = [authority for scope in scopes if (authority := find_authority(scope))]
    return {authority.id for authority in found if authority.kind is AuthorityKind.KOMMUNE}
