"""Which content an event came with, without anything that it can be guessed from."""

import hashlib

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.digests import keyed_digest

PURPOSE = "inbound"


def fingerprint(session: AsyncSession, content: bytes) -> str:
    """Return what is stored of ``content``: only who has the key can try contents against it."""
    return keyed_digest(session, PURPOSE, content)


def is_same(session: AsyncSession, known: str, content: bytes) -> bool:
    """Return whether ``known`` is the fingerprint of ``content``; where none was kept, nothing speaks against it.

    Rows that are older than the key have a digest without one.
    """
    return known in {"", fingerprint(session, content), hashlib.sha256(content).hexdigest()}
