"""The read side: who of those who follow a subject can be written to, and what they were written about a matter."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from notification.email_address import address_key
from notification.follows.models import Follow
from notification.mail_types import Role
from notification.mails.models import OWED, SENT, SUPERSEDED, Mail
from notification.mails.rules import Follower, Recipient
from notification.subjects.models import Subject
from notification.users.models import StoppedAddress, User


async def followers_of(session: AsyncSession, subject: Subject) -> list[Follower]:
    """Return everybody who follows a subject, with the address that mails go to."""
    address = func.coalesce(User.own_email, User.email)
    statement = (
        select(Follow.sub, Follow.organisation, address.label("email"), User.mails, User.frequency)
        .join(User, User.sub == Follow.sub)
        .where(Follow.kind == subject.kind, Follow.subject_id == subject.id, User.paused_at.is_(None))
        .order_by(Follow.sub)
    )
    rows = (await session.execute(statement)).all()
    stopped = await stopped_among(session, [row.email for row in rows if row.email])
    return [
        Follower(row.sub, row.organisation, row.email, row.mails, row.frequency)
        for row in rows
        if not row.email or address_key(row.email) not in stopped
    ]


async def stopped_among(session: AsyncSession, emails: Sequence[str]) -> frozenset[str]:
    """Return those of ``emails``, each in the one form that mails go to, that nobody is written to at any more."""
    keys = {address_key(email) for email in emails}
    found = await session.scalars(select(StoppedAddress.email).where(StoppedAddress.email.in_(keys)))
    return frozenset(found)


def in_thread(subject: Subject, thread: str) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for the mails about one matter of a subject."""
    return Mail.subject_kind == subject.kind, Mail.subject_id == subject.id, Mail.thread == thread


async def moments_of_thread(
    session: AsyncSession, subject: Subject, thread: str, since: datetime
) -> Mapping[str, Sequence[datetime]]:
    """Return when each address was written about a matter, or is about to be; mails that wait do not count."""
    moment = func.coalesce(Mail.settled_at, Mail.created_at)
    counting = (Mail.state != SUPERSEDED, or_(Mail.state != OWED, Mail.due_at.is_(None)), moment > since)
    rows = await session.execute(select(Mail.email, moment).where(*in_thread(subject, thread), *counting))
    moments: dict[str, list[datetime]] = defaultdict(list)
    for email, when in rows:
        moments[email].append(when)
    return moments


async def others_told(session: AsyncSession, mail: Mail) -> list[Recipient]:
    """Return who else, as leader or contact person, is told the fact of ``mail`` and can be reached."""
    statement = select(Mail).where(
        Mail.subject_kind == mail.subject_kind,
        Mail.subject_id == mail.subject_id,
        Mail.fact == mail.fact,
        Mail.mail_type == mail.mail_type,
        Mail.id != mail.id,
        Mail.role != Role.FOLLOWER,
        Mail.state.in_({OWED, SENT}),
    )
    rows = (await session.scalars(statement)).all()
    return [Recipient(row.email, Role(row.role), row.organisation, row.sub) for row in rows]
