"""Who is calling: verified access tokens, and the rights in them.

Every route declares who may call it with ``public``, ``signed_in`` or ``holding``; ``create_app`` refuses to start
with a route that declares nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi import Request
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.problems import Problem

ALGORITHMS = ["RS256"]
TOKEN_TYPE = "at+jwt"  # noqa: S105
LEEWAY_SECONDS = 30
JWKS_COOL_DOWN_SECONDS = 30.0
UNAUTHENTICATED = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True)
class Right:
    """A privilege and the organisation that it holds for."""

    privilege: str
    scope: str


@dataclass(frozen=True)
class Principal:
    """The caller, as the identity provider vouches for it."""

    sub: str
    name: str
    cvr: str
    org_name: str
    loa: str
    rights: frozenset[Right]
    email: str | None = None
    client_id: str | None = None

    def holds(self, privilege: str, scope: str | None = None) -> bool:
        """Return whether the caller has ``privilege``, for ``scope`` when one is given."""
        return any(
            right.privilege == privilege and (scope is None or right.scope in {scope, "*"}) for right in self.rights
        )

    def scopes(self, privilege: str) -> frozenset[str]:
        """Return every scope that the caller holds ``privilege`` for."""
        return frozenset(right.scope for right in self.rights if right.privilege == privilege)


class TokenVerifier:
    """Verifies access tokens with the keys of one issuer; keys are fetched again for an unknown key id.

    Fetching waits out a cool-down, so that forged key ids cannot make us call the issuer at will.
    """

    def __init__(self, issuer: str, audience: str) -> None:
        self._issuer = issuer
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys: KeySet | None = None
        self._fetched = -JWKS_COOL_DOWN_SECONDS
        self._lock = asyncio.Lock()

    async def verify(self, token: str) -> Principal:
        """Return the caller named by ``token``; Problem ``unauthenticated`` when anything about it is wrong."""
        keys = await self._keys_for(token)
        try:
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            if decoded.header.get("typ") != TOKEN_TYPE:
                raise _rejected()
            self._claims.validate(decoded.claims)
            return _principal(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _rejected() from error

    async def _keys_for(self, token: str) -> KeySet:
        key_id = _key_id(token)
        if self._keys is None or not _has(self._keys, key_id):
            await self._fetch(key_id)
        if self._keys is None:
            raise Problem("unavailable", "Login kan ikke kontrolleres lige nu.")
        return self._keys

    async def _fetch(self, key_id: str) -> None:
        async with self._lock:
            known = self._keys is not None and _has(self._keys, key_id)
            if known or time.monotonic() - self._fetched < JWKS_COOL_DOWN_SECONDS:
                return
            try:
                self._keys = KeySet.import_key_set(await self._download())
                self._fetched = time.monotonic()
            except (httpx2.HTTPError, ValueError, KeyError, JoseError) as error:
                if self._keys is None:
                    raise Problem("unavailable", "Login kan ikke kontrolleres lige nu.") from error

    async def _download(self) -> Any:
        async with httpx2.AsyncClient(timeout=5) as client:
            found = await client.get(f"{self._issuer}/.well-known/openid-configuration")
            keys = await client.get(found.raise_for_status().json()["jwks_uri"])
            return keys.raise_for_status().json()


def _key_id(token: str) -> str:
    try:
        return str(jws.extract_compact(token.encode()).headers()["kid"])
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _rejected() from error


def _has(keys: KeySet, key_id: str) -> bool:
    return any(key.kid == key_id for key in keys.keys)


def _principal(claims: dict[str, Any]) -> Principal:
    return Principal(
        sub=str(claims["sub"]),
        name=str(claims.get("name", "")),
        cvr=str(claims.get("cvr", "")),
        org_name=str(claims.get("org_name", "")),
        loa=str(claims.get("loa", "")),
        rights=frozenset(_right(text) for text in claims.get("rights", [])),
        email=claims.get("email"),
        client_id=claims.get("client_id"),
    )


def _right(text: str) -> Right:
    privilege, _, scope = str(text).partition(":")
    return Right(privilege, scope)


def _rejected() -> Problem:
    return Problem("unauthenticated", "Login er udløbet eller ugyldigt.", headers=UNAUTHENTICATED)


async def caller(request: Request) -> Principal:
    """Return the verified caller of ``request``; Problem ``unauthenticated`` without a valid token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem("unauthenticated", "Der mangler et adgangstoken.", headers=UNAUTHENTICATED)
    verifier: TokenVerifier = request.app.state.verifier
    principal = await verifier.verify(token.strip())
    request.state.principal = principal
    return principal


async def public() -> None:
    """Declare that anybody may call the route."""


async def signed_in(request: Request) -> Principal:
    """Declare that every signed-in user may call the route; the use case decides what it shows."""
    return await caller(request)


def holding(*privileges: str) -> Callable[[Request], Awaitable[Principal]]:
    """Declare that only a caller with one of ``privileges`` may call the route."""

    async def check(request: Request) -> Principal:
        principal = await caller(request)
        if not any(principal.holds(privilege) for privilege in privileges):
            raise Problem("forbidden", "Din organisation har ikke givet dig ret til dette.")
        return principal

    check.access = privileges  # type: ignore[attr-defined]
    return check


def declares_access(call: Any) -> bool:
    """Return whether a dependency says who may call its route."""
    return call in {public, signed_in} or hasattr(call, "access")
