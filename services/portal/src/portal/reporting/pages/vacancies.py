"""Vacancies and waiting time in two clicks: public at once, department by department (P1)."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from starlette.responses import Response

from chassis.errors import FieldError
from contracts.form import Code
from portal.clients import Refused, segment
from portal.dependencies import TilbudId, service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import TypedForm

router = page_router("/indberet/tilbud/{tilbud_id}/ledige-pladser")

STATUS = {"invalid": 422, "stale": 412, "conflict": 409}
NUMBERS = {"vacancies": "Ledige pladser", "waiting_time_weeks": "Ventetid i uger"}
NOTE = "vacancies_note"
FIELDS = {**NUMBERS, NOTE: "Bemærkning om ledige pladser"}
# Digits that Python reads and nobody has typed here would make a number too long to be one.
MOST_DIGITS = 4
Saved = Annotated[Literal["", "gemt", "bekraeftet"], Query()]


@router.get("")
async def show_vacancies(request: Request, visitor: SignedIn, tilbud_id: TilbudId, saved: Saved = "") -> Response:
    """Show what is public of the places of each department, to be changed or confirmed."""
    return await _show(request, visitor, tilbud_id, saved=saved)


@router.post("")
async def change_vacancies(request: Request, visitor: SignedIn, tilbud_id: TilbudId, form: TypedForm) -> Response:
    """Save the departments that were changed on the page, or say that all figures are still right."""
    if form.is_unconfirmed:
        return await _show(request, visitor, tilbud_id, form=form)
    services, path = service_client(request, visitor), f"/v1/tilbud/{segment(tilbud_id)}/vacancies"
    changed, errors = _changed(form)
    try:
        if errors:
            return await _show(request, visitor, tilbud_id, form=form, errors=errors, status=422)
        if changed:
            await services.put("reporting", path, {"departments": changed}, form.text("etag") or '"none"')
        if form.text("do") == "confirm":
            await services.post("reporting", f"{path}/confirmation", command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        reasons = _placed(refusal.reasons, [each["department_id"] or "" for each in changed])
        return await _show(request, visitor, tilbud_id, form=form, errors=reasons, status=STATUS[refusal.slug])
    done = "bekraeftet" if form.text("do") == "confirm" else "gemt"
    return see_other(f"/indberet/tilbud/{tilbud_id}/ledige-pladser?saved={done}")


def _changed(form: FormData) -> tuple[list[dict[str, Any]], list[FieldError]]:
    """Return the departments whose figures were changed on the page, and what cannot be read as a number."""
    changed: list[dict[str, Any]] = []
    errors: list[FieldError] = []
    for department in form.all("department"):
        typed = {name: form.text(f"{name}.{department}") for name in FIELDS}
        if all(text == form.text(f"before.{name}.{department}") for name, text in typed.items()):
            continue
        found = {f"{name}.{department}": _reason(name, text) for name, text in typed.items()}
        errors += [FieldError(f"/{field}", Code.INVALID_FORMAT, reason) for field, reason in found.items() if reason]
        if not any(found.values()):
            told: dict[str, Any] = {name: int(typed[name]) for name in NUMBERS if typed[name]}
            if typed[NOTE] != form.text(f"before.{NOTE}.{department}"):
                told[NOTE] = typed[NOTE]
            changed.append({"department_id": department or None, **told})
    return changed, errors


def _reason(name: str, text: str) -> str:
    """Return why ``text`` is not what the field ``name`` asks for; a waiting time may be left out."""
    if name == NOTE:
        return ""
    if not text:
        return "Skriv et antal. Skriv 0, hvis der ingen er." if name == "vacancies" else ""
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return "" if is_number else "Skriv et helt tal, fx 2."


def _placed(errors: Sequence[FieldError], departments: Sequence[str]) -> list[FieldError]:
    """Return the errors of the service at the fields of the page, by the order of what was sent."""
    placed = []
    for error in errors:
        _, _, rest = error.pointer.partition("/departments/")
        row, _, name = rest.partition("/")
        known = row.isdigit() and int(row) < len(departments) and name in FIELDS
        pointer = f"/{name}.{departments[int(row)]}" if known else ""
        placed.append(FieldError(pointer, error.code, error.detail))
    return placed


async def _show(
    request: Request,
    visitor: SignedIn,
    tilbud_id: str,
    *,
    form: FormData | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
    saved: str = "",
) -> Response:
    services, base = service_client(request, visitor), f"/v1/tilbud/{segment(tilbud_id)}"
    tilbud, found = await asyncio.gather(
        services.get("reporting", base), services.get("reporting", f"{base}/vacancies")
    )
    figures = found.body["figures"]
    names = {each["department_id"] or "": each["name"] or tilbud.body["name"] for each in figures}
    by_field, lines = _texts(errors, names)
    return page(
        request,
        "reporting/vacancies.html",
        status=status,
        tilbud=tilbud.body,
        figures=figures,
        etag=found.etag,
        form=form,
        errors=by_field,
        lines=lines,
        is_stale=status == STATUS["stale"],
        saved=saved,
    )


def _texts(errors: Sequence[FieldError], names: Mapping[str, str]) -> tuple[dict[str, str], list[SummaryLine]]:
    by_field: dict[str, str] = {}
    lines = []
    for error in errors:
        field = error.pointer.removeprefix("/")
        name, _, department = field.partition(".")
        known = name in FIELDS and department in names
        if known:
            by_field[field] = error.detail
        text = f"{names[department]}, {FIELDS[name].lower()}: {error.detail}" if known else error.detail
        lines.append(SummaryLine(text, f"#{field}" if known else None))
    return by_field, lines
