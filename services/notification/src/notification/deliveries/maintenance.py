"""What keeps the mails in order: seeing those that wait, and forgetting those that are long done."""

from datetime import timedelta

from prometheus_client import Gauge
from sqlalchemy import delete, func, select

from chassis.clock import now
from chassis.database import Database
from notification.mails.models import OWED, Mail
from notification.saved_searches.commands import forget_searches
from notification.unsubscribe.commands import forget_ended_follows

RETENTION = timedelta(days=100)

mails_owed = Gauge("mails_owed", "Mails that wait to be sent.")
mails_owed_age_seconds = Gauge("mails_owed_age_seconds", "Age of the oldest mail that waits.")


async def measure_queue(database: Database) -> None:
    """Say how many mails are owed and for how long they are due: a mail that nobody sends must be seen."""
    due = func.coalesce(Mail.due_at, Mail.created_at)
    statement = select(func.count(), func.min(due)).where(Mail.state == OWED, due <= now())
    async with database.read() as session:
        count, oldest = (await session.execute(statement)).one()
    mails_owed.set(count)
    mails_owed_age_seconds.set((now() - oldest).total_seconds() if oldest else 0)


async def delete_old_mails(database: Database) -> None:
    """Delete mails, and the addresses in them, that are done for long; such old facts lead to no mail again."""
    async with database.begin() as session:
        await session.execute(delete(Mail).where(Mail.state != OWED, Mail.settled_at < now() - RETENTION))
        await forget_ended_follows(session)
        await forget_searches(session)
