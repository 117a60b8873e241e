"""The provider's endpoints for browsers: signing in with a code and PKCE, and signing out."""

from collections.abc import Mapping
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from devstack.identity import pages
from devstack.identity.endpoints import provider
from devstack.identity.keys import ALGORITHM
from devstack.personas import PERSONAS

ASKED = (
    *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce"),
    *("code_challenge", "code_challenge_method", "prompt"),
)
CHALLENGE_LENGTH = 43
SEE_OTHER = 303


async def authorize(request: Request) -> Response:
    """Show who one can be."""
    asked = _asked(dict(request.query_params))
    return _refusal(request, asked) or pages.login(asked)


async def choose(request: Request) -> Response:
    """Sign in as the chosen persona and send the browser back to the client."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    asked = _asked(form)
    if refusal := _refusal(request, asked):
        return refusal
    if form.get("persona") not in PERSONAS:
        return pages.login(asked)
    code = provider(request).issue(asked, form["persona"])
    return _back(request, asked, {"code": code})


def _asked(values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[name] for name in ASKED if values.get(name)}


def _refusal(request: Request, asked: dict[str, str]) -> Response | None:
    client = provider(request).clients.get(asked.get("client_id", ""))
    if client is None or asked.get("redirect_uri") not in client.redirect_uris:
        # Sending the browser to an address that nobody registered would make an open redirect.
        return pages.message("Login kan ikke begynde", "Klienten eller dens returadresse er ikke registreret.", 400)
    error = _error(asked)
    return _back(request, asked, {"error": error}) if error else None


def _error(asked: Mapping[str, str]) -> str | None:
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope"
    proof = (asked.get("code_challenge_method"), len(asked.get("code_challenge", "")))
    if proof != ("S256", CHALLENGE_LENGTH):
        return "invalid_request"
    return "login_required" if asked.get("prompt") == "none" else None


def _back(request: Request, asked: Mapping[str, str], answer: dict[str, str]) -> Response:
    answer["iss"] = provider(request).issuer
    if "state" in asked:
        answer["state"] = asked["state"]
    address = asked["redirect_uri"]
    separator = "&" if "?" in address else "?"
    return RedirectResponse(f"{address}{separator}{urlencode(answer)}", SEE_OTHER, pages.HEADERS)


async def end_session(request: Request) -> Response:
    """Sign out: the provider remembers nobody, so it only sends the browser on to a registered address."""
    asked = dict(request.query_params) or {k: str(v) for k, v in (await request.form()).items()}
    target = asked.get("post_logout_redirect_uri", "")
    client = provider(request).clients.get(_client_id(request, asked))
    if client is None or target not in client.post_logout_uris:
        return pages.message("Du er logget ud", "Du kan lukke vinduet.")
    state = f"?{urlencode({'state': asked['state']})}" if "state" in asked else ""
    return RedirectResponse(f"{target}{state}", SEE_OTHER, pages.HEADERS)


def _client_id(request: Request, asked: Mapping[str, str]) -> str:
    if "client_id" in asked:
        return asked["client_id"]
    keys = KeySet.import_key_set(provider(request).keys.public())
    try:
        return str(jwt.decode(asked.get("id_token_hint", ""), keys, algorithms=[ALGORITHM]).claims["aud"])
    except (JoseError, ValueError, KeyError):
        return ""
