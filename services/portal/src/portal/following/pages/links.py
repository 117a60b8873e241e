"""The pages behind the links in mails: they work without a sign-in, and reading one changes nothing.

Programs that read mails open each link in them, so only a form acts. A form needs no token of ours: the link itself
is signed, and the mail programs that end mails for their users send it from outside (RFC 8058).
"""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from portal.clients import segment
from portal.dependencies import service_client
from portal.form.form_data import parse
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor
from portal.sessions.submitted_form import URLENCODED

router: APIRouter = page_router("/mails")

Token = Annotated[str, Path(min_length=1, max_length=1_200, pattern=r"^[A-Za-z0-9_.-]+$")]


@router.get("/afmeld/{token}")
async def show_ending(request: Request, _: MaybeVisitor, token: Token) -> Response:
    """Ask whether the mails are to end."""
    found = await service_client(request, None).get("notification", f"/v1/unsubscribe/{segment(token)}")
    return page(request, "following/unsubscribe.html", link=found.body, done="")


@router.post("/afmeld/{token}")
async def end_mails(request: Request, _: MaybeVisitor, token: Token) -> Response:
    """End the mails, or bring them back; a mail program sends no field of ours and means the first."""
    is_urlencoded = request.headers.get("content-type", "").partition(";")[0].strip().lower() == URLENCODED
    brings_back = is_urlencoded and parse(await request.body()).text("do") == "undo"
    method, done = ("DELETE", "undone") if brings_back else ("POST", "ended")
    path = f"/v1/unsubscribe/{segment(token)}"
    found = await service_client(request, None).backends.call("notification", method, path)
    return page(request, "following/unsubscribe.html", link=found.body, done=done)


@router.get("/bekraeft/{token}")
async def show_confirmation(request: Request, _: MaybeVisitor, token: Token) -> Response:
    """Ask whether the address is right."""
    found = await service_client(request, None).get("notification", f"/v1/confirmations/{segment(token)}")
    return page(request, "following/confirm.html", address=found.body)


@router.post("/bekraeft/{token}")
async def confirm_address(request: Request, _: MaybeVisitor, token: Token) -> Response:
    """Use the address from now on."""
    path = f"/v1/confirmations/{segment(token)}"
    found = await service_client(request, None).backends.call("notification", "POST", path)
    return page(request, "following/confirm.html", address=found.body)
