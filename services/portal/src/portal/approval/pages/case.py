"""One case: the change overview, a choice for each step, and sending it off (R67 to R81)."""

from typing import Annotated

from fastapi import Path, Query, Request
from starlette.responses import Response

from portal.approval.case_view import CaseView, Typed, View
from portal.approval.pages.overtaken import elsewhere_page
from portal.approval.pages.receipt import receipt_page
from portal.change_overview import html_id, load_case, subject_of
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import CaseId, database_of, service_client
from portal.economy import find_year_of_case, has_figures
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.sessions.access import Approver
from portal.sessions.submitted_form import SubmittedForm, TypedForm
from portal.sessions.visitor import Visitor
from portal.stored_files import fetch_file

router = page_router("/godkend/sager/{case_id}")

StepKey = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}(/[a-z0-9-]{1,40})?$")]
FileId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]
STATUS = {"reason-required": 422, "invalid": 422, "stale": 412, "undecided-steps": 409, "wrong-state": 409}
STATUS |= {"tilbud-ceased": 409}
WITHDRAW = "withdraw"
SAVED, WITHDRAWN, APPROVED = "Valget er gemt", "Valget er fortrudt", "Trinnene er godkendt"
NOT_SAVED, NOT_APPROVED, NOT_SENT = "Valget er ikke gemt", "Trinnene er ikke godkendt", "Sagen er ikke indsendt"
NO_CONTENT = 204


@router.get("")
async def show_case(request: Request, visitor: Approver, case_id: CaseId, view: View) -> Response:
    """Show the case; on a first approval there is nothing to compare with."""
    return await _show(request, visitor, case_id, view)


@router.get("/valg")
async def show_choices(
    request: Request,
    visitor: Approver,
    case_id: CaseId,
    view: View,
    etag: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Return the choices alone, for an open page that asks for those of colleagues; nothing while ``etag`` holds."""
    case = await service_client(request, visitor).get("approval", _path(case_id))
    if etag == case.etag:
        return Response(status_code=NO_CONTENT)
    return page(request, "approval/choices.html", case=case.body, etag=case.etag, view=view, **subject_of(case.body))


@router.get("/filer/{file_id}")
async def get_file(request: Request, visitor: Approver, case_id: CaseId, file_id: FileId) -> Response:
    """Return a file of the case, to be saved; it comes from where it was sent to, and approval never has it."""
    services = service_client(request, visitor)
    case = await services.get("approval", _path(case_id))
    return await fetch_file(services, subject_of(case.body)["subject_id"], file_id)


@router.post("/visning")
async def look(request: Request, visitor: Approver, case_id: CaseId, form: TypedForm, view: View) -> Response:
    """Show other sections, or open others; what is typed and not saved comes along."""
    if form.is_unconfirmed:
        return await _show(request, visitor, case_id, view, Typed(form))
    return await _go_on(request, visitor, case_id, view, Typed(form))


@router.post("/afgoerelse/{step:path}")
async def decide(
    request: Request, visitor: Approver, case_id: CaseId, step: StepKey, form: TypedForm, view: View
) -> Response:
    """Save the choice for one step at once, or take it back; what is typed at other steps stays on the page."""
    if form.is_unconfirmed:
        return await _show(request, visitor, case_id, view, Typed(form), step=step)
    services = service_client(request, visitor)
    try:
        await _choose(services, case_id, step, form)
    except Refused as refusal:
        return await _show_refusal(request, visitor, case_id, view, NOT_SAVED, refusal, Typed(form), step=step)
    if form.text("verdict") == WITHDRAW:
        return await _go_on(request, visitor, case_id, view, Typed(form), done=WITHDRAWN, step=step)
    return await _go_on(request, visitor, case_id, view, Typed(form, saved=step), done=SAVED, step=step)


@router.post("/godkendelser")
async def approve_many(request: Request, visitor: Approver, case_id: CaseId, form: TypedForm, view: View) -> Response:
    """Approve all that has no choice yet, or all that the resubmission left as it was approved."""
    if form.is_unconfirmed:
        return await _show(request, visitor, case_id, view, Typed(form))
    services, body = service_client(request, visitor), {"steps": form.text("steps")}
    try:
        await services.post(
            "approval", f"{_path(case_id)}/approvals", body, command=form.command, etag=form.text("etag")
        )
    except Refused as refusal:
        return await _show_refusal(request, visitor, case_id, view, NOT_APPROVED, refusal, Typed(form))
    return await _go_on(request, visitor, case_id, view, Typed(form), done=APPROVED)


@router.post("/indsend")
async def conclude(request: Request, visitor: Approver, case_id: CaseId, form: SubmittedForm) -> Response:
    """Send the case off: it is closed when every step is approved, else it goes back."""
    services = service_client(request, visitor)
    try:
        await services.post("approval", f"{_path(case_id)}/outcome", command=form.command, etag=form.text("etag"))
    except Refused as refusal:
        if refusal.slug == "wrong-state":
            return await receipt_page(request, services, case_id, refusal)
        return await _show_refusal(request, visitor, case_id, CaseView(), NOT_SENT, refusal)
    return see_other(f"/godkend/sager/{case_id}/kvittering")


async def _choose(services: ServiceClient, case_id: str, step: str, form: FormData) -> None:
    path, etag = f"{_path(case_id)}/decisions/{step}", form.text(f"etag:{step}")
    verdict = form.text("verdict")
    if verdict == WITHDRAW:
        await services.delete("approval", path, etag)
        return
    body = {"verdict": verdict, "reason": form.text(f"reason:{step}") or None}
    fields = form.texts(f"fields:{step}") if verdict == "reject" else []
    await services.put("approval", path, body | {"fields": fields}, etag)


async def _go_on(
    request: Request, visitor: Visitor, case_id: str, view: CaseView, typed: Typed, *, done: str = "", step: str = ""
) -> Response:
    """Lead back to the page; it is shown at once while something on it is typed and not saved."""
    case = await service_client(request, visitor).get("approval", _path(case_id))
    if typed.unsaved(case.body["steps"]):
        return await _show(request, visitor, case_id, view, typed, done=done, step=step)
    place = html_id(step) if step else "indsend" if done else ""
    return see_other(f"/godkend/sager/{case_id}{view.query}{place and f'#{place}'}")


async def _show_refusal(
    request: Request,
    visitor: Visitor,
    case_id: str,
    view: CaseView,
    not_done: str,
    refusal: Refused,
    typed: Typed | None = None,
    *,
    step: str = "",
) -> Response:
    if refusal.slug not in STATUS:
        return await elsewhere_page(request, service_client(request, visitor), case_id, refusal, typed or Typed())
    return await _show(request, visitor, case_id, view, typed, refusal=refusal, not_done=not_done, step=step)


async def _show(
    request: Request,
    visitor: Visitor,
    case_id: str,
    view: CaseView,
    typed: Typed | None = None,
    *,
    refusal: Refused | None = None,
    not_done: str = "",
    step: str = "",
    done: str = "",
) -> Response:
    services, typed = service_client(request, visitor), typed or Typed()
    try:
        case = await load_case(services, database_of(request), case_id, f"/godkend/sager/{case_id}/filer")
    except Refused as refused:
        return await elsewhere_page(request, services, case_id, refused, typed)
    about = subject_of(case.body)
    economy = []
    if has_figures([section.key for section in case.reported]):
        economy = await find_year_of_case(services, about["subject_id"], case_id)
    return page(
        request,
        "approval/case.html",
        status=STATUS[refusal.slug] if refusal else 200,
        case=case.body,
        **about,
        economy=economy,
        etag=case.etag,
        reported=case.reported,
        sections=[section for section in case.sections if view.shows(section)],
        view=view,
        typed=typed,
        numbers={each["step"]: number for number, each in enumerate(case.body["steps"], 1)},
        problem=refusal,
        not_done=not_done,
        step=step,
        done=done,
    )


def _path(case_id: str) -> str:
    return f"/v1/cases/{segment(case_id)}"
