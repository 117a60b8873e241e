"""What the provider puts into tokens."""

import time
import uuid
from collections.abc import Mapping
from typing import Any

from devstack.identity.keys import TOKEN_SECONDS, KeyRing

AUDIENCE = "tilbudsportalen"
ACCESS_TOKEN = "at+jwt"  # noqa: S105 - the name of a type of token


def access_token(keys: KeyRing, issuer: str, client_id: str, about: Mapping[str, object]) -> str:
    """Return an access token for the services, good for an hour; claims in ``about`` win."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": str(uuid.uuid4()),
        "client_id": client_id,
        **about,
    }
    return keys.sign(claims, ACCESS_TOKEN)


def id_token(keys: KeyRing, issuer: str, client_id: str, about: Mapping[str, object], nonce: str | None) -> str:
    """Return the token that tells the client who has signed in."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "auth_time": now,
        **about,
    }
    if nonce:
        claims["nonce"] = nonce
    return keys.sign(claims, "JWT")
