"""Indberet for mange: one step of many tilbud from one file (P4, P6)."""

from typing import Annotated

from fastapi import Path, Query, Request
from starlette.responses import Response

from chassis.errors import NotFound
from portal.clients import Refused
from portal.dependencies import service_client
from portal.rendering import page, page_router, see_other
from portal.reporting.bulk_page import MOST_SHOWN, outcomes_of, steps_for
from portal.sessions.access import SignedIn
from portal.sessions.uploaded_form import FormWithFile, UploadedForm
from portal.spreadsheets import XLSX

router = page_router("/indberet/mange")

UploadId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]
StepId = Annotated[str, Query(pattern=r"^[a-z0-9-]{0,40}$")]
STATUS = {"unusable-file": 422, "invalid": 422, "conflict": 409, "too-large": 413, "unsupported-media-type": 415}
NO_FILE = "Vælg den fil, som du vil sende."


@router.get("")
async def choose(request: Request, visitor: SignedIn, step: StepId = "") -> Response:
    """Offer the template of a step, take a file, and list one's own uploads."""
    return await _show(request, visitor, step)


@router.get("/skabelon.xlsx")
async def template(request: Request, visitor: SignedIn, step: StepId) -> Response:
    """Return the template of a step with what is known of every tilbud."""
    if step not in {each.id for each in steps_for(visitor.principal.rights)}:
        raise NotFound
    path = f"/v1/bulk-template?step={step}"
    content = await service_client(request, visitor).download("reporting", path, XLSX)
    return _file(content, step)


@router.post("")
async def send(request: Request, visitor: SignedIn, form: FormWithFile) -> Response:
    """Send a file in; its rows are saved one after the other, and the next page says how far it is."""
    step = form.fields.text("step")
    if form.fields.is_unconfirmed:
        return await _show(request, visitor, step)
    if not form.content:
        return await _show(request, visitor, step, [NO_FILE], 422)
    services = service_client(request, visitor)
    try:
        accepted = await services.upload(
            "reporting", _path(step), form.content, _kind(form), command=form.fields.command
        )
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        reasons = [each.detail for each in refusal.reasons]
        return await _show(request, visitor, step, reasons, STATUS[refusal.slug])
    return see_other(f"/indberet/mange/{accepted.body['id']}")


@router.get("/{upload_id}/rettelser.xlsx")
async def corrections(request: Request, visitor: SignedIn, upload_id: UploadId) -> Response:
    """Return the rows that are to be corrected, alone."""
    path = f"/v1/bulk-reports/{upload_id}/corrections"
    content = await service_client(request, visitor).download("reporting", path, XLSX)
    return _file(content, "rettelser")


@router.get("/{upload_id}")
async def progress(request: Request, visitor: SignedIn, upload_id: UploadId) -> Response:
    """Show how far an upload is, and what became of each row."""
    upload = await service_client(request, visitor).get("reporting", f"/v1/bulk-reports/{upload_id}")
    outcomes = outcomes_of(upload.body)
    return page(request, "reporting/bulk-result.html", upload=upload.body, outcomes=outcomes, most=MOST_SHOWN)


async def _show(
    request: Request, visitor: SignedIn, step: str, errors: list[str] | None = None, status: int = 200
) -> Response:
    uploads = await service_client(request, visitor).get("reporting", "/v1/bulk-reports", {"limit": 20})
    steps = steps_for(visitor.principal.rights)
    return page(
        request,
        "reporting/bulk.html",
        status=status,
        steps=steps,
        titles={each.id: each.title for each in steps},
        chosen=step,
        uploads=uploads.body["items"],
        errors=[{"text": each, "href": "#file"} for each in errors or []],
    )


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


def _path(step: str) -> str:
    known = step and step.replace("-", "").isalnum() and step.isascii()
    return f"/v1/bulk-reports?step={step}" if known else "/v1/bulk-reports"


def _kind(form: UploadedForm) -> str:
    """Return the media type of the file; browsers know none for NDJSON, and it begins with an object."""
    return "application/x-ndjson" if form.content.lstrip()[:1] == b"{" else "application/octet-stream"
