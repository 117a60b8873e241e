"""The read side of agreements."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jurisdiction.agreements.models import Agreement


async def agreements_of(session: AsyncSession, kind: str, subject_id: str) -> Sequence[Agreement]:
    """Return every agreement about a subject, the oldest first."""
    statement = select(Agreement).where(Agreement.kind == kind, Agreement.subject_id == subject_id)
    return (await session.scalars(statement.order_by(Agreement.valid_from, Agreement.id))).all()
