"""The read side: who of those who follow a subject can be written to."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from notification.follows.models import Follow
from notification.mails.rules import Follower
from notification.preferences.models import User
from notification.subjects.models import Subject


async def followers_of(session: AsyncSession, subject: Subject) -> list[Follower]:
    """Return everybody who follows a subject, with the address that mails go to."""
    address = func.coalesce(User.own_email, User.email)
    statement = (
        select(Follow.sub, Follow.organisation, address.label("email"), User.mails)
        .join(User, User.sub == Follow.sub)
        .where(Follow.kind == subject.kind, Follow.subject_id == subject.id)
        .order_by(Follow.sub)
    )
    rows = await session.execute(statement)
    return [Follower(row.sub, row.organisation, row.email, row.mails) for row in rows]
