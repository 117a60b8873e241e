"""A mail as it goes over the wire.

A header gets its value as text and encodes all of it: a text that looks like an encoded word is not decoded, and can
become no header (the parsing policies of ``email`` decode what they are given, python/cpython#121650).
"""

from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Any

from notification.kinds import KINDS
from notification.mail_types import MailType, Role
from notification.mails.models import Mail
from notification.mails.rules import message_id
from notification.mails.texts import NO_LINKS, Links, write
from notification.signed_links import Purpose, keyed, sign

# The portal's pages behind signed links.
CONFIRMATION_PAGE = "/mails/bekraeft/"
ENDING_PAGE = "/mails/afmeld/"
SEARCH_PAGE = "/soeg"
SENDER = "Tilbudsportalen"
# An encoded word has at most 75 characters, and a blank stands before it.
ON_THE_WIRE = compat32.clone(linesep="\r\n", max_line_length=76)


def identity_of(mail: Mail, sender: str, secret: bytes) -> str:
    """Return the Message-ID of ``mail``; ``secret`` keeps others from knowing it."""
    subject_key = KINDS[mail.subject_kind].message_key(mail.subject_kind, mail.subject_id)
    return message_id(subject_key, mail.fact, mail.mail_type, mail.email, sender.rpartition("@")[2], secret)


def compose(mail: Mail, *, sender: str, address: str, portal_url: str, secret: bytes) -> bytes:
    """Return ``mail`` to ``address``, both as SMTP takes them, as it goes out; it is the same at every attempt.

    ``secret`` signs the links that work without a sign-in. A mail to a follower can be ended by one (RFC 8058).
    """
    links = links_of(mail, secret)
    text = write(mail, portal_url, links)
    identity = identity_of(mail, sender, secret)
    # No quoted-printable text holds =_, so no text ends a part.
    message: Message[Any, Any] = MIMEMultipart("alternative", boundary=f"=_{identity[1:25]}")
    message["From"] = formataddr((SENDER, sender))
    message["To"] = address
    message["Subject"] = Header(text.subject, "utf-8", header_name="Subject")
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = identity
    message["Auto-Submitted"] = "auto-generated"
    if links.ending:
        message["List-Unsubscribe"] = f"<{portal_url.rstrip('/')}{links.ending}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.attach(_part("plain", text.plain))
    message.attach(_part("html", text.html))
    return message.as_bytes(policy=ON_THE_WIRE)


def links_of(mail: Mail, secret: bytes) -> Links:
    """Return the signed links of ``mail``."""
    if mail.mail_type == MailType.ADDRESS_CONFIRMATION:
        sub, email, key, until = mail.data["parts"]
        parts = (sub, keyed(secret, email), key, until)
        return Links(page=CONFIRMATION_PAGE + sign(secret, Purpose.CONFIRM_ADDRESS, *parts))
    if mail.mail_type == MailType.SEARCH_CONFIRMATION:
        return Links(page=CONFIRMATION_PAGE + sign(secret, Purpose.CONFIRM_SEARCH, *mail.data["parts"]))
    if mail.mail_type in {MailType.SAVED_SEARCH, MailType.SEARCH_ENDED}:
        ending = ENDING_PAGE + sign(secret, Purpose.SAVED_SEARCH, mail.data["search"])
        page = f"{SEARCH_PAGE}?{mail.data['query']}"
        return Links(page=page, ending=ending if mail.mail_type == MailType.SAVED_SEARCH else "")
    if mail.role != Role.FOLLOWER or not mail.sub:
        return NO_LINKS
    if mail.mail_type == MailType.DIGEST:
        return Links(ending=ENDING_PAGE + sign(secret, Purpose.PAUSE, mail.sub))
    return Links(ending=ENDING_PAGE + sign(secret, Purpose.UNFOLLOW, mail.subject_kind, mail.subject_id, mail.sub))


def _part(subtype: str, text: str) -> MIMENonMultipart:
    charset = Charset("utf-8")
    charset.body_encoding = QP
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part.set_payload(text, charset)
    return part
