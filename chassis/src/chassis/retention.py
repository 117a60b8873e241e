"""What the mechanisms keep for a while only."""

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.tables import idempotency, inbox

ANSWERS_KEPT_HOURS = 24


async def forget_messages(session: AsyncSession, *, days: int = 100) -> None:
    """Delete inbox rows that are older than anything that can still be delivered again."""
    limit = func.now() - func.make_interval(0, 0, 0, days)
    await session.execute(delete(inbox).where(inbox.c.created_at < limit))


async def forget_answers(session: AsyncSession) -> None:
    """Delete the answers that are older than a day."""
    limit = func.now() - func.make_interval(0, 0, 0, 0, ANSWERS_KEPT_HOURS)
    await session.execute(delete(idempotency).where(idempotency.c.created_at < limit))
