"""The mail of a day or a week: what was collected for a user until it is due becomes one mail.

What goes in is marked in the transaction that owes the mail, so that each piece of news is told once, whenever the
worker stops and however the clock jumps. One worker at a time does it.
"""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import Database
from chassis.periodic import try_advisory_lock
from notification.email_address import address_key
from notification.follows.models import Follow
from notification.kinds import TILBUD
from notification.mail_types import Frequency, MailType, Role
from notification.mails.models import COLLECTED, DIGESTED, OWED, SUPERSEDED, Mail
from notification.mails.queries import stopped_among
from notification.mails.texts import subject_line
from notification.users.models import User

# So many pieces of news stand in one mail; the others are counted.
MOST_NEWS = 100
USERS_AT_ONCE = 100


async def send_digests(database: Database) -> None:
    """Owe every user the mail of the day or the week that is due."""
    while True:
        async with database.begin() as session:
            if not await try_advisory_lock(session, "notification.digests"):
                return
            due = await _due(session)
            for sub, frequency in due:
                await _owe(session, sub, Frequency(frequency))
        if len(due) < USERS_AT_ONCE:
            return


async def _due(session: AsyncSession) -> list[tuple[str, str]]:
    """Return for whom something is due, and in which mail."""
    statement = (
        select(Mail.sub, Mail.frequency)
        .where(Mail.state == COLLECTED, Mail.due_at <= now())
        .group_by(Mail.sub, Mail.frequency)
        .order_by(func.min(Mail.due_at))
        .limit(USERS_AT_ONCE)
    )
    return [(row.sub, row.frequency) for row in await session.execute(statement)]


async def _owe(session: AsyncSession, sub: str, frequency: Frequency) -> None:
    """Owe the mail about what the user still follows."""
    statement = (
        select(Mail)
        .where(Mail.state == COLLECTED, Mail.sub == sub, Mail.frequency == frequency, Mail.due_at <= now())
        .order_by(Mail.id)
        .with_for_update()
    )
    waiting = (await session.scalars(statement)).all()
    follows = await session.scalars(select(Follow).where(Follow.sub == sub))
    followed = {(follow.kind, follow.subject_id) for follow in follows}
    news = [each for each in waiting if (each.subject_kind, each.subject_id) in followed]
    user = await session.get(User, sub)
    email = (user.own_email or user.email) if user and user.paused_at is None else None
    is_told = bool(news) and email is not None and not await stopped_among(session, [email])
    for each in waiting:
        each.state, each.settled_at = DIGESTED if is_told and each in news else SUPERSEDED, now()
    if is_told and email:
        session.add(_digest(news, address_key(email), frequency))


def _digest(news: Sequence[Mail], email: str, frequency: Frequency) -> Mail:
    last = news[-1]
    moment = now()
    return Mail(
        subject_kind=TILBUD.id,
        subject_id="",
        fact=f"digest/{last.id}",
        mail_type=MailType.DIGEST,
        role=Role.FOLLOWER,
        email=email,
        sub=last.sub,
        organisation=last.organisation,
        data={
            "frequency": frequency,
            "lines": [subject_line(each) for each in news[:MOST_NEWS]],
            "more": max(len(news) - MOST_NEWS, 0),
        },
        state=OWED,
        next_at=moment,
        created_at=moment,
    )
