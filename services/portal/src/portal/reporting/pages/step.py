"""One step of the form: shown, saved, with rows added and removed (R35 to R49)."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from starlette.responses import Response

from chassis.errors import FieldError
from contracts.form import FieldType
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import TilbudId, service_client
from portal.form.comparison import changed_answers
from portal.form.controls import error_summary
from portal.form.form_data import FormData
from portal.form.rows import claims_rows_without_fields, lists_of, with_row, without_row
from portal.rendering import page, page_router, see_other
from portal.reporting.step_page import SUMMARY, StepPage, load_step_page
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import TypedForm
from web.errors import TooLarge

router = page_router("/indberet/tilbud/{tilbud_id}/trin")

StepId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]
ETAG = "etag"
NO_ETAG = '"none"'
OK = 200
NO_LONGER_OPEN = ("step-locked", "step-blocked")
STATUS = {"invalid": 422, "stale": 412, "step-locked": 409, "step-blocked": 409}


@router.get("/{step_id}")
async def show_step(
    request: Request,
    visitor: SignedIn,
    tilbud_id: TilbudId,
    step_id: StepId,
    saved: Annotated[Literal["", "1"], Query()] = "",
) -> Response:
    """Show a step with what is saved."""
    step_page = await load_step_page(service_client(request, visitor), tilbud_id, step_id)
    errors = step_page.saved_errors() if step_page.is_saved else []
    return _show(request, step_page, step_page.fields(), errors, saved=bool(saved))


@router.post("/{step_id}")
async def change_step(
    request: Request, visitor: SignedIn, tilbud_id: TilbudId, step_id: StepId, form: TypedForm
) -> Response:
    """Save the step and stay, go on or go back; or change the number of rows without saving."""
    services = service_client(request, visitor)
    step_page = await load_step_page(services, tilbud_id, step_id)
    if claims_rows_without_fields(form, step_page.step, step_page.departments):
        raise TooLarge("Formularen har for mange rækker.")
    if form.is_unconfirmed:
        return _show(request, step_page, form, [], etag=form.text(ETAG))
    action, _, row = form.text("do").partition(":")
    if action in {"add", "remove"}:
        form_data, focus = _with_rows_changed(step_page, form, action, row)
        return _show(request, step_page, form_data, [], focus=focus, etag=form.text(ETAG))
    form_data, step_input = step_page.read(form)
    target = _target(step_page, action)
    if action == "back" and not step_page.differs_from(form_data):
        return see_other(target)
    if step_input.errors:
        return _show(request, step_page, form_data, step_input.errors, status=422, etag=form.text(ETAG))
    try:
        await _save(services, tilbud_id, step_id, step_input.data, form.text(ETAG) or NO_ETAG)
    except Refused as refusal:
        return await _show_refusal(request, services, step_page, form_data, step_input.data, refusal)
    return see_other(target)


def _target(step_page: StepPage, action: str) -> str:
    """Return where the buttons of the step lead once it is saved."""
    tilbud_id, (previous_step, next_step) = step_page.tilbud["id"], step_page.neighbours
    if action == "back":
        return _address(tilbud_id, previous_step) if previous_step else f"/indberet/tilbud/{tilbud_id}"
    return _address(tilbud_id, next_step) if action == "next" else f"{_address(tilbud_id, step_page.step.id)}?saved=1"


async def _save(services: ServiceClient, tilbud_id: str, step_id: str, data: dict[str, Any], etag: str) -> None:
    path = f"/v1/tilbud/{segment(tilbud_id)}/draft/steps/{segment(step_id)}"
    await services.put("reporting", path, data, etag)


async def _show_refusal(
    request: Request,
    services: ServiceClient,
    step_page: StepPage,
    form_data: FormData,
    data: dict[str, Any],
    refusal: Refused,
) -> Response:
    """Show the form again with what was typed, and why it was not saved."""
    if refusal.slug not in STATUS:
        raise refusal
    status = STATUS[refusal.slug]
    if refusal.slug == "stale":
        # Somebody else saved first: both versions are shown, and the next save replaces theirs knowingly.
        saved = await load_step_page(services, step_page.tilbud["id"], step_page.step.id)
        versions = changed_answers(saved.form, saved.step.id, saved.departments, saved.data, data)
        return _show(request, saved, form_data, [], status=status, versions=versions, etag=saved.etag)
    errors = refusal.reasons
    if refusal.slug in NO_LONGER_OPEN:
        # The page has no fields to show the text in, so it stands beside what is saved.
        saved = await load_step_page(services, step_page.tilbud["id"], step_page.step.id)
        versions = changed_answers(saved.form, saved.step.id, saved.departments, saved.data, data)
        return _show(request, saved, form_data, errors, status=status, unsaved=versions, etag=saved.etag)
    return _show(request, step_page, form_data, errors, status=status)


def _with_rows_changed(step_page: StepPage, form: FormData, action: str, target: str) -> tuple[FormData, str]:
    """Return the fields with one row more or less, and the field to put the cursor in."""
    lists = dict(lists_of(step_page.step, step_page.departments))
    if action == "add" and target in lists:
        field = lists[target]
        form_data = with_row(form, target, field)
        first = next((each.id for each in field.fields if each.type is not FieldType.GROUP), field.fields[0].id)
        return form_data, f"{target}/{int(form_data.text(f'{target}#')) - 1}/{first}"
    pointer, _, row = target.rpartition("/")
    if action == "remove" and pointer in lists and row.isascii() and row.isdigit():
        return without_row(form, pointer, lists[pointer], int(row[:6])), ""
    return form, ""


def _address(tilbud_id: str, step_id: str) -> str:
    base = f"/indberet/tilbud/{tilbud_id}"
    return f"{base}/{SUMMARY}" if step_id == SUMMARY else f"{base}/trin/{step_id}"


def _show(
    request: Request,
    step_page: StepPage,
    form_data: FormData,
    errors: list[FieldError],
    *,
    status: int = OK,
    saved: bool = False,
    focus: str = "",
    etag: str = "",
    versions: Any = (),
    unsaved: Any = (),
) -> Response:
    parts = step_page.parts(form_data, errors, focus)
    previous_step, next_step = step_page.neighbours
    return page(
        request,
        "reporting/step.html",
        status=status,
        step_page=step_page,
        parts=parts,
        errors=error_summary(errors, parts),
        saved=saved,
        refused=status != OK,
        etag=etag or step_page.etag,
        versions=versions,
        unsaved=unsaved,
        previous_step=previous_step,
        next_step=next_step,
    )
