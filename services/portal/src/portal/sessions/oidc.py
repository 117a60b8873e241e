"""Signing in with OpenID Connect: code flow with PKCE against the identity provider (R4)."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.settings import PortalSettings
from web.auth import ALGORITHMS
from web.errors import Unavailable

SCOPE = "openid profile email"
TIMEOUT_SECONDS = 5


class SignInFailed(Exception):
    """The identity provider's answer cannot be trusted or used; the text says why, without any of its content."""


@dataclass(frozen=True)
class PendingSignIn:
    """One sign-in under way: what the answer has to match, and where the user wanted to go."""

    state: str
    nonce: str
    verifier: str
    return_to: str

    @classmethod
    def begin(cls, return_to: str) -> "PendingSignIn":
        """Return a new one with fresh secrets."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), return_to)


@dataclass(frozen=True)
class Tokens:
    """What the provider gave: an access token, how long it lasts, and what gets the next one, if anything does."""

    access_token: str
    lasts: timedelta
    refresh_token: str | None = None


class IdentityProvider:
    """The identity provider as the portal's client sees it; its configuration is read once, when first needed."""

    def __init__(self, settings: PortalSettings) -> None:
        self._settings = settings
        self._redirect = f"{settings.portal_url}/login/callback"
        self._configuration: dict[str, Any] | None = None
        self._lock = asyncio.Lock()

    async def sign_in_url(self, pending: PendingSignIn) -> str:
        """Return where to send the browser."""
        configuration = await self._configured()
        query = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self._redirect,
            "scope": SCOPE,
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": create_s256_code_challenge(pending.verifier),
            "code_challenge_method": "S256",
        }
        return f"{configuration['authorization_endpoint']}?{urlencode(query)}"

    async def sign_out_url(self) -> str:
        """Return where to send the browser to end the provider's session too; no token stands in the address."""
        configuration = await self._configured()
        query = {
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": f"{self._settings.portal_url}/",
        }
        return f"{configuration['end_session_endpoint']}?{urlencode(query)}"

    async def exchange(self, code: str, pending: PendingSignIn) -> Tokens:
        """Exchange ``code`` for tokens; SignInFailed when the provider refuses or its id token does not fit."""
        configuration = await self._configured()
        try:
            async with self._client() as client:
                answer = await client.fetch_token(
                    configuration["token_endpoint"], code=code, code_verifier=pending.verifier
                )
                found = await client.request("GET", configuration["jwks_uri"], withhold_token=True)
                keys = found.raise_for_status().json()
            tokens, id_token = _tokens(answer), str(answer["id_token"])
        except (OAuthError, KeyError, ValueError, TypeError) as error:
            raise SignInFailed("the provider refused the code") from error
        except httpx2.HTTPError as error:
            raise _unreachable() from error
        self._check(id_token, keys, pending.nonce)
        return tokens

    async def renew(self, refresh_token: str) -> Tokens:
        """Return new tokens for the same user; SignInFailed when the provider gives none any more."""
        configuration = await self._configured()
        try:
            async with self._client() as client:
                answer = await client.refresh_token(configuration["token_endpoint"], refresh_token=refresh_token)
            return _tokens(answer)
        except (OAuthError, KeyError, ValueError, TypeError) as error:
            raise SignInFailed("the provider refused the refresh token") from error
        except httpx2.HTTPError as error:
            raise _unreachable() from error

    def _client(self) -> Any:
        return AsyncOAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=self._settings.oidc_client_secret.get_secret_value(),
            redirect_uri=self._redirect,
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106
            timeout=TIMEOUT_SECONDS,
        )

    def _check(self, id_token: str, keys: Any, nonce: str) -> None:
        claims = jwt.JWTClaimsRegistry(
            leeway=30,
            iss={"essential": True, "value": self._settings.identity_issuer},
            aud={"essential": True, "value": self._settings.oidc_client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
        )
        try:
            claims.validate(jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SignInFailed("the id token does not fit") from error

    async def _configured(self) -> dict[str, Any]:
        async with self._lock:
            if self._configuration is None:
                self._configuration = await self._discover()
            return self._configuration

    async def _discover(self) -> dict[str, Any]:
        address = f"{self._settings.identity_issuer}/.well-known/openid-configuration"
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                found = cast("dict[str, Any]", (await client.get(address)).raise_for_status().json())
        except (httpx2.HTTPError, ValueError) as error:
            raise _unreachable() from error
        if found.get("issuer") != self._settings.identity_issuer:
            raise _unreachable()
        return found


def _tokens(answer: Mapping[str, Any]) -> Tokens:
    lasts = timedelta(seconds=int(answer["expires_in"]))
    return Tokens(str(answer["access_token"]), lasts, answer.get("refresh_token"))


def _unreachable() -> Unavailable:
    return Unavailable("Login-tjenesten svarer ikke lige nu. Prøv igen om lidt.")
