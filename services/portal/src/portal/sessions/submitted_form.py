"""The form that a request brings: read, and checked that it comes from one of our own pages (CSRF)."""

from typing import Annotated

from fastapi import Depends, Request

from chassis.errors import Forbidden, UnsupportedMediaType
from portal.form.form_data import FormData, parse
from portal.sessions.access import signed_in
from portal.sessions.cookies import cookie_name
from portal.sessions.sealing import Seal

CSRF = "csrf"
URLENCODED = "application/x-www-form-urlencoded"


async def submitted_form(request: Request) -> FormData:
    """Return what a signed-in user has sent."""
    await signed_in(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URLENCODED:
        raise UnsupportedMediaType("Formularen kan ikke læses.")
    form = parse(await request.body())
    _check_csrf(request, form)
    return form


def _check_csrf(request: Request, form: FormData) -> None:
    seal: Seal = request.app.state.seal
    cookie = request.cookies.get(cookie_name(request.app.state.settings), "")
    if not seal.is_signed(form.text(CSRF), "csrf", cookie):
        raise Forbidden("Siden er blevet for gammel. Gå tilbage, genindlæs siden, og prøv igen.")


submitted_form.access = ()  # type: ignore[attr-defined]
SubmittedForm = Annotated[FormData, Depends(submitted_form)]
