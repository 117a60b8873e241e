"""Who is calling: verified access tokens, and the rights in them.

Every route declares who may call it with ``public``, ``signed_in`` or ``holding``; ``create_app`` refuses to start
with a route that declares nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi import Request
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.errors import Forbidden
from web.errors import Unauthenticated, Unavailable

ALGORITHMS = ["RS256"]
TOKEN_TYPE = "at+jwt"  # noqa: S105
LEEWAY_SECONDS = 30
# Levels of assurance of eIDAS, as NSIS and the token name them.
ASSURED = frozenset({"substantial", "high"})
JWKS_COOL_DOWN_SECONDS = 30.0
# Without any key nobody can be let in, so the issuer is asked sooner.
NO_KEYS_COOL_DOWN_SECONDS = 2.0


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
        self._keys: dict[str, Any] = {}
        self._fetched = -JWKS_COOL_DOWN_SECONDS
        self._lock = asyncio.Lock()

    async def verify(self, token: str) -> Principal:
        """Return the caller named by ``token``; ``unauthenticated`` when anything about it is wrong."""
        try:
            key_id = jws.extract_compact(token.encode()).headers()["kid"]
            if key_id not in self._keys:
                await self._fetch()
            decoded = jwt.decode(token, self._keys[key_id], algorithms=ALGORITHMS)
            self._claims.validate(decoded.claims)
            if decoded.header.get("typ") != TOKEN_TYPE:
                raise ValueError("no access token")
            return _principal(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Unauthenticated("Login er udløbet eller ugyldigt.", fault="invalid_token") from error

    async def _fetch(self) -> None:
        async with self._lock:
            cool_down = JWKS_COOL_DOWN_SECONDS if self._keys else NO_KEYS_COOL_DOWN_SECONDS
            if time.monotonic() - self._fetched >= cool_down:
                with suppress(httpx2.HTTPError, ValueError, KeyError, JoseError):
                    self._keys = {str(key.kid): key for key in KeySet.import_key_set(await self._download()).keys}
                self._fetched = time.monotonic()
        if not self._keys:
            raise Unavailable("Login kan ikke kontrolleres lige nu.")

    async def _download(self) -> Any:
        async with httpx2.AsyncClient(timeout=5) as client:
            found = await client.get(f"{self._issuer}/.well-known/openid-configuration")
            keys = await client.get(found.raise_for_status().json()["jwks_uri"])
            return keys.raise_for_status().json()


def _principal(claims: dict[str, Any]) -> Principal:
    texts = {name: str(claims.get(name, "")) for name in ("name", "cvr", "org_name", "loa")}
    rights = frozenset(Right(*str(text).partition(":")[::2]) for text in claims.get("rights", []))
    email, client_id = claims.get("email"), claims.get("client_id")
    return Principal(sub=str(claims["sub"]), **texts, rights=rights, email=email, client_id=client_id)


async def caller(request: Request) -> Principal:
    """Return the verified caller of ``request``, verified once; ``unauthenticated`` without a valid token."""
    known: Principal | None = getattr(request.state, "principal", None)
    if known is not None:
        return known
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Der mangler et adgangstoken.")
    verifier: TokenVerifier = request.app.state.verifier
    principal = await verifier.verify(token.strip())
    request.state.principal = principal
    return principal


async def public() -> None:
    """Declare that anybody may call the route."""


async def reads() -> None:
    """Declare that the route only reads, though it is a POST: what is asked for is to stand in no address."""


async def signed_in(request: Request) -> Principal:
    """Declare that every signed-in user may call the route; the use case decides what it shows."""
    principal = await caller(request)
    _require_assurance(principal)
    return principal


def holding(*privileges: str) -> Callable[[Request], Awaitable[Principal]]:
    """Declare that only a caller with one of ``privileges`` may call the route."""

    async def check(request: Request) -> Principal:
        principal = await caller(request)
        _require_assurance(principal)
        if not any(principal.holds(privilege) for privilege in privileges):
            raise Forbidden("Din organisation har ikke givet dig ret til dette.")
        return principal

    check.access = privileges  # type: ignore[attr-defined]
    check.needs_token = True  # type: ignore[attr-defined]
    return check


def _require_assurance(principal: Principal) -> None:
    """Raise ``forbidden`` where the sign-in was weaker than personal data and decisions ask for."""
    if principal.loa not in ASSURED:
        raise Forbidden("Log ind på sikringsniveau Betydelig eller Høj.")


def is_public(call: Any) -> bool:
    """Return whether a dependency lets everybody call its route."""
    return bool(call is public)


def is_read(call: Any) -> bool:
    """Return whether a dependency declares that a route only reads, whatever its method."""
    return call is reads


def needs_token(call: Any) -> bool:
    """Return whether a dependency lets only the holder of an access token call its route."""
    return call is signed_in or hasattr(call, "needs_token")


def declares_access(call: Any) -> bool:
    """Return whether a dependency says who may call its route."""
    return is_public(call) or needs_token(call) or hasattr(call, "access")
