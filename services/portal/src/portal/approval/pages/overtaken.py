"""What an officer does with a case that events have overtaken: reads where it went, closes it, takes its log along."""

from enum import StrEnum

from fastapi import Request
from starlette.responses import Response

from portal.approval.case_view import Typed
from portal.approval.pages.receipt import receipt_page
from portal.change_overview import subject_of
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import CaseId, service_client
from portal.rendering import page, page_router, see_other
from portal.sessions.access import Approver
from portal.sessions.submitted_form import SubmittedForm

router = page_router("/godkend/sager/{case_id}")


ELSEWHERE = {"case-moved": "approval/case-moved.html", "decided-elsewhere": "approval/elsewhere.html"}


class LogFormat(StrEnum):
    """The format of the log as a file."""

    CSV = "csv"
    NDJSON = "ndjson"


MEDIA_TYPES = {LogFormat.CSV: "text/csv", LogFormat.NDJSON: "application/x-ndjson"}


async def elsewhere_page(
    request: Request, services: ServiceClient, case_id: str, refusal: Refused, typed: Typed, *, closing: str = ""
) -> Response:
    """Say whose case it is and why, with the reasons that were ``typed`` in vain; any other refusal is told as it is.

    ``closing`` is the reason to close the case. Who had the case reads what was decided there.
    """
    if refusal.slug not in ELSEWHERE:
        raise refusal
    case = (await services.get("approval", f"/v1/cases/{segment(case_id)}")).body
    titles = {step["step"]: step["title"] for step in case["steps"]}
    unsaved = [(titles.get(step, "Begrundelse"), reason) for step, reason in typed.reasons().items()]
    if closing:
        unsaved.append(("Begrundelse for at lukke sagen", closing))
    status = 409 if request.method == "POST" else 200
    template = ELSEWHERE[refusal.slug]
    return page(request, template, status=status, case=case, unsaved=unsaved, **subject_of(case))


@router.post("/luk")
async def close(request: Request, visitor: Approver, case_id: CaseId, form: SubmittedForm) -> Response:
    """Close a case whose subject has ceased; who comes second reads what came of it."""
    services = service_client(request, visitor)
    body = {"reason": form.text("reason") or None}
    try:
        await services.post("approval", f"/v1/cases/{segment(case_id)}/closure", body, command=form.command)
    except Refused as refusal:
        if refusal.slug == "wrong-state":
            return await receipt_page(request, services, case_id, refusal)
        return await elsewhere_page(request, services, case_id, refusal, Typed(), closing=form.typed("reason"))
    return see_other(f"/godkend/sager/{case_id}/kvittering")


@router.get("/historik.{extension}")
async def download_log(request: Request, visitor: Approver, case_id: CaseId, extension: LogFormat) -> Response:
    """Return every act on a case as a file."""
    path, media_type = f"/v1/cases/{segment(case_id)}/log.{extension}", MEDIA_TYPES[extension]
    content = await service_client(request, visitor).download("approval", path, media_type)
    named = {"Content-Disposition": f'attachment; filename="historik-{case_id}.{extension}"'}
    return Response(content, media_type=media_type, headers=named | {"Cache-Control": "no-store"})
