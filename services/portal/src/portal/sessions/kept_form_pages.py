"""From a page or a form that needs a sign-in through the sign-in and back to it, with everything that was typed."""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.database import Database
from chassis.errors import DomainError, NotFound
from portal.addresses import LONGEST_ADDRESS, here
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn
from portal.sessions.form_tokens import KNOWN_FOR, owner_in
from portal.sessions.kept_forms import LASTS, find_kept_form, keep_form
from portal.sessions.sealing import Seal
from portal.sessions.submitted_form import CSRF, MULTIPART, URLENCODED, UnconfirmedForm, read_form
from portal.sessions.uploaded_form import read_upload
from portal.settings import PortalSettings
from web.media_types import media_type
from web.problems import problem_response

router = page_router()

RESUME = "/fortsaet"


class SessionExpired(DomainError):
    """A form came after the session had ended, and nothing shows that a page of ours made it."""

    slug = "unauthenticated"
    default_detail = "Din session er udløbet. Log ind igen, og gentag handlingen."


async def lead_to_sign_in(request: Request) -> Response:
    """Send the browser to the sign-in, and after it back to the page, or to the form with what was typed."""
    if request.method in {"GET", "HEAD"}:
        address = here(request)
        return _to_sign_in(address if len(address) <= LONGEST_ADDRESS else request.url.path)
    has_file = media_type(request.headers.get("content-type", "")) == MULTIPART
    try:
        form = (await read_upload(request)).fields if has_file else await read_form(request)
    except DomainError as error:
        return problem_response(request, error)
    if has_file and not any(name.startswith("/") for name in form):
        # A file is not kept for who is not signed in: it is chosen once more, and nothing else was typed.
        return _to_sign_in(request.url.path)
    owner = owner_in(request.app.state.seal, form.text(CSRF), KNOWN_FOR)
    return await _keep(request, owner, form) if owner else problem_response(request, SessionExpired())


def _to_sign_in(return_to: str) -> Response:
    return see_other(f"/login?{urlencode({'return_to': return_to})}")


async def _keep(request: Request, owner: str, form: FormData) -> Response:
    kept = await keep_for(request, owner, form)
    response = _to_sign_in(kept.address)
    kept.give_key(response)
    return response


@dataclass(frozen=True)
class KeptAt:
    """Where a form is shown again, and the key that the browser has to bring."""

    name: str
    key: str
    secure: bool

    @property
    def address(self) -> str:
        return f"{RESUME}/{self.name}"

    def give_key(self, response: Response) -> None:
        """Hand the browser its key."""
        response.set_cookie(
            _cookie(self.name),
            self.key,
            max_age=int(LASTS.total_seconds()),
            path=RESUME,
            httponly=True,
            samesite="lax",
            secure=self.secure,
        )


async def keep_for(request: Request, owner: str, form: FormData) -> KeptAt:
    """Keep the form that a request brought."""
    database: Database = request.app.state.database
    settings: PortalSettings = request.app.state.settings
    seal: Seal = request.app.state.seal
    path = request.url.path
    key = await database.run_in_transaction(lambda session: keep_form(session, seal, owner, path, form))
    return KeptAt(hashlib.sha256(key.encode()).hexdigest()[:12], key, settings.secure)


def _cookie(name: str) -> str:
    # Several tabs may have a form that waits, so each has a cookie of its own.
    return f"tp_form_{name}"


class _ShownAgain(Response):
    """The answer of the route that a form was sent to, which shows the form and does nothing with it."""

    def __init__(self, path: str, form: FormData) -> None:
        super().__init__()
        self._path = path
        self._form = form

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        body = self._form.encoded().encode()
        headers = [each for each in scope["headers"] if each[0] not in {b"content-type", b"content-length"}]
        posted: Scope = {
            **scope,
            "method": "POST",
            "path": self._path,
            "raw_path": self._path.encode(),
            "query_string": b"",
            "path_params": {},
            "headers": [*headers, (b"content-type", URLENCODED.encode())],
            "state": {**scope["state"], "is_resumed": True},
        }

        async def receive_body() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        await scope["app"].router(posted, receive_body, send)


@router.get(f"{RESUME}/{{name}}", include_in_schema=False)
async def resume(request: Request, visitor: SignedIn, name: str) -> Response:
    """Show a form that came after its session had ended, with everything that was typed."""
    database: Database = request.app.state.database
    key = request.cookies.get(_cookie(name), "")
    async with database.read() as session:
        found = await find_kept_form(session, request.app.state.seal, visitor.owner, key)
    if found is None:
        raise NotFound("Det, du skrev, er ikke gemt længere.")
    return _ShownAgain(*found)


def ask_to_confirm(request: Request, form: FormData) -> Response:
    """Show what a form without typed text would do again, as a button."""
    return page(request, "sessions/confirm.html", fields=form.without({CSRF}).pairs)


async def on_unconfirmed(request: Request, error: Exception) -> Response:
    """Answer an UnconfirmedForm."""
    assert isinstance(error, UnconfirmedForm)  # noqa: S101  Registered for this class alone.
    return ask_to_confirm(request, error.form)
