"""A form that brings a file: read within bounds, and checked that it comes from one of our own pages (CSRF).

A file cannot be shown again in a page, so one that came after the session had ended has to be chosen once more.
"""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from portal.form.form_data import FormData
from portal.sessions.access import signed_in
from portal.sessions.form_tokens import owner_in
from portal.sessions.submitted_form import CSRF, MULTIPART, TOO_OLD, read_form, refuse_foreign, trusted
from web.errors import BadRequest
from web.media_types import media_type

MOST_FIELDS = 20
MOST_TYPED_FIELDS = 2_000
FILE = "file"


@dataclass(frozen=True)
class UploadedForm:
    """The fields of a form, and the file that came with it: empty where none was chosen."""

    fields: FormData
    content: bytes
    content_type: str
    is_too_large: bool = False

    @property
    def has_file(self) -> bool:
        """Return whether a file was chosen."""
        return bool(self.content) or self.is_too_large


async def uploaded_form(request: Request) -> UploadedForm:
    """Return what a signed-in user has sent; a form that cannot be trusted any more is unconfirmed."""
    visitor = await signed_in(request)
    form = await _read(request)
    if owner_in(request.app.state.seal, form.fields.text(CSRF)) == visitor.owner:
        return form
    refuse_foreign(request)
    request.state.notice = TOO_OLD
    return UploadedForm(form.fields.unconfirmed(), b"", "")


async def typed_form_with_file(request: Request) -> UploadedForm:
    """Return what a signed-in user has typed, and a file; when the route may only show it, it is unconfirmed."""
    visitor = await signed_in(request)
    form = await read_upload(request)
    request.state.typed = form.fields
    return replace(form, fields=trusted(request, visitor, form.fields))


async def read_upload(request: Request) -> UploadedForm:
    """Return the fields that a request brings, and its file."""
    return await _read(request, MOST_TYPED_FIELDS)


async def _read(request: Request, most_fields: int = MOST_FIELDS) -> UploadedForm:
    is_cut = request.state.body_is_cut
    if media_type(request.headers.get("content-type", "")) != MULTIPART:
        return UploadedForm(await read_form(request), b"", "")
    if is_cut:
        request = await _ended(request)
    try:
        async with request.form(max_files=1, max_fields=most_fields) as form:
            file = form.get(FILE)
            texts = FormData.of((name, value) for name, value in form.multi_items() if isinstance(value, str))
            if is_cut or not isinstance(file, UploadFile):
                return UploadedForm(texts, b"", "", is_too_large=is_cut)
            return UploadedForm(texts, await file.read(), file.content_type or "")
    except HTTPException as error:
        raise BadRequest("Formularen kan ikke læses.") from error


async def _ended(request: Request) -> Request:
    """Return the request with the end that its body lost where it was cut: what stands before the file is whole."""
    _, options = parse_options_header(request.headers["content-type"])
    body = await request.body() + b"\r\n--" + options.get(b"boundary", b"") + b"--\r\n"

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)


uploaded_form.access = ()  # type: ignore[attr-defined]
typed_form_with_file.access = ()  # type: ignore[attr-defined]
TypedFormWithFile = Annotated[UploadedForm, Depends(typed_form_with_file)]
FormWithFile = Annotated[UploadedForm, Depends(uploaded_form)]
