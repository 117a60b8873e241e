"""Encryption and signatures that only the portal can make, all from ``TP_SESSION_KEY``."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

MIN_KEY_LENGTH = 32


class Seal:
    """Seals texts, and signs what a form sends back."""

    def __init__(self, key: str) -> None:
        if len(key) < MIN_KEY_LENGTH:
            raise ValueError(f"TP_SESSION_KEY needs at least {MIN_KEY_LENGTH} characters")
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"seal:" + key.encode()).digest()))
        self._signing = hashlib.sha256(b"sign:" + key.encode()).digest()

    def seal(self, text: str) -> bytes:
        """Return ``text`` encrypted and authenticated."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes, *, max_age: int | None = None) -> str | None:
        """Return the sealed text; None when it is not ours, was changed, or is older than ``max_age`` seconds."""
        try:
            return self._fernet.decrypt(sealed, ttl=max_age).decode()
        except (InvalidToken, ValueError):
            return None

    def sign(self, *parts: str) -> str:
        """Return a signature over ``parts``."""
        return hmac.new(self._signing, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()

    def is_signed(self, signature: str, *parts: str) -> bool:
        """Return whether ``signature`` was made here over ``parts``, in constant time."""
        return hmac.compare_digest(signature.encode(errors="replace"), self.sign(*parts).encode())


def digest_of(cookie: str) -> bytes:
    """Return what the database keeps of a cookie: who reads it there cannot use it."""
    return hashlib.sha256(cookie.encode(errors="replace")).digest()
