"""One step of the form: shown, saved, with rows added and removed (R35 to R49)."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from chassis.errors import FieldError
from portal.addresses import own_address
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import TilbudId, service_client
from portal.form.comparison import changed_answers
from portal.form.controls import error_summary
from portal.form.form_data import FormData
from portal.form.merging import Clash, merge, packed, unpacked
from portal.form.rows import claims_rows_without_fields
from portal.rendering import page, page_router, see_other
from portal.reporting.file_sending import MOST_BYTES, with_file
from portal.reporting.last_year import LAST_YEAR, with_last_year
from portal.reporting.row_actions import ROW_ACTIONS, RowAction, place_of_row, with_row_for, with_rows_changed
from portal.reporting.step_page import SUMMARY, StepPage, load_step_page
from portal.sessions.access import SignedIn
from portal.sessions.uploaded_form import TypedFormWithFile, UploadedForm
from portal.sessions.visitor import Visitor
from portal.stored_files import file_field
from web.errors import TooLarge
from web.request_bodies import taking_bodies_up_to

router = page_router("/indberet/tilbud/{tilbud_id}/trin")

StepId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]
DRAFT_FORM = "step-form"
ETAG, BASE, SEEN = "etag", "base", "seen"
CHOICE, THEIRS = "choice:", "theirs"
NO_ETAG = '"none"'
OK = 200
MOST_MERGES = 3
# What leads away, and saves only what is changed.
SIGN_OUT = "sign-out"
LEAVING = frozenset({"back", "go", "case", "leave", SIGN_OUT})
TAKING_THE_FORM_ALONG = 307
NO_LONGER_OPEN = ("step-locked", "step-blocked")
STATUS = {"invalid": 422, "stale": 412, "step-locked": 409, "step-blocked": 409}


@router.get("/{step_id}")
async def show_step(
    request: Request,
    visitor: SignedIn,
    tilbud_id: TilbudId,
    step_id: StepId,
    saved: Annotated[Literal["", "1", "merged", "errors"], Query()] = "",
    row_action: Annotated[RowAction | Literal[""], Query(alias="handling")] = "",
    place: Annotated[str, Query(alias="sted", max_length=200)] = "",
) -> Response:
    """Show a step with what is saved, and with one more row where somebody asked for it."""
    step_page = await load_step_page(service_client(request, visitor), tilbud_id, step_id)
    errors = step_page.saved_errors() if step_page.is_saved else []
    form_data, focus = with_row_for(step_page, row_action, place) if row_action else (step_page.fields(), "")
    return _show(request, step_page, form_data, errors, saved=saved, focus=focus, row_action=row_action)


@router.post("/{step_id}", dependencies=[Depends(taking_bodies_up_to(MOST_BYTES, is_cut=True))])
async def change_step(
    request: Request, visitor: SignedIn, tilbud_id: TilbudId, step_id: StepId, upload: TypedFormWithFile
) -> Response:
    """Save the step and stay, go on or go back; with one row more, less, copied or moved.

    A file that is refused is the only thing that is not saved then.
    """
    form = upload.fields
    services = service_client(request, visitor)
    step_page = await load_step_page(services, tilbud_id, step_id)
    if claims_rows_without_fields(form, step_page.step, step_page.departments):
        raise TooLarge("Formularen har for mange rækker.")
    if form.is_unconfirmed:
        return _show(request, step_page, form, [], typed=form)
    return await _change(request, visitor, services, step_page, upload)


async def _change(
    request: Request, visitor: Visitor, services: ServiceClient, step_page: StepPage, upload: UploadedForm
) -> Response:
    form = upload.fields
    action, _, place = (form.text("do") or "save").partition(":")
    typed, data = _chosen(step_page, with_rows_changed(step_page, form, action, place), form)
    if action == LAST_YEAR and step_page.takes_last_year:
        filled, fields = await with_last_year(services, step_page, typed)
        return _show(request, filled, fields, _choose_again(step_page, upload), typed=form, fetched=True)
    target = _target(step_page, action, place_of_row(step_page, form, action, place))
    if action in LEAVING and not upload.has_file and not step_page.differs_from(typed):
        return _leave(action, target)
    try:
        after, merged, clashes = await _save(services, step_page, data, form)
    except Refused as refusal:
        return await _show_refusal(request, services, step_page, typed, data, refusal, upload)
    if clashes:
        return _show_clashes(request, visitor, after, merged, clashes, _choose_again(step_page, upload))
    after, refused = await with_file(services, after, upload)
    if refused := [*refused, *after.refused_numbers()]:
        shown = after.fields() if upload.has_file else typed
        return _show(request, after, shown, refused, status=422, saved="1")
    return _leave(action, _after_save(after, action, form, target, is_merged=merged is not data))


def _leave(action: str, target: str) -> Response:
    """Send the browser on; who signs out takes the form along, since its token is what that asks for."""
    return RedirectResponse("/logout", TAKING_THE_FORM_ALONG) if action == SIGN_OUT else see_other(target)


def _after_save(after: StepPage, action: str, form: FormData, target: str, *, is_merged: bool) -> str:
    """Return where to go: not on to the next step before what is wrong with this one was shown once."""
    own = _address(after.tilbud["id"], after.step.id)
    if action == "next" and after.shown_errors not in {"", form.text(SEEN)} and not after.view["blocked_by"]:
        return f"{own}?saved=errors"
    return f"{own}?saved=merged" if action == "save" and is_merged else target


def _chosen(step_page: StepPage, typed: FormData, form: FormData) -> tuple[FormData, dict[str, Any]]:
    """Return what was typed, with the answer of somebody else where that was chosen."""
    base = step_page.fields_of(unpacked(form.text(BASE)))
    theirs = {name.removeprefix(CHOICE) for name in form if name.startswith(CHOICE) and form.text(name) == THEIRS}
    if theirs:
        typed = typed.with_answers_of(base, theirs)
    return step_page.read(typed)


def _target(step_page: StepPage, action: str, place: str) -> str:
    """Return where the buttons of the step lead once it is saved."""
    tilbud_id, (previous_step, next_step) = step_page.tilbud["id"], step_page.neighbours
    if action == "back":
        return _address(tilbud_id, previous_step) if previous_step else f"/indberet/tilbud/{tilbud_id}"
    if action == "leave":
        return own_address(place, f"/indberet/tilbud/{tilbud_id}")
    if action == "go" and place in (*step_page.form.step_ids, SUMMARY):
        return _address(tilbud_id, place)
    if action == "case" and step_page.case(place):
        return f"/indberet/tilbud/{tilbud_id}/sager/{place}#send-igen"
    own = _address(tilbud_id, step_page.step.id)
    if action in ROW_ACTIONS and place:
        return f"{own}?handling={action}&sted={segment(place)}"
    return _address(tilbud_id, next_step) if action == "next" else f"{own}?saved=1"


async def _save(
    services: ServiceClient, step_page: StepPage, data: dict[str, Any], form: FormData
) -> tuple[StepPage, dict[str, Any], list[Clash]]:
    """Save, together with what somebody else saved meanwhile; where both changed an answer, nothing is saved.

    Returns the step as it is saved then, and what would be saved of both.
    """
    etag, merged, known = form.text(ETAG) or NO_ETAG, data, step_page
    for attempt in range(MOST_MERGES):
        try:
            return await _put(services, known, merged, etag), merged, []
        except Refused as refusal:
            if refusal.slug != "stale" or attempt == MOST_MERGES - 1:
                raise
        known = await load_step_page(services, step_page.tilbud["id"], step_page.step.id)
        merged, clashes = merge(unpacked(form.text(BASE)), data, known.as_read())
        if clashes:
            return known, merged, clashes
        etag = known.etag
    raise AssertionError("the last attempt saves or raises")


async def _put(services: ServiceClient, step_page: StepPage, data: dict[str, Any], etag: str) -> StepPage:
    path = f"/v1/tilbud/{segment(step_page.tilbud['id'])}/draft/steps/{segment(step_page.step.id)}"
    reply = await services.put("reporting", path, data, etag)
    return replace(step_page, view=reply.body, etag=reply.etag)


def _show_clashes(
    request: Request,
    visitor: Visitor,
    saved: StepPage,
    merged: dict[str, Any],
    clashes: list[Clash],
    errors: list[FieldError],
) -> Response:
    """Show the step with both versions put together, and ask which answer counts where they clash."""
    by = saved.view["saved_by"] or {}
    is_own = by.get("sub") == visitor.principal.sub
    questions = saved.questions(clashes)
    return _show(request, saved, saved.fields_of(merged), errors, status=412, questions=questions, is_own=is_own)


async def _show_refusal(
    request: Request,
    services: ServiceClient,
    step_page: StepPage,
    form_data: FormData,
    data: dict[str, Any],
    refusal: Refused,
    upload: UploadedForm,
) -> Response:
    """Show the form again with what was typed, and why it was not saved."""
    if refusal.slug not in STATUS:
        raise refusal
    status = STATUS[refusal.slug]
    errors = [*refusal.reasons, *_choose_again(step_page, upload)]
    if refusal.slug in NO_LONGER_OPEN:
        # The page has no fields to show the text in, so it stands beside what is saved.
        saved = await load_step_page(services, step_page.tilbud["id"], step_page.step.id)
        versions = changed_answers(saved.form, saved.step.id, saved.departments, saved.data, data)
        return _show(request, saved, form_data, errors, status=status, unsaved=versions)
    return _show(request, step_page, form_data, errors, status=status, typed=upload.fields)


def _choose_again(step_page: StepPage, upload: UploadedForm) -> list[FieldError]:
    """Return what to say of a file that came with a form that was not saved: no page can hold it."""
    field = file_field(step_page.step)
    return (
        [FieldError(f"/{field}", "missing", "Filen er ikke sendt endnu. Vælg den igen.")]
        if field and upload.has_file
        else []
    )


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
    saved: str = "",
    row_action: str = "",
    focus: str = "",
    typed: FormData | None = None,
    questions: Any = (),
    is_own: bool = False,
    unsaved: Any = (),
    fetched: bool = False,
) -> Response:
    """Show the step; what was ``typed`` on an earlier page still builds on what that page showed."""
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
        row_action=row_action,
        refused=status != OK,
        etag=typed.text(ETAG) if typed else step_page.etag,
        base_data=typed.text(BASE) if typed else packed(step_page.as_read()),
        seen=step_page.shown_errors if errors else "",
        questions=questions,
        is_own=is_own,
        unsaved=unsaved,
        fetched=fetched,
        draft_form="" if step_page.is_locked or step_page.view["blocked_by"] else DRAFT_FORM,
        previous_step=previous_step,
        next_step=next_step,
    )
