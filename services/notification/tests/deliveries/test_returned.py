"""An address that no mail reaches is stopped and shown, whether the server says so at once or later."""

from email import message_from_bytes
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
from sqlalchemy import text

from notification.deliveries.delivery_reports import read_report
from notification.deliveries.return_mail import ReturnMail
from notification.deliveries.sending import MailSender
from notification.settings import NotificationSettings
from services.notification.tests.factories import (
    DORTHE,
    LEADER_ADDRESS,
    RASMUS,
    SOFIE,
    SOLSIKKEN,
    FollowedTilbud,
    handle,
    mails,
    returned,
    tilsyn,
)
from services.notification.tests.mailbox import Mailbox


def report(original: bytes, action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822") -> bytes:
    """Return what a mail server sends back."""
    outer: MIMEMultipart = MIMEMultipart("report")
    outer.set_param("report-type", "delivery-status")
    outer.attach(MIMEText("Mailen kunne ikke leveres."))
    recipient = f"Final-Recipient: rfc822; x@y.example\r\nAction: {action}\r\nStatus: {status}\r\n"
    fields = f"Reporting-MTA: dns; mx.example\r\n\r\n{recipient}"
    outer.attach(message_from_bytes(f"Content-Type: message/delivery-status\r\n\r\n{fields}".encode()))
    if kind == "message/rfc822":
        outer.attach(MIMEMessage(message_from_bytes(original)))
    else:
        outer.attach(MIMEText(original.decode("utf-8", "replace").partition("\r\n\r\n")[0], "rfc822-headers"))
    return outer.as_bytes()


async def sent_to(followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings, email: str) -> bytes:
    """Send the mails about a tilsyn, and return the one to an address as it went out."""
    await handle(followed.database, tilsyn())
    await MailSender(settings).run(followed.database)
    return next(content for content in mailbox.on_the_wire if f"To: {email}".encode() in content)


async def state_of(followed: FollowedTilbud, email: str) -> list[tuple[str, str | None]]:
    async with followed.database.read() as session:
        rows = await session.execute(
            text("SELECT state, failure FROM mails WHERE email = :email ORDER BY id"), {"email": email}
        )
        return [(row.state, row.failure) for row in rows]


async def test_a_recipient_that_the_server_refuses_is_stopped_shown_and_tried_again_when_wanted(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings
) -> None:
    await handle(followed.database, tilsyn())
    mailbox.answers = ["550 5.1.1 No such user"]
    await MailSender(settings).run(followed.database)
    assert await state_of(followed, DORTHE) == [("bounced", "refused")]
    await handle(followed.database, tilsyn(version=2))
    assert (await mails(followed.database)).count(("tilsyn-published", DORTHE)) == 1
    assert (await mails(followed.database)).count(("tilsyn-published", RASMUS)) == 2
    shown = await followed.choose("reporter-solsikken")
    assert shown["stopped"] is not None
    async with followed.client(followed.identity.token("reporter-solsikken")) as api:
        deliveries = (await api.get(f"/v1/deliveries?about={SOLSIKKEN}")).json()["items"]
    assert [(each["state"], each["failure"]["code"]) for each in deliveries] == [("bounced", "refused")]
    assert (await followed.choose("reporter-solsikken", retry=True))["stopped"] is None
    await handle(followed.database, tilsyn(version=3))
    assert (await mails(followed.database)).count(("tilsyn-published", DORTHE)) == 2


async def test_a_refused_content_stops_no_address(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings
) -> None:
    await handle(followed.database, tilsyn())
    mailbox.after_data = ["554 Looks like spam"]
    await MailSender(settings).run(followed.database)
    assert (await followed.choose("reporter-solsikken"))["stopped"] is None


async def test_the_leader_is_written_to_in_any_case(
    followed: FollowedTilbud,
) -> None:
    async with followed.database.begin() as session:
        await session.execute(
            text("INSERT INTO stopped_addresses VALUES (:email, now(), 550)"), {"email": LEADER_ADDRESS}
        )
    await handle(followed.database, returned())
    assert ("case-returned", LEADER_ADDRESS) in await mails(followed.database)


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
async def test_return_mail_stops_the_address_once(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings, tmp_path: Path, kind: str
) -> None:
    original = await sent_to(followed, mailbox, settings, SOFIE)
    (tmp_path / "new").mkdir()
    for number in range(2):
        (tmp_path / "new" / f"{number}").write_bytes(report(original, kind=kind))
    await ReturnMail(tmp_path).run(followed.database)
    assert list((tmp_path / "new").iterdir()) == []
    assert await state_of(followed, SOFIE) == [("bounced", "refused")]
    assert (await followed.choose("caseworker-aalborg"))["stopped"] is not None


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2"), ("delivered", "2.0.0")])
async def test_what_is_not_final_says_nothing(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings, action: str, status: str
) -> None:
    assert read_report(report(await sent_to(followed, mailbox, settings, SOFIE), action, status)) is None


async def test_a_full_mailbox_bounces_and_does_not_stop(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings, tmp_path: Path
) -> None:
    original = await sent_to(followed, mailbox, settings, SOFIE)
    (tmp_path / "cur").mkdir()
    (tmp_path / "cur" / "1:2,S").write_bytes(report(original, status="5.2.2"))
    await ReturnMail(tmp_path).run(followed.database)
    assert await state_of(followed, SOFIE) == [("bounced", "refused")]
    assert (await followed.choose("caseworker-aalborg"))["stopped"] is None


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 2_000, b"Content-Type: multipart/report\r\n\r\n",
        b"Subject: Ferie\r\n\r\nJeg er tilbage mandag.",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"--x\r\n" * 5_000,
        report(b"Message-ID: <nonsense>\r\n\r\n"), report(b"\r\n"),
    ],
)  # fmt: skip
def test_what_is_no_report_about_our_mail_is_none(content: bytes) -> None:
    assert read_report(content) is None


async def test_without_a_mailbox_and_with_nonsense_in_it_the_worker_goes_on(
    followed: FollowedTilbud, tmp_path: Path
) -> None:
    await ReturnMail(None).run(followed.database)
    await ReturnMail(tmp_path).run(followed.database)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "x").write_bytes(EmailMessage().as_bytes() + b"\xff" * 100)
    await ReturnMail(tmp_path).run(followed.database)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("answer", ["550 5.7.1 relaying denied", "554 5.7.1 client host blocked", "550 No such user"])
async def test_a_refusal_that_says_nothing_of_the_address_stops_nobody(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings, answer: str
) -> None:
    await handle(followed.database, tilsyn())
    mailbox.answers = [answer] * 9
    await MailSender(settings).run(followed.database)
    assert await state_of(followed, DORTHE) == [("bounced", "refused")]
    assert (await followed.choose("reporter-solsikken"))["stopped"] is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [("5.1.1", True), ("5.1.10", True), ("5.2.1", True), ("5.1.7", False), ("5.1.8", False), ("5.2.2", False)],
)
async def test_only_what_is_about_the_address_is(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings, status: str, *, expected: bool
) -> None:
    found = read_report(report(await sent_to(followed, mailbox, settings, SOFIE), status=status))
    assert found is not None
    assert found.is_of_address is expected


async def test_a_mail_made_to_break_its_reader_stops_no_other(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings, tmp_path: Path
) -> None:
    original = await sent_to(followed, mailbox, settings, SOFIE)
    (tmp_path / "new").mkdir()
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 3_000
    broken = b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n" + nested
    (tmp_path / "new" / "0").write_bytes(broken)
    (tmp_path / "new" / "1").write_bytes(report(original))
    await ReturnMail(tmp_path).run(followed.database)
    assert list((tmp_path / "new").iterdir()) == []
    assert await state_of(followed, SOFIE) == [("bounced", "refused")]
