"""Links in mails that work without a sign-in: what a link does is signed, so that nobody makes one but us. Pure."""

import base64
import binascii
import hmac
import json
from enum import StrEnum

SIGNATURE_BYTES = 18


class Purpose(StrEnum):
    """What a link does."""

    UNFOLLOW = "unfollow"
    PAUSE = "pause"
    CONFIRM_ADDRESS = "confirm-address"
    SAVED_SEARCH = "saved-search"
    CONFIRM_SEARCH = "confirm-search"


def sign(secret: bytes, purpose: Purpose, *parts: str) -> str:
    """Return the token of a link that does ``purpose`` to what ``parts`` name."""
    content = _encode(json.dumps([purpose, *parts], ensure_ascii=False).encode())
    return f"{content}.{_encode(_signature(secret, content))}"


def read(secret: bytes, token: str) -> tuple[Purpose, tuple[str, ...]] | None:
    """Return what a token does to what; None for one that we did not make."""
    content, _, signature = token.partition(".")
    if not hmac.compare_digest(_encode(_signature(secret, content)), signature):
        return None
    try:
        purpose, *parts = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
        return Purpose(purpose), tuple(map(str, parts))
    except (ValueError, binascii.Error):
        return None


def keyed(secret: bytes, email: str) -> str:
    """Return what stands for an address in a link, which others than its reader may see."""
    return _encode(hmac.digest(secret, b"address\0" + email.encode(), "sha256")[:SIGNATURE_BYTES])


def _signature(secret: bytes, content: str) -> bytes:
    return hmac.digest(secret, b"signed-links\0" + content.encode(), "sha256")[:SIGNATURE_BYTES]


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
