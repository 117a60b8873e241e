"""Signing in and out (R4, R5)."""

import hashlib
import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from chassis.auth import TokenVerifier
from chassis.database import Database
from chassis.errors import Forbidden, Unavailable
from portal.rendering import page, see_other
from portal.sessions.access import MaybeVisitor, SignedIn
from portal.sessions.commands import begin_session, end_session
from portal.sessions.cookies import clear_cookie, cookie_name, set_cookie
from portal.sessions.oidc import Attempt, IdentityProvider, SignInFailed
from portal.sessions.sealing import Seal
from portal.sessions.submitted_form import SubmittedForm
from portal.settings import PortalSettings

router = APIRouter(include_in_schema=False)

ATTEMPT_SECONDS = 600
CALLBACK = "/login/callback"
Text = Annotated[str, Query(max_length=2_000)]


@router.get("/login")
async def sign_in(request: Request, visitor: MaybeVisitor, return_to: Text = "") -> Response:
    """Send the browser to the identity provider."""
    if visitor is not None:
        return see_other(_own_address(return_to) or visitor.home)
    attempt = Attempt.begin(_own_address(return_to))
    provider: IdentityProvider = request.app.state.identity
    response = see_other(await provider.sign_in_url(attempt))
    _keep_attempt(request, response, attempt)
    return response


@router.get(CALLBACK)
async def callback(
    request: Request,
    _: MaybeVisitor,
    code: Text = "",
    state: Text = "",
    iss: Text = "",
    error: Text = "",
    error_description: Text = "",
    session_state: Text = "",
) -> Response:
    """Take the identity provider's answer and begin a session."""
    del error_description, session_state
    settings: PortalSettings = request.app.state.settings
    attempt = _attempt_of(request, state)
    if attempt is None or error or not code or (iss and iss != settings.identity_issuer):
        return page(request, "sessions/sign-in-failed.html", status=400)
    try:
        return await _enter(request, attempt, code)
    except SignInFailed:
        return page(request, "sessions/sign-in-failed.html", status=400)


async def _enter(request: Request, attempt: Attempt, code: str) -> Response:
    provider: IdentityProvider = request.app.state.identity
    verifier: TokenVerifier = request.app.state.verifier
    settings: PortalSettings = request.app.state.settings
    database: Database = request.app.state.database
    seal: Seal = request.app.state.seal
    tokens = await provider.exchange(code, attempt)
    principal = await verifier.verify(tokens.access_token)
    if not principal.cvr:
        raise Forbidden("Du skal logge ind som medarbejder i en virksomhed med et CVR-nummer.")
    old_cookie = request.cookies.get(cookie_name(settings), "")

    async def replace_session(session: AsyncSession) -> str:
        await end_session(session, old_cookie)
        return await begin_session(session, seal, principal, tokens.access_token, tokens.id_token, tokens.lasts)

    cookie = await database.run_in_transaction(replace_session)
    response = see_other(attempt.return_to or "/min-side")
    set_cookie(response, settings, cookie)
    response.delete_cookie(_attempt_cookie(attempt.state), path=CALLBACK)
    return response


@router.get("/min-side")
async def home(visitor: SignedIn) -> Response:
    """Send a signed-in user to the first tab that the user's rights open (R9)."""
    return see_other(visitor.home)


@router.post("/logout")
async def sign_out(request: Request, visitor: SignedIn, _: SubmittedForm) -> Response:
    """End the session here and at the identity provider."""
    settings: PortalSettings = request.app.state.settings
    database: Database = request.app.state.database
    provider: IdentityProvider = request.app.state.identity
    cookie = request.cookies.get(cookie_name(settings), "")
    await database.run_in_transaction(lambda session: end_session(session, cookie))
    try:
        target = await provider.sign_out_url(visitor.id_token)
    except Unavailable:
        target = "/"
    response = see_other(target)
    clear_cookie(response, settings)
    return response


def _own_address(address: str) -> str:
    """Return ``address`` if it leads to a page of ours, else an empty text: no open redirect."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\", "/log"))
    return address if is_path and address.isprintable() and "\\" not in address else ""


def _attempt_cookie(state: str) -> str:
    # Several tabs may sign in at the same time, so each attempt has a cookie of its own.
    return "tp_sign_in_" + hashlib.sha256(state.encode(errors="replace")).hexdigest()[:12]


def _keep_attempt(request: Request, response: Response, attempt: Attempt) -> None:
    seal: Seal = request.app.state.seal
    settings: PortalSettings = request.app.state.settings
    sealed = seal.seal(json.dumps([attempt.state, attempt.nonce, attempt.verifier, attempt.return_to])).decode()
    response.set_cookie(
        _attempt_cookie(attempt.state),
        sealed,
        max_age=ATTEMPT_SECONDS,
        path=CALLBACK,
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )


def _attempt_of(request: Request, state: str) -> Attempt | None:
    seal: Seal = request.app.state.seal
    sealed = request.cookies.get(_attempt_cookie(state), "")
    opened = seal.open(sealed.encode(errors="replace"), max_age=ATTEMPT_SECONDS) if sealed else None
    attempt = Attempt(*json.loads(opened)) if opened else None
    return attempt if attempt and attempt.state == state else None
