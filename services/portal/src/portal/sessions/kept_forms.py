"""What was typed into a form whose session had ended, kept until its writer has signed in again.

Only forms that carry a token of ours are kept, a few for each person and for an hour, encrypted; the browser that
sent one holds its key in a cookie, and nobody but its writer gets it back.
"""

import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from portal.form.form_data import FormData, parse
from portal.sessions.models import KeptForm
from portal.sessions.sealing import Seal, digest_of

LASTS = timedelta(hours=1)
MOST_OF_ONE_OWNER = 5
# What is never stored, not even encrypted: it is asked for again.
NEVER_KEPT = frozenset({"leader_cpr"})


async def keep_form(session: AsyncSession, seal: Seal, owner: str, path: str, form: FormData) -> str:
    """Store a form that was sent to ``path`` and return the key to it; the owner's oldest ones make room."""
    key = secrets.token_urlsafe(32)
    newest = select(KeptForm.id_hash).where(KeptForm.owner == owner)
    others = newest.order_by(KeptForm.kept_at.desc()).limit(MOST_OF_ONE_OWNER - 1)
    await session.execute(delete(KeptForm).where(KeptForm.owner == owner, KeptForm.id_hash.not_in(others)))
    fields = seal.seal(form.without(NEVER_KEPT).encoded())
    session.add(KeptForm(id_hash=digest_of(key), owner=owner, path=path, fields=fields, kept_at=now()))
    await session.flush()
    return key


async def find_kept_form(session: AsyncSession, seal: Seal, owner: str, key: str) -> tuple[str, FormData] | None:
    """Return the address that a kept form was sent to, and its fields; None when it is not there for ``owner``."""
    row = await session.get(KeptForm, digest_of(key))
    if row is None or row.owner != owner or row.kept_at <= now() - LASTS:
        return None
    fields = seal.open(row.fields)
    return (row.path, parse(fields.encode())) if fields is not None else None


async def forget_old_forms(session: AsyncSession) -> None:
    """Delete the forms whose time is over."""
    await session.execute(delete(KeptForm).where(KeptForm.kept_at <= now() - LASTS))
