"""Dead letters as the operator looks at them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.dead_letters import DeadLetter, letter_of
from chassis.tables import dead_letters


async def open_letters(session: AsyncSession, *, handler: str | None = None, limit: int = 100) -> list[DeadLetter]:
    """Return what waits for the operator, oldest first."""
    statement = select(dead_letters).where(dead_letters.c.settled_at.is_(None)).order_by(dead_letters.c.id)
    if handler:
        statement = statement.where(dead_letters.c.handler == handler)
    return [letter_of(row) for row in await session.execute(statement.limit(limit))]


async def find_letter(session: AsyncSession, letter_id: int) -> DeadLetter | None:
    """Return one dead letter, settled or not; None when there is none."""
    row = (await session.execute(select(dead_letters).where(dead_letters.c.id == letter_id))).one_or_none()
    return letter_of(row) if row else None
