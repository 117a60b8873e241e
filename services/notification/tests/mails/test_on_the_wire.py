"""What goes over the wire, read by a parser that has nothing in common with what wrote it: a name is a name there."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from fast_mail_parser import PyMail, parse_email

from chassis.clock import now
from chassis.database import Database
from notification.deliveries.sending import MailSender
from notification.kinds import TILBUD
from notification.mail_types import MailType, Role
from notification.mails.models import Mail
from notification.mails.texts import USER_MAILS, write
from notification.mails.user_text import ZERO_WIDTH_SPACE, one_line
from notification.settings import NotificationSettings
from services.notification.tests.factories import LEADER_ADDRESS, approved, created, handle_batch
from services.notification.tests.mailbox import Mailbox
from services.notification.tests.mails.names import LINKS, MARKUP, NAMES, PLAIN_NAMES

HEADERS = {
    "Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
}  # fmt: skip
TAGS = {
    "html", "head", "meta", "title", "body", "main", "h1", "p", "a", "ol", "ul", "li", "br", "hr",
}  # fmt: skip
# What programs make a link of: a scheme, www, a domain, an address of mail.
LINK = re.compile(r"[a-z]:[\w/]|www\.[^\s\u200b]|\w[.\u3002\uff0e][^\W\d_]{2}|\w@\w", re.IGNORECASE)
PORTAL = "http://portal.example/indberet/tilbud/{}"


@dataclass
class Page(HTMLParser):
    """What a browser sees of the HTML part."""

    source: str
    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [str(value) for name, value in attrs if name in {"href", "src", "action"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def tilbud_id(place: int) -> str:
    return f"CRV-{place + 1}"


@pytest.fixture
async def sent(database: Database, mailbox: Mailbox, settings: NotificationSettings) -> dict[str, list[PyMail]]:
    """The mails to the leader of a tilbud of each name, by name: it was created and approved."""
    named = [(tilbud_id(place), name) for place, name in enumerate(NAMES)]
    await handle_batch(database, *(created(each, name=name) for each, name in named))
    await handle_batch(database, *(approved(each, name=name) for each, name in named))
    await MailSender(settings).run(database)
    mails = [parse_email(content) for content in mailbox.on_the_wire]
    to_leader = [mail for mail in mails if mail.headers["To"] == [LEADER_ADDRESS]]
    assert len(to_leader) == 2 * len(NAMES)
    by_id: dict[str, list[PyMail]] = {}
    for mail in to_leader:
        by_id.setdefault(mail.headers["Subject"][0].rpartition(" (")[2].rstrip(")"), []).append(mail)
    return {name: by_id[tilbud_id(place)] for place, name in enumerate(NAMES)}


async def test_a_name_is_a_name(sent: dict[str, list[PyMail]], mailbox: Mailbox) -> None:
    """One fixture for all: it is dear."""
    for place, (name, mails) in enumerate(sent.items()):
        for mail in mails:
            check_headers(mail, name)
            check_plain(mail, name, PORTAL.format(tilbud_id(place)))
            check_page(mail, name, PORTAL.format(tilbud_id(place)))
    for content in mailbox.on_the_wire:
        assert content.isascii()
        assert max(map(len, content.split(b"\r\n"))) <= 78
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content)
    for content, (address, message) in zip(mailbox.on_the_wire, mailbox.mails, strict=True):
        assert message["To"] == address
        assert str(message["Subject"]) == parse_email(content).subject
        assert set(message.keys()) == HEADERS
        assert message.defects == []


def shown(name: str, mail: PyMail) -> str:
    """Return what a name is shown as; where nothing is left of it the id stands for it."""
    return one_line(name) or mail.headers["Subject"][0].rpartition(" (")[2].rstrip(")")


def check_headers(mail: PyMail, name: str) -> None:
    assert set(mail.headers) == HEADERS, name
    assert {len(values) for values in mail.headers.values()} == {1}, name
    assert shown(name, mail) in mail.headers["Subject"][0], name
    assert mail.headers["From"] == ["Tilbudsportalen <noreply@tilbudsportalen.example>"]
    assert (len(mail.text_plain), len(mail.text_html), len(mail.attachments)) == (1, 1, 0), name


def check_plain(mail: PyMail, name: str, link: str) -> None:
    lines = mail.text_plain[0].splitlines()
    assert lines.count(link) == 1, name
    text = "\n".join(line for line in lines if line != link)
    assert not LINK.search(text), name
    assert shown(name, mail) in text.replace(ZERO_WIDTH_SPACE, ""), name
    paragraphs = {line[:2] for line in lines}
    assert paragraphs & {"> ", "# ", "| ", "* ", "+ "} == set(), name
    steps = {line for line in lines if line.startswith("- ")}
    assert steps <= {"- Kontaktoplysninger", "- Pladser", "- Budget"}, name
    signature = "-- "
    assert not [line for line in lines if line != signature and line.startswith(shown(name, mail))], name


def check_page(mail: PyMail, name: str, link: str) -> None:
    page = Page(mail.text_html[0])
    assert set(page.tags) <= TAGS, name
    assert page.links == [link], name
    assert (page.tags.count("h1"), page.tags.count("a")) == (1, 1), name
    assert not LINK.search(page.text), name
    assert shown(name, mail) in page.text.replace(ZERO_WIDTH_SPACE, ""), name


async def test_the_name_of_an_operator_is_a_name(
    database: Database, mailbox: Mailbox, settings: NotificationSettings
) -> None:
    events = []
    for place, name in enumerate(LINKS + MARKUP):
        event = created(tilbud_id(place), name="Solsikken")
        operator = event.tilbud.operator.model_copy(update={"name": name})
        tilbud = event.tilbud.model_copy(update={"operator": operator})
        events.append(event.model_copy(update={"tilbud": tilbud}))
    await handle_batch(database, *events)
    await MailSender(settings).run(database)
    assert len(mailbox.on_the_wire) == 2 * len(LINKS + MARKUP)
    for content in mailbox.on_the_wire:
        mail = parse_email(content)
        (link,) = Page(mail.text_html[0]).links
        assert link.startswith("http://portal.example/indberet/tilbud/")
        assert not LINK.search(mail.text_plain[0].replace(link, ""))
        steps = [line[:2] for line in mail.text_plain[0].splitlines() if line[1:3] == ". "]
        assert steps == ["1.", "2.", "3.", "4."]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("mail_type", [each for each in MailType if each not in USER_MAILS])
def test_no_mail_of_any_type_lets_a_name_be_more(mail_type: MailType, role: Role) -> None:
    for name in LINKS + MARKUP:
        facts = {"name": name, "authority": "Socialtilsyn Nord", "previous": "Socialtilsyn Midt", "operator": name}
        words = {"decision": "godkendt", "decided_on": "20.11.2026", "steps": ["Budget"]}
        turns = {
            "again": True,
            "corrected": True,
            "public": True,
            "passed": True,
            "ceased": True,
            "line": "Frist",
            "overdue": ["Årsrapporten"],
            "soon": ["Budgettet"],
            "addressee": role,
            "reason": "Adressen er lukket.",
            "heading": "Påbud",
            "sample": name,
        }
        news = {"lines": [name, f"{name}: 4.000 kr. pr. døgn"], "sanctions": ["Påbud uden frist"], "intensified": True}
        mail = Mail(
            subject_kind=TILBUD.id,
            subject_id="CRV-6324",
            mail_type=mail_type,
            role=role,
            organisation="cvr:99000015",
            due_at=now(),
            data=facts | words | turns | news,
        )
        written = write(mail, "http://portal.example")
        page = Page(written.html)
        (link,) = page.links
        lines = written.plain.splitlines()
        assert lines.count(link) == 1
        assert set(page.tags) <= TAGS
        assert not LINK.search(written.plain.replace(link, ""))
        assert not [line for line in lines if line != "-- " and line.startswith(one_line(name))]
        assert one_line(name) in written.subject
        assert "\n" not in written.subject


@pytest.mark.parametrize("name", LINKS + MARKUP)
def test_a_name_in_the_news_of_a_day_is_a_name(name: str) -> None:
    mail = Mail(
        subject_kind=TILBUD.id,
        subject_id="",
        mail_type=MailType.DIGEST,
        role=Role.FOLLOWER,
        organisation="cvr:99000015",
        data={"frequency": "daily", "lines": [name, f"{name} er oprettet (CRV-1)"], "more": 3},
    )
    written = write(mail, "http://portal.example")
    page = Page(written.html)
    assert page.links == ["http://portal.example/mails"]
    assert set(page.tags) <= TAGS
    assert not LINK.search(written.plain.replace(page.links[0], ""))
    assert len([line for line in written.plain.splitlines() if line.startswith("- ")]) == 2


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_a_plain_name_stands_as_it_is(name: str) -> None:
    assert one_line(name) == name


@pytest.mark.parametrize("name", LINKS)
def test_a_link_looks_the_same_and_is_none(name: str) -> None:
    assert one_line(name) == name
