"""The form that a request brings: read, and checked that it comes from one of our own pages (CSRF).

A form that cannot be trusted any more, or that came back after a sign-in, is not lost: a route that takes a
``TypedForm`` shows it again, filled; for all others there is a page that asks whether to go on.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from chassis.errors import Forbidden
from portal.form.form_data import FormData, parse
from portal.sessions.access import signed_in
from portal.sessions.form_tokens import owner_in
from portal.sessions.visitor import Visitor
from portal.settings import PortalSettings
from web.errors import UnsupportedMediaType

CSRF = "csrf"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
# Browsers that say nothing of the site are judged by their Origin.
OWN_SITE = ("same-origin", "none", None)


@dataclass(frozen=True)
class Notice:
    """What a page with an unconfirmed form says about it, and the HTTP status that it has."""

    heading: str
    text: str
    status: int


SHOWN_AGAIN = Notice("Det, du skrev, er her endnu", "Det er ikke gemt. Se det igennem, og send det igen.", 200)
NOT_DONE = Notice("Handlingen er ikke udført endnu", "Du skulle logge ind først.", 200)
TOO_OLD = Notice("Siden var blevet for gammel", "Det, du sendte, er ikke gemt. Se det igennem, og send det igen.", 403)


class UnconfirmedForm(Exception):
    """A form without anything typed in it, which its sender has to confirm before it counts."""

    def __init__(self, form: FormData) -> None:
        super().__init__()
        self.form = form


async def read_form(request: Request) -> FormData:
    """Return the fields that a request brings, whoever sent them."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URLENCODED:
        raise UnsupportedMediaType("Formularen kan ikke læses.")
    return parse(await request.body())


async def typed_form(request: Request) -> FormData:
    """Return what a signed-in user has sent; ``is_unconfirmed`` when the route may only show it."""
    visitor = await signed_in(request)
    form = request.state.typed = await read_form(request)
    return trusted(request, visitor, form)


def trusted(request: Request, visitor: Visitor, form: FormData) -> FormData:
    """Return the form; ``is_unconfirmed`` when it is only to be shown, with a notice that says why."""
    if getattr(request.state, "is_resumed", False):
        request.state.notice = SHOWN_AGAIN
        return form.unconfirmed()
    if owner_in(request.app.state.seal, form.text(CSRF)) == visitor.owner:
        return form
    refuse_foreign(request)
    request.state.notice = TOO_OLD
    return form.unconfirmed()


async def submitted_form(request: Request, form: Annotated[FormData, Depends(typed_form)]) -> FormData:
    """Return what a signed-in user has sent, for a form in which nothing is typed."""
    request.state.typed = None
    if form.is_unconfirmed:
        request.state.notice = NOT_DONE if request.state.notice is SHOWN_AGAIN else TOO_OLD
        raise UnconfirmedForm(form)
    return form


def refuse_foreign(request: Request) -> None:
    """Raise Forbidden for a form that a page of another site has sent."""
    settings: PortalSettings = request.app.state.settings
    site = request.headers.get("sec-fetch-site")
    own = {settings.portal_url, f"{request.url.scheme}://{request.url.netloc}"}
    if site not in OWN_SITE or (site is None and request.headers.get("origin", settings.portal_url) not in own):
        raise Forbidden("Formularen kommer ikke fra Tilbudsportalen.")


typed_form.access = ()  # type: ignore[attr-defined]
submitted_form.access = ()  # type: ignore[attr-defined]
TypedForm = Annotated[FormData, Depends(typed_form)]
SubmittedForm = Annotated[FormData, Depends(submitted_form)]
