"""The words of the mails: one text template for each kind and type; the HTML part is made of the same text.

What makes a list, a step or the link is the template's own: every value stands between two marks until that is known.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from contracts.access import authority_side
from notification.kinds import KINDS
from notification.mail_types import OF_ADDRESS, MailType, Role
from notification.mails.models import Mail
from notification.mails.user_text import one_line, without_links

AUTHORITY_PREFIX = authority_side("")
# The mails about a case lead to where a case is handled, the others to where the reader meets the subject.
USER_TEXTS = "user"
# These are about a user's mails and about no subject.
USER_MAILS = OF_ADDRESS
FOLLOWED_PAGE = "/mails"
SAMPLE_PAGE = "/stikproever/"
REPORTER_MAILS = frozenset(
    {
        MailType.TILBUD_CREATED,
        MailType.CASE_RETURNED,
        MailType.CASE_APPROVED,
        MailType.REPORTED_ON_BEHALF,
        MailType.DUTIES,
    }
)
ENDING = "Få ikke flere af disse mails"
# The paragraph of a template that stands for the link to the portal; what is in the brackets is what HTML shows.
LINK = re.compile(r"\[(?P<label>[^\[\]]+)\]")
# Noncharacters of Unicode: no text of people holds them.
VALUE_START, VALUE_END = "\ufdd0", "\ufdd1"
VALUE = re.compile(f"{VALUE_START}([^{VALUE_END}]*){VALUE_END}")


def _mark(value: object) -> str:
    return f"{VALUE_START}{one_line(str(value))}{VALUE_END}"


_LOADER = PackageLoader("notification.mails")
_texts = Environment(
    loader=_LOADER,
    finalize=_mark,
    autoescape=False,  # noqa: S701  A plain text has nothing to escape.
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages = Environment(loader=_LOADER, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@dataclass(frozen=True)
class Block:
    """A paragraph, a list, numbered steps or the link of a text; the line of a link is what HTML shows."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """A mail's words."""

    subject: str
    plain: str
    html: str


@dataclass(frozen=True)
class Links:
    """The signed paths at the portal: the page that a mail leads to instead of its own, and the one that ends mails."""

    page: str = ""
    ending: str = ""


NO_LINKS = Links()


def write(mail: Mail, portal_url: str, links: Links = NO_LINKS) -> Text:
    """Return the words of ``mail``."""
    folder, facts = _folder(mail), _facts(mail)
    subject, _, body = _render(f"{folder}/{mail.mail_type}.txt.j2", facts).partition("\n")
    footer = _inert(_render(f"{folder}/footer.txt.j2", facts))
    blocks = [_block(paragraph) for paragraph in re.split(r"\n\s*\n", body.strip()) if paragraph]
    portal = portal_url.rstrip("/")
    link = portal + (links.page or path_of(mail))
    ending = portal + links.ending if links.ending else ""
    page = _pages.get_template("mail.html.j2")
    html = page.render(
        heading=_inert(subject), blocks=blocks, footer=footer, link=link, ending=ending, ending_label=ENDING
    )
    return Text(VALUE.sub(r"\1", subject), _plain(blocks, footer, link, ending), html)


def subject_line(mail: Mail) -> str:
    """Return the subject of ``mail``, which says its news in one line."""
    subject, _, _ = _render(f"{_folder(mail)}/{mail.mail_type}.txt.j2", _facts(mail)).partition("\n")
    return VALUE.sub(r"\1", subject)


def _folder(mail: Mail) -> str:
    return USER_TEXTS if mail.mail_type in USER_MAILS else KINDS[mail.subject_kind].texts


def _facts(mail: Mail) -> dict[str, object]:
    return {
        **mail.data,
        "name": one_line(mail.data.get("name") or "") or mail.subject_id,
        "id": mail.subject_id,
        "noun": KINDS[mail.subject_kind].noun,
        "role": Role(mail.role),
        "type": mail.mail_type,
        "waited": mail.due_at is not None,
    }


def path_of(mail: Mail) -> str:
    """Return the page that a mail leads to; what is not public has no public page."""
    if mail.mail_type in USER_MAILS:
        return FOLLOWED_PAGE
    if mail.mail_type == MailType.CONTROL_SAMPLE:
        return SAMPLE_PAGE + quote(mail.data["sample"], safe="")
    paths = KINDS[mail.subject_kind].paths
    if mail.organisation.startswith(AUTHORITY_PREFIX):
        path = paths.officer
    elif paths.returned_case and mail.mail_type == MailType.CASE_RETURNED and "case" in mail.data:
        path = paths.returned_case
    elif mail.mail_type in REPORTER_MAILS or mail.organisation == mail.data.get("provider"):
        path = paths.reporter
    else:
        path = paths.public
    case = quote(str(mail.data.get("case", "")), safe="")
    return path.format(kind=mail.subject_kind, id=quote(mail.subject_id, safe=""), case=case)


def _render(name: str, facts: dict[str, object]) -> str:
    return _texts.get_template(name).render(facts).strip()


def _inert(marked: str) -> str:
    """Return a rendered text with its values in it, none of which is a link."""
    return VALUE.sub(lambda value: without_links(value[1]), marked)


def _block(paragraph: str) -> Block:
    lines = [line.strip() for line in paragraph.splitlines()]
    if link := LINK.fullmatch(paragraph.strip()):
        return Block("link", (link["label"],))
    if all(line.startswith("- ") for line in lines):
        return Block("list", tuple(_inert(line[2:]) for line in lines))
    if all(re.match(r"\d+\. ", line) for line in lines):
        return Block("steps", tuple(_inert(line.split(". ", 1)[1]) for line in lines))
    return Block("text", tuple(map(_inert, lines)))


def _plain(blocks: list[Block], footer: str, link: str, ending: str) -> str:
    signature = f"-- \n{footer}" + (f"\n{ENDING}: {ending}" if ending else "")
    return "\n\n".join([*(_plain_block(block, link) for block in blocks), signature]) + "\n"


def _plain_block(block: Block, link: str) -> str:
    if block.kind == "link":
        return link
    if block.kind == "list":
        return "\n".join(f"- {line}" for line in block.lines)
    if block.kind == "steps":
        return "\n".join(f"{place}. {line}" for place, line in enumerate(block.lines, 1))
    return "\n".join(block.lines)
