"""A form that brings a file: read within bounds, and checked that it comes from one of our own pages (CSRF).

A file cannot be shown again in a page, so one that came after the session had ended has to be chosen once more.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from portal.form.form_data import FormData
from portal.sessions.access import signed_in
from portal.sessions.form_tokens import owner_in
from portal.sessions.submitted_form import CSRF, MULTIPART, TOO_OLD, read_form, refuse_foreign
from web.errors import BadRequest
from web.media_types import media_type

MOST_FIELDS = 20
FILE = "file"


@dataclass(frozen=True)
class UploadedForm:
    """The fields of a form, and the file that came with it: empty where none was chosen."""

    fields: FormData
    content: bytes
    content_type: str


async def uploaded_form(request: Request) -> UploadedForm:
    """Return what a signed-in user has sent; a form that cannot be trusted any more is unconfirmed."""
    visitor = await signed_in(request)
    form = await _read(request)
    if owner_in(request.app.state.seal, form.fields.text(CSRF)) == visitor.owner:
        return form
    refuse_foreign(request)
    request.state.notice = TOO_OLD
    return UploadedForm(form.fields.unconfirmed(), b"", "")


async def _read(request: Request) -> UploadedForm:
    if media_type(request.headers.get("content-type", "")) != MULTIPART:
        return UploadedForm(await read_form(request), b"", "")
    try:
        async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
            file = form.get(FILE)
            texts = FormData.of((name, value) for name, value in form.multi_items() if isinstance(value, str))
            if not isinstance(file, UploadFile):
                return UploadedForm(texts, b"", "")
            return UploadedForm(texts, await file.read(), file.content_type or "")
    except HTTPException as error:
        raise BadRequest("Formularen kan ikke læses.") from error


uploaded_form.access = ()  # type: ignore[attr-defined]
FormWithFile = Annotated[UploadedForm, Depends(uploaded_form)]
