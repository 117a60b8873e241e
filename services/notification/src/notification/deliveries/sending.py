"""Sends the mails owed.

A batch is claimed for a while (``next_at`` moves ahead), so that several workers never send the same mail at the same
time and no transaction is open while SMTP talks. A crash between the server's answer and our commit sends a mail
again with the same Message-ID, never none. When the mail server is away nothing counts as an attempt: we wait.
"""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import aiosmtplib
from aiosmtplib import SMTPRecipientRefused, SMTPRecipientsRefused, SMTPResponseException
from prometheus_client import Counter
from sqlalchemy import select, update

from chassis.clock import now
from chassis.database import Database
from notification.deliveries.delivery_reports import is_of_address
from notification.deliveries.retry_policy import RetryPolicy
from notification.deliveries.rules import outcome_of_refusal
from notification.deliveries.stopped_addresses import stop_address
from notification.email_address import UndeliverableAddress, to_delivery_address
from notification.mail_types import Failure, MailType
from notification.mails.commands import drop_unfollowed, queue_undelivered_mails
from notification.mails.messages import compose, identity_of
from notification.mails.models import BOUNCED, FAILED, OWED, SENT, SUPERSEDED, Mail
from notification.settings import NotificationSettings

log = logging.getLogger(__name__)

BATCH = 20
# Beside the columns of a settled mail: its address is stopped.
STOPS = "stops"
# While a release is replaced by the next, that one may owe mails that this one cannot write: it leaves them to it.
KNOWN = tuple(MailType)
# What one mail may take: connection, EHLO, MAIL, RCPT, DATA and its end, each with a timeout of its own.
EXCHANGES = 6

mails_settled = Counter("mails_settled", "Mails that are done.", ["state"])
smtp_outages = Counter("smtp_outages", "Batches that found no mail server.")


class MailServerUnavailable(Exception):
    """The mail server is away; nothing was decided about any mail."""


class MailSender:
    """The sender of one worker."""

    def __init__(self, settings: NotificationSettings, policy: RetryPolicy | None = None) -> None:
        self._settings = settings
        self._policy = policy or RetryPolicy()
        self._pause = 0.0
        self._wait_until = 0.0

    async def run(self, database: Database) -> None:
        """Send everything that is due."""
        while time.monotonic() >= self._wait_until:
            mails = await self._claim(database)
            if not mails:
                return
            await self._send_batch(database, mails)

    async def _claim(self, database: Database) -> Sequence[Mail]:
        moment = now()
        due = (
            select(Mail.id)
            .where(Mail.state == OWED, Mail.next_at <= moment, Mail.mail_type.in_(KNOWN))
            .order_by(Mail.next_at, Mail.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        statement = (
            update(Mail)
            .where(Mail.id.in_(select(due.c.id)))
            .values(next_at=moment + self._policy.lease)
            .returning(Mail)
        )
        async with database.begin() as session:
            mails = (await session.scalars(statement)).all()
            wanted = await drop_unfollowed(session, mails)
        return sorted(wanted, key=lambda mail: mail.id)

    async def _send_batch(self, database: Database, mails: Sequence[Mail]) -> None:
        client = self._client()
        waiting = list(mails)
        try:
            await _connect(client)
            while waiting:
                await self._settle(database, waiting[0], await self._send(client, waiting[0]))
                del waiting[0]
                if waiting and now() > waiting[0].next_at - EXCHANGES * timedelta(seconds=self._policy.timeout):
                    # Another worker may take them soon, and both would send them.
                    await _release(database, waiting)
                    break
            self._pause = 0.0
        except MailServerUnavailable:
            self._wait_for_server()
            await _release(database, waiting)
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            use_tls=settings.smtp_tls,
            timeout=self._policy.timeout,
        )

    def _wait_for_server(self) -> None:
        smtp_outages.inc()
        self._pause = self._policy.next_outage_pause(self._pause)
        self._wait_until = time.monotonic() + self._pause
        log.warning("mail server is away")

    async def _send(self, client: aiosmtplib.SMTP, mail: Mail) -> dict[str, Any]:
        """Send one mail and return what becomes of its row."""
        sender = self._settings.mail_from
        try:
            address = to_delivery_address(mail.email)
            message = self._compose(mail, address)
        except UndeliverableAddress:
            log.warning("mail cannot be delivered to its address", extra={"row": mail.id})
            return _failed(Failure.ADDRESS)
        except Exception as error:
            log.exception("mail cannot be written", extra={"error": type(error).__name__, "row": mail.id})
            return _failed(Failure.UNWRITABLE)
        try:
            await _reached(client.sendmail(sender, address, message))
        except (SMTPResponseException, SMTPRecipientsRefused) as error:
            code, answer = _code(error)
            refused = self._refused(mail, code)
            return {**refused, STOPS: True} if refused.get("state") == BOUNCED and is_of_address(answer) else refused
        except aiosmtplib.SMTPException:
            return self._refused(mail, None)
        return {
            **_settled(SENT),
            "attempts": mail.attempts + 1,
            "message_id": identity_of(mail, sender, self._settings.secret_of_digests),
        }

    def _compose(self, mail: Mail, address: str) -> bytes:
        settings = self._settings
        secret = settings.secret_of_digests
        return compose(mail, sender=settings.mail_from, address=address, portal_url=settings.portal_url, secret=secret)

    def _refused(self, mail: Mail, code: int | None) -> dict[str, Any]:
        attempts = mail.attempts + 1
        tried = {"attempts": attempts, "smtp_code": code}
        outcome = outcome_of_refusal(attempts, code, self._policy)
        if outcome.state == OWED:
            return {**tried, "next_at": now() + outcome.pause}
        return {**_settled(outcome.state), **tried, "failure": outcome.failure}

    async def _settle(self, database: Database, mail: Mail, values: dict[str, Any]) -> None:
        # One that is sent already is sent, also where another has taken its place meanwhile.
        states = {OWED, SUPERSEDED} if values.get("state") == SENT else {OWED}
        stops = values.pop(STOPS, False)
        async with database.begin() as session:
            await session.execute(update(Mail).where(Mail.id == mail.id, Mail.state.in_(states)).values(values))
            if stops:
                await stop_address(session, mail.email, values.get("smtp_code"))
            if failure := values.get("failure"):
                await queue_undelivered_mails(session, mail, failure)
        if "state" in values:
            mails_settled.labels(values["state"]).inc()


def _settled(state: str) -> dict[str, Any]:
    return {"state": state, "settled_at": now()}


def _failed(failure: Failure) -> dict[str, Any]:
    return {**_settled(FAILED), "failure": failure}


async def _connect(client: aiosmtplib.SMTP) -> None:
    """Connect; whatever the server refuses here, it says nothing about any mail."""
    try:
        await client.connect()
    except (aiosmtplib.SMTPException, OSError) as error:
        raise MailServerUnavailable from error


async def _reached(call: Any) -> Any:
    """Await a call of the client; MailServerUnavailable when the server cannot be talked to at all."""
    try:
        return await call
    except OSError as error:
        raise MailServerUnavailable from error
    except SMTPResponseException as error:
        # 421: the server is closing; it says nothing about this mail.
        if error.code == aiosmtplib.SMTPStatus.domain_unavailable:
            raise MailServerUnavailable from error
        raise


def _code(error: SMTPResponseException | SMTPRecipientsRefused) -> tuple[int | None, str]:
    """Return the code of a refusal and what stands behind it; nothing of the latter where it is of the whole mail."""
    if isinstance(error, SMTPResponseException):
        return error.code, ""
    refused = [each for each in error.recipients if isinstance(each, SMTPRecipientRefused)]
    return (refused[0].code, refused[0].message) if refused else (None, "")


async def _release(database: Database, mails: Sequence[Mail]) -> None:
    """Give claimed mails back, so that whoever reaches a server first sends them."""
    async with database.begin() as session:
        ids = [mail.id for mail in mails]
        await session.execute(update(Mail).where(Mail.id.in_(ids), Mail.state == OWED).values(next_at=now()))
