"""The provider's endpoints for programs: discovery, keys, tokens, user info, and the shortcuts for scripts."""

import base64
import binascii
from json import JSONDecodeError
from typing import Any
from urllib.parse import unquote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from devstack.identity.keys import ALGORITHM, TOKEN_SECONDS
from devstack.identity.provider import PORTAL, Client, Provider
from devstack.identity.tokens import ACCESS_TOKEN, access_token, id_token
from devstack.personas import PERSONAS, system_claims

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
ABOUT_THE_USER = ("sub", "name", "email", "cvr", "org_name", "loa", "rights")
SCRIPTS = "scripts"


def provider(request: Request) -> Provider:
    """Return the provider that answers this request."""
    found: Provider = request.app.state.provider
    return found


async def discovery(request: Request) -> Response:
    """Say where everything is (OpenID Connect Discovery 1.0)."""
    issuer = provider(request).issuer
    return JSONResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/end-session",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email"],
            "claims_supported": list(ABOUT_THE_USER),
            "authorization_response_iss_parameter_supported": True,
        }
    )


async def jwks(request: Request) -> Response:
    """Give the public keys."""
    return JSONResponse(provider(request).keys.public())


async def token(request: Request) -> Response:
    """Exchange a code, a refresh token or a client's own credentials for a token."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    client = provider(request).authenticated(*_credentials(request, form))
    if client is None:
        return JSONResponse({"error": "invalid_client"}, 401, {**NO_STORE, "WWW-Authenticate": 'Basic realm="token"'})
    if form.get("grant_type") == "authorization_code":
        return _exchange(provider(request), client, form)
    if form.get("grant_type") == "refresh_token":
        return _renew(provider(request), client, form)
    if form.get("grant_type") == "client_credentials":
        return _own(provider(request), client)
    return _refused("unsupported_grant_type")


def _credentials(request: Request, form: dict[str, str]) -> tuple[str, str]:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _exchange(provider: Provider, client: Client, form: dict[str, str]) -> Response:
    proof = (form.get("code", ""), client.id, form.get("redirect_uri", ""), form.get("code_verifier", ""))
    code = provider.redeem(*proof)
    if code is None:
        return _refused("invalid_grant")
    return _of_persona(provider, client, code.persona, code.nonce)


def _renew(provider: Provider, client: Client, form: dict[str, str]) -> Response:
    persona = provider.renew(form.get("refresh_token", ""), client.id)
    return _of_persona(provider, client, persona, None) if persona else _refused("invalid_grant")


def _of_persona(provider: Provider, client: Client, persona: str, nonce: str | None) -> Response:
    claims = PERSONAS[persona].claims
    answer = _answer(access_token(provider.keys, provider.issuer, client.id, claims))
    answer["id_token"] = id_token(provider.keys, provider.issuer, client.id, claims, nonce)
    answer["refresh_token"] = provider.allow_renewal(client.id, persona)
    return JSONResponse(answer, headers=NO_STORE)


def _own(provider: Provider, client: Client) -> Response:
    claims = {"sub": PORTAL, "name": "Portalen", "rights": []} if client.id == PORTAL else system_claims(client.id)
    return JSONResponse(_answer(access_token(provider.keys, provider.issuer, client.id, claims)), headers=NO_STORE)


def _answer(token: str) -> dict[str, Any]:
    return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}


def _refused(error: str) -> Response:
    return JSONResponse({"error": error}, 400, NO_STORE)


async def userinfo(request: Request) -> Response:
    """Say who the bearer of an access token is."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    try:
        decoded = jwt.decode(text, KeySet.import_key_set(provider(request).keys.public()), algorithms=[ALGORITHM])
        jwt.JWTClaimsRegistry(exp={"essential": True}).validate(decoded.claims)
    except (JoseError, ValueError):
        decoded = None
    if scheme.lower() != "bearer" or decoded is None or decoded.header.get("typ") != ACCESS_TOKEN:
        return JSONResponse({"error": "invalid_token"}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
    known = {name: decoded.claims[name] for name in ABOUT_THE_USER if name in decoded.claims}
    return JSONResponse(known, headers=NO_STORE)


async def personas(_: Request) -> Response:
    """List who a script can be."""
    items = [{"persona": each.id, "description": each.description, **each.claims} for each in PERSONAS.values()]
    return JSONResponse({"items": items})


async def persona_token(request: Request) -> Response:
    """Give a script an access token of a persona without the way through the browser."""
    try:
        body = await request.json()
        persona = PERSONAS[body["persona"]]
    except (JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
        return _problem(404, "not-found", "Personaen findes ikke", "GET /dev/personas viser dem, der findes.")
    here = provider(request)
    return JSONResponse(_answer(access_token(here.keys, here.issuer, SCRIPTS, persona.claims)), headers=NO_STORE)


async def rotate(request: Request) -> Response:
    """Exchange the signing key now."""
    return JSONResponse({"kid": provider(request).keys.rotate()})


async def healthy(_: Request) -> Response:
    """Say that the provider answers."""
    return JSONResponse({"status": "ok"})


def _problem(status: int, slug: str, title: str, detail: str) -> Response:
    problem = {
        "type": f"https://tilbudsportalen.dk/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "errors": [],
    }
    return JSONResponse(problem, status, media_type="application/problem+json")
