"""Digests of what may hold a secret: only who has the key can try contents against them."""

import hmac

from sqlalchemy.ext.asyncio import AsyncSession


def keyed_digest(session: AsyncSession, purpose: str, content: bytes) -> str:
    """Return what may be stored of ``content`` to know it again; the same for another ``purpose`` is not alike."""
    return hmac.digest(session.info["digest_key"], purpose.encode() + b"\0" + content, "sha256").hex()
