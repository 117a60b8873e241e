"""The words of the mails: one text template for each kind and type; the HTML part is made of the same text."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from contracts.access import authority_side
from notification.kinds import KINDS
from notification.mail_types import MailType, Role
from notification.mails.models import Mail
from notification.mails.rules import message_id

SENDER = "Tilbudsportalen"
AUTHORITY_PREFIX = authority_side("")
# The mails about a case lead to where a case is handled, the others to where the reader meets the subject.
REPORTER_MAILS = frozenset({MailType.TILBUD_CREATED, MailType.CASE_RETURNED, MailType.CASE_APPROVED})

_environment = Environment(
    loader=PackageLoader("notification.mails"),
    autoescape=lambda name: bool(name and name.endswith(".html.j2")),  # noqa: S701  A plain text has nothing to escape.
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Block:
    """A paragraph, a list, numbered steps or a link of a text."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """A mail's words."""

    subject: str
    plain: str
    html: str


def write(mail: Mail, portal_url: str) -> Text:
    """Return the words of ``mail``."""
    kind = KINDS[mail.subject_kind]
    facts = {
        **mail.data,
        "name": _one_line(mail.data.get("name") or mail.subject_id),
        "id": mail.subject_id,
        "noun": kind.noun,
        "role": Role(mail.role),
        "link": portal_url.rstrip("/") + path_of(mail),
    }
    subject, _, body = _render(f"{kind.texts}/{mail.mail_type}.txt.j2", facts).strip().partition("\n")
    footer = _render(f"{kind.texts}/footer.txt.j2", facts).strip()
    blocks = [_block(paragraph) for paragraph in re.split(r"\n\s*\n", body.strip()) if paragraph]
    html = _environment.get_template("mail.html.j2").render(subject=subject, blocks=blocks, footer=footer)
    return Text(subject, _plain(blocks, footer), html)


def path_of(mail: Mail) -> str:
    """Return the page that a mail leads to; what is not public has no public page."""
    paths = KINDS[mail.subject_kind].paths
    if mail.organisation.startswith(AUTHORITY_PREFIX):
        path = paths.officer
    elif mail.mail_type in REPORTER_MAILS or mail.organisation == mail.data.get("provider"):
        path = paths.reporter
    else:
        path = paths.public
    return path.format(kind=mail.subject_kind, id=quote(mail.subject_id, safe=""))


def _render(name: str, facts: dict[str, object]) -> str:
    return _environment.get_template(name).render(facts)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _block(paragraph: str) -> Block:
    lines = tuple(line.strip() for line in paragraph.splitlines())
    if lines[0].startswith(("http://", "https://")):
        return Block("link", lines)
    if all(line.startswith("- ") for line in lines):
        return Block("list", tuple(line[2:] for line in lines))
    if all(re.match(r"\d+\. ", line) for line in lines):
        return Block("steps", tuple(line.split(". ", 1)[1] for line in lines))
    return Block("text", lines)


def _plain(blocks: list[Block], footer: str) -> str:
    return "\n\n".join([*(_plain_block(block) for block in blocks), f"-- \n{footer}"]) + "\n"


def _plain_block(block: Block) -> str:
    if block.kind == "list":
        return "\n".join(f"- {line}" for line in block.lines)
    if block.kind == "steps":
        return "\n".join(f"{place}. {line}" for place, line in enumerate(block.lines, 1))
    return "\n".join(block.lines)


def compose(mail: Mail, *, sender: str, portal_url: str) -> EmailMessage:
    """Return ``mail`` as it goes out; it is the same at every attempt."""
    text = write(mail, portal_url)
    message = EmailMessage()
    message["From"] = formataddr((SENDER, sender))
    message["To"] = mail.email
    message["Subject"] = text.subject
    message["Date"] = format_datetime(mail.created_at)
    subject_key = KINDS[mail.subject_kind].message_key(mail.subject_kind, mail.subject_id)
    message["Message-ID"] = message_id(subject_key, mail.fact, mail.mail_type, mail.email, sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.plain)
    message.add_alternative(text.html, subtype="html")
    return message
