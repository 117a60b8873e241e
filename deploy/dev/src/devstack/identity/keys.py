"""The provider's signing keys and how they are exchanged.

The key that signs next stands in the published set before it is used, so that nobody has to fetch the set again
when the keys turn; an old key stays in the set until its last token has run out.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySetSerialization, RSAKey

TOKEN_SECONDS = 3600
KEY_SECONDS = 24 * 3600
LEEWAY_SECONDS = 120
ALGORITHM = "RS256"


class KeyRing:
    """Keys in the order of their making: the last is the next one, the one before it signs."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._keys: list[dict[str, Any]] = json.loads(path.read_text()) if path and path.exists() else []
        self._by_id: dict[str, RSAKey] = {}
        while len(self._keys) < 2:  # noqa: PLR2004 - one signs, one is next
            self._keys.append(_new_key())
        self._save()

    def rotate(self) -> str:
        """Let the next key sign and return its id; the key that signed until now is kept until its tokens end."""
        self._keys[-2]["retired"] = time.time()
        self._keys[-1]["began"] = time.time()
        self._keys.append(_new_key())
        self._forget()
        self._save()
        return str(self._keys[-2]["kid"])

    def public(self) -> KeySetSerialization:
        """Return the JWK set that others check tokens with."""
        self._turn_when_old()
        return {"keys": [_public(key["kid"], self._loaded(key)) for key in self._keys]}

    def sign(self, claims: dict[str, Any], token_type: str) -> str:
        """Return a signed token of these claims."""
        self._turn_when_old()
        key = self._keys[-2]
        header = {"alg": ALGORITHM, "kid": key["kid"], "typ": token_type}
        return jwt.encode(header, claims, self._loaded(key), algorithms=[ALGORITHM])

    def _loaded(self, key: dict[str, Any]) -> RSAKey:
        """Return a key to sign with, checked once: that takes far longer than to sign."""
        if key["kid"] not in self._by_id:
            self._by_id[key["kid"]] = RSAKey.import_key(key["jwk"])
        return self._by_id[key["kid"]]

    def _turn_when_old(self) -> None:
        if time.time() - self._keys[-2]["began"] > KEY_SECONDS:
            self.rotate()

    def _forget(self) -> None:
        oldest = time.time() - TOKEN_SECONDS - LEEWAY_SECONDS
        self._keys = [key for key in self._keys if key.get("retired", oldest) >= oldest]

    def _save(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self._keys, file)
        partial.replace(self._path)


def _new_key() -> dict[str, Any]:
    key = RSAKey.generate_key(2048, auto_kid=True)
    return {"kid": key.kid, "began": time.time(), "jwk": key.as_dict(private=True)}


def _public(key_id: str, key: RSAKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key_id, "use": "sig", "alg": ALGORITHM}
