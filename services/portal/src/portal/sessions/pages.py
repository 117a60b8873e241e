"""Signing in and out (R4, R5)."""

import hashlib
import json
import logging
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from chassis.database import Database
from chassis.errors import Forbidden
from portal.addresses import own_address
from portal.recently_seen import forget_seen
from portal.rendering import page, see_other
from portal.sessions.access import MaybeVisitor
from portal.sessions.commands import begin_session, end_session
from portal.sessions.cookies import clear_cookie, cookie_name, set_cookie
from portal.sessions.oidc import IdentityProvider, PendingSignIn, SignInFailed
from portal.sessions.sealing import Seal
from portal.sessions.submitted_form import submitted_form, typed_form
from portal.settings import PortalSettings
from web.auth import TokenVerifier
from web.errors import Unavailable

log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)

PENDING_SECONDS = 600
CALLBACK = "/login/callback"
Text = Annotated[str, Query(max_length=2_000)]


@router.get("/login")
async def sign_in(request: Request, visitor: MaybeVisitor, return_to: str = "") -> Response:
    """Send the browser to the identity provider."""
    if visitor is not None:
        return see_other(own_address(return_to) or visitor.home)
    pending = PendingSignIn.begin(own_address(return_to))
    provider: IdentityProvider = request.app.state.identity
    response = see_other(await provider.sign_in_url(pending))
    _keep_pending(request, response, pending)
    return response


@router.get(CALLBACK)
async def callback(
    request: Request,
    visitor: MaybeVisitor,
    code: Text = "",
    state: Text = "",
    iss: Text = "",
    error: Text = "",
    error_description: Text = "",
    session_state: Text = "",
) -> Response:
    """Take the identity provider's answer and begin a session; who comes here once more is where one starts."""
    del error_description, session_state
    settings: PortalSettings = request.app.state.settings
    pending = _pending_of(request, state)
    try:
        if pending and code and not error and (not iss or iss == settings.identity_issuer):
            return await _enter(request, pending, code)
    except SignInFailed as failure:
        log.info("sign-in failed", extra={"reason": str(failure)})
    if visitor is not None:
        return see_other((pending and pending.return_to) or visitor.home)
    return page(request, "sessions/sign-in-failed.html", status=400)


async def _enter(request: Request, pending: PendingSignIn, code: str) -> Response:
    provider: IdentityProvider = request.app.state.identity
    verifier: TokenVerifier = request.app.state.verifier
    settings: PortalSettings = request.app.state.settings
    database: Database = request.app.state.database
    seal: Seal = request.app.state.seal
    tokens = await provider.exchange(code, pending)
    principal = await verifier.verify(tokens.access_token)
    if not principal.cvr:
        raise Forbidden("Du skal logge ind som medarbejder i en virksomhed med et CVR-nummer.")
    old_cookie = request.cookies.get(cookie_name(settings), "")

    async def replace_session(session: AsyncSession) -> str:
        await end_session(session, old_cookie)
        return await begin_session(session, seal, principal, tokens)

    cookie = await database.run_in_transaction(replace_session)
    response = see_other(pending.return_to or "/min-side")
    set_cookie(response, settings, cookie)
    response.delete_cookie(_pending_cookie(pending.state), path=CALLBACK)
    return response


@router.post("/logout")
async def sign_out(request: Request, visitor: MaybeVisitor) -> Response:
    """End the session here and at the identity provider; who has done so in another tab already is just shown out."""
    settings: PortalSettings = request.app.state.settings
    target = "/"
    if visitor is not None:
        await submitted_form(request, await typed_form(request))
        target = await _end(request)
    response = see_other(target)
    clear_cookie(response, settings)
    forget_seen(response)
    return response


async def _end(request: Request) -> str:
    """End the session; return where the provider's own session is ended."""
    database: Database = request.app.state.database
    provider: IdentityProvider = request.app.state.identity
    cookie = request.cookies.get(cookie_name(request.app.state.settings), "")
    await database.run_in_transaction(lambda session: end_session(session, cookie))
    try:
        return await provider.sign_out_url()
    except Unavailable:
        return "/"


def _pending_cookie(state: str) -> str:
    # Several tabs may sign in at the same time, so each has a cookie of its own.
    return "tp_sign_in_" + hashlib.sha256(state.encode(errors="replace")).hexdigest()[:12]


def _keep_pending(request: Request, response: Response, pending: PendingSignIn) -> None:
    seal: Seal = request.app.state.seal
    settings: PortalSettings = request.app.state.settings
    sealed = seal.seal(
        json.dumps([pending.state, pending.nonce, pending.verifier, pending.return_to], ensure_ascii=False)
    ).decode()
    response.set_cookie(
        _pending_cookie(pending.state),
        sealed,
        max_age=PENDING_SECONDS,
        path=CALLBACK,
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )


def _pending_of(request: Request, state: str) -> PendingSignIn | None:
    seal: Seal = request.app.state.seal
    sealed = request.cookies.get(_pending_cookie(state), "")
    opened = seal.open(sealed.encode(errors="replace"), max_age=PENDING_SECONDS) if sealed else None
    pending = PendingSignIn(*json.loads(opened)) if opened else None
    return pending if pending and pending.state == state else None
