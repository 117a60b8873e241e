"""Return mail: any mail server delivers it into a Maildir, and the worker reads it there.

A report is removed after what it says is committed, so that a worker that is killed reads it again; that changes
nothing the second time. What is no report is removed as well: nobody reads this mailbox.
"""

import asyncio
import logging
from pathlib import Path

from prometheus_client import Counter
from sqlalchemy import select, update

from chassis.clock import now
from chassis.database import Database
from notification.deliveries.delivery_reports import LONGEST_REPORT, DeliveryReport, read_report
from notification.deliveries.stopped_addresses import stop_address
from notification.mail_types import Failure
from notification.mails.commands import queue_undelivered_mails
from notification.mails.models import BOUNCED, SENT, Mail

AT_ONCE = 100

log = logging.getLogger(__name__)

return_mails = Counter("return_mails", "Mails that came back.", ["kind"])


class ReturnMail:
    """The Maildir of one worker's configuration; without one nothing comes back."""

    def __init__(self, maildir: Path | None) -> None:
        self._maildir = maildir

    async def run(self, database: Database) -> None:
        """Take in what has come back."""
        if self._maildir is None:
            return
        for path in await asyncio.to_thread(_waiting, self._maildir):
            content = await asyncio.to_thread(_read, path)
            report = _report_in(content) if content is not None else None
            if report is not None:
                await take_in(database, report)
            return_mails.labels("report" if report else "other").inc()
            await asyncio.to_thread(path.unlink, missing_ok=True)


def _report_in(content: bytes) -> DeliveryReport | None:
    """Return the report in a mail; none in one that cannot be read, however it was made."""
    try:
        return read_report(content)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        log.warning("return mail cannot be read")
        return None


async def take_in(database: Database, report: DeliveryReport) -> None:
    """Mark the mail as not delivered, and stop its address where no mail reaches it."""
    async with database.begin() as session:
        of_report = select(Mail).where(Mail.message_id == report.message_id).with_for_update()
        mail = (await session.scalars(of_report)).first()
        if mail is None or mail.state != SENT:
            return
        values = {"state": BOUNCED, "failure": Failure.REFUSED, "settled_at": now()}
        await session.execute(update(Mail).where(Mail.id == mail.id).values(values))
        if report.is_of_address:
            await stop_address(session, mail.email, None)
        await queue_undelivered_mails(session, mail, Failure.REFUSED)


def _waiting(maildir: Path) -> list[Path]:
    found = [path for folder in ("new", "cur") for path in (maildir / folder).glob("*") if path.is_file()]
    return sorted(found)[:AT_ONCE]


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_REPORT)
    except FileNotFoundError:
        return None
