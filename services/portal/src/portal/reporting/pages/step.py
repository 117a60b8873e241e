"""One step of the form: shown, saved, with rows added and removed (rows 35–49)."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from starlette.responses import Response

from chassis.errors import DomainError, FieldError
from contracts.form import FieldType
from portal.clients import Caller, caller, segment
from portal.form.comparison import compared
from portal.form.controls import error_summary, flat
from portal.form.form_data import Posted
from portal.form.rows import lists_of, with_row, without_row
from portal.rendering import page, page_router, see_other
from portal.reporting.pages.tilbud_list import TilbudId
from portal.reporting.step_page import SUMMARY, Desk, load
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import Form

router = page_router("/indberet/tilbud/{tilbud_id}/trin")

StepId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]
ETAG = "etag"
NO_ETAG = '"none"'
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
    desk = await load(caller(request, visitor), tilbud_id, step_id)
    errors = desk.saved_errors() if desk.is_saved else []
    return await _page(request, desk, desk.fields(), errors, saved=bool(saved))


@router.post("/{step_id}")
async def change_step(
    request: Request, visitor: SignedIn, tilbud_id: TilbudId, step_id: StepId, form: Form
) -> Response:
    """Save the step and stay, go on or go back; or change the number of rows without saving."""
    services = caller(request, visitor)
    desk = await load(services, tilbud_id, step_id)
    action, _, target = form.text("do").partition(":")
    if action in {"add", "remove"}:
        posted, focus = _with_other_rows(desk, form, action, target)
        return await _page(request, desk, posted, [], focus=focus, etag=form.text(ETAG))
    before, behind = desk.neighbours
    if action == "back":
        return see_other(_address(tilbud_id, before) if before else f"/indberet/tilbud/{tilbud_id}")
    posted, read = desk.read(form)
    if read.errors:
        return await _page(request, desk, posted, read.errors, status=422, etag=form.text(ETAG))
    try:
        await _save(services, tilbud_id, step_id, read.data, form.text(ETAG) or NO_ETAG)
    except DomainError as problem:
        return await _refused(request, services, desk, posted, read.data, problem)
    return see_other(_address(tilbud_id, behind) if action == "next" else f"{_address(tilbud_id, step_id)}?saved=1")


async def _save(services: Caller, tilbud_id: str, step_id: str, data: dict[str, Any], etag: str) -> None:
    path = f"/v1/tilbud/{segment(tilbud_id)}/draft/steps/{segment(step_id)}"
    await services.put("reporting", path, data, etag)


async def _refused(
    request: Request, services: Caller, desk: Desk, posted: Posted, data: dict[str, Any], problem: DomainError
) -> Response:
    """Show the form again with what was typed, and why it was not saved."""
    if problem.slug not in STATUS:
        raise problem
    status, errors = STATUS[problem.slug], list(problem.errors)
    if problem.slug == "stale":
        # Somebody else saved first: both versions are shown, and the next save replaces theirs knowingly.
        now = await load(services, desk.tilbud["id"], desk.step.id)
        versions = compared(now.step, now.departments, now.data, data)
        return await _page(request, now, posted, [], status=status, versions=versions, etag=now.etag)
    if not errors:
        errors = [FieldError("", problem.slug, problem.detail)]
    if problem.slug == "step-locked":
        now = await load(services, desk.tilbud["id"], desk.step.id)
        return await _page(request, now, posted, errors, status=status, etag=now.etag)
    return await _page(request, desk, posted, errors, status=status)


def _with_other_rows(desk: Desk, form: Posted, action: str, target: str) -> tuple[Posted, str]:
    """Return the fields with one row more or less, and the field to put the cursor in."""
    lists = dict(lists_of(desk.step, desk.departments))
    if action == "add" and target in lists:
        field = lists[target]
        posted = with_row(form, target, field)
        first = next((each.id for each in field.fields if each.type is not FieldType.GROUP), field.fields[0].id)
        return posted, f"{target}/{int(posted.text(f'{target}#')) - 1}/{first}"
    pointer, _, row = target.rpartition("/")
    if action == "remove" and pointer in lists and row.isascii() and row.isdigit():
        return without_row(form, pointer, lists[pointer], int(row[:6])), ""
    return form, ""


def _address(tilbud_id: str, step_id: str) -> str:
    here = f"/indberet/tilbud/{tilbud_id}"
    return f"{here}/{SUMMARY}" if step_id == SUMMARY else f"{here}/trin/{step_id}"


async def _page(
    request: Request,
    desk: Desk,
    posted: Posted,
    errors: list[FieldError],
    *,
    status: int = 200,
    saved: bool = False,
    focus: str = "",
    etag: str = "",
    versions: Any = (),
) -> Response:
    parts = desk.parts(posted, errors, focus)
    before, behind = desk.neighbours
    return page(
        request,
        "reporting/step.html",
        status=status,
        desk=desk,
        parts=parts,
        errors=error_summary(errors, parts),
        any_field=any(flat(part.controls) for part in parts),
        saved=saved,
        refused=status != 200,  # noqa: PLR2004
        etag=etag or desk.etag,
        versions=versions,
        before=before,
        behind=behind,
    )
