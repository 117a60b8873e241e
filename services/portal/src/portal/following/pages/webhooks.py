"""Which programs get the news of what a user follows: list, make, try and delete webhooks (R23)."""

from typing import Annotated, Any

from fastapi import Path, Request
from starlette.responses import Response

from chassis.errors import FieldError
from portal.clients import Refused, segment
from portal.dependencies import service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import SubmittedForm, TypedForm
from portal.sessions.visitor import Visitor

PAGE = "/mails/systemer"
router = page_router(PAGE)

WebhookId = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
STATUS = {"invalid": 422, "conflict": 409, "too-many-requests": 429, "idempotency-mismatch": 409}
DELETED = f"{PAGE}?slettet=1"


@router.get("")
async def show_webhooks(request: Request, visitor: SignedIn, slettet: str = "") -> Response:
    """Show the addresses that are called, and ask for a new one."""
    return await _show(request, visitor, FormData({}), is_deleted=slettet == "1")


@router.post("")
async def create_webhook(request: Request, visitor: SignedIn, form: TypedForm) -> Response:
    """Call an address from now on; the secret that its calls are signed with is shown this once."""
    if form.is_unconfirmed:
        return await _show(request, visitor, form)
    services = service_client(request, visitor)
    try:
        made = await services.post(
            "notification", "/v1/webhooks", {"url": form.text("url").strip()}, command=form.command
        )
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        return await _show(request, visitor, form, errors=refusal.reasons, status=STATUS[refusal.slug])
    return await _show(request, visitor, FormData({}), made=made.body)


@router.post("/{webhook_id}/proev")
async def try_webhook(request: Request, visitor: SignedIn, webhook_id: WebhookId, form: SubmittedForm) -> Response:
    """Call an address now; one that was off and answers is on again."""
    path = f"/v1/webhooks/{segment(webhook_id)}/test"
    found = await service_client(request, visitor).post("notification", path, command=form.command)
    return await _show(request, visitor, FormData({}), tried={"id": webhook_id, **found.body})


@router.post("/{webhook_id}/slet")
async def delete_webhook(request: Request, visitor: SignedIn, webhook_id: WebhookId, _: SubmittedForm) -> Response:
    """Call an address no more."""
    await service_client(request, visitor).delete("notification", f"/v1/webhooks/{segment(webhook_id)}")
    return see_other(DELETED)


async def _show(
    request: Request,
    visitor: Visitor,
    form: FormData,
    *,
    errors: list[FieldError] | None = None,
    status: int = 200,
    made: dict[str, Any] | None = None,
    tried: dict[str, Any] | None = None,
    is_deleted: bool = False,
) -> Response:
    found = await service_client(request, visitor).get("notification", "/v1/webhooks")
    # Whatever is wrong is about the one thing that is typed.
    texts = [each.detail for each in errors or []]
    return page(
        request,
        "following/webhooks.html",
        status=status,
        webhooks=found.body["items"],
        form=form,
        errors={"url": " ".join(texts)} if texts else {},
        lines=[SummaryLine(text, "#url") for text in texts],
        made=made,
        tried=tried,
        is_deleted=is_deleted,
    )
