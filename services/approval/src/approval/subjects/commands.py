"""The row of a subject: whoever writes about one locks it before looking at anything else of it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from approval.subjects.models import Tilbud
from chassis.database import lock_or_create


async def lock_subjects(session: AsyncSession, tilbud_ids: Sequence[str]) -> None:
    """Lock the rows of these tilbud in order; one that is not known yet gets a row to lock."""
    await lock_or_create(session, Tilbud.id, tilbud_ids)


async def get_locked_subject(session: AsyncSession, tilbud_id: str) -> Tilbud:
    """Return the row of a tilbud that this transaction has locked already."""
    return await session.get_one(Tilbud, tilbud_id)
