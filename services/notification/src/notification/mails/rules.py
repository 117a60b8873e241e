"""Who is owed a mail for a fact. Pure: what is known goes in, addresses come out."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from chassis.clock import COPENHAGEN
from contracts.events.parties import Person
from notification.email_address import address_key
from notification.kinds import provider_organisation
from notification.mail_types import Frequency, MailType, Role

# So many mails in one thread are sent at once within this time, more than any case needs; then one an hour, with the
# newest fact.
AT_ONCE = 10
AT_ONCE_WITHIN = timedelta(days=1)
QUIET = timedelta(hours=1)

# When the mail of a day goes out, in Danish time, and the one of a week on Mondays.
DIGEST_AT = time(7)

# A fact that is older than this is no news: a service that starts from zero must not mail the whole history again.
NEWS_AGE = timedelta(days=7)


@dataclass(frozen=True)
class Fact:
    """What a mail tells: ``id`` names it, ``thread`` the matter that it belongs to, such as one case or all tilsyn.

    ``held`` is how long its mails are not sent, since the rest of it may be on its way.
    """

    id: str
    thread: str
    held: timedelta = timedelta()


@dataclass(frozen=True)
class Follower:
    """A user who follows, with the address and the types of mail that the user wants, and how often.

    ``email`` is None for who gets no mails: without an address, with one that was stopped, or after having ended all.
    """

    sub: str
    organisation: str
    email: str | None
    mails: dict[str, Any]
    frequency: dict[str, Any] = field(default_factory=dict)

    def wants(self, mail_type: MailType) -> bool:
        """Return whether a mail of this type is to be sent, and can be."""
        return bool(self.email) and bool(self.mails.get(mail_type, True))

    def frequency_of(self, mail_type: MailType) -> Frequency:
        """Return how often this type of mail is wanted."""
        return Frequency(self.frequency.get(mail_type, Frequency.AT_ONCE))


@dataclass(frozen=True)
class Recipient:
    """Somebody who is owed a mail."""

    email: str
    role: Role
    organisation: str
    sub: str | None = None
    frequency: Frequency = Frequency.AT_ONCE


def is_news(happened_at: datetime | None, now: datetime) -> bool:
    """Return whether a fact is young enough to be told by mail; one without a time is."""
    return happened_at is None or now - happened_at <= NEWS_AGE


def due_at(now: datetime, earlier: Sequence[datetime]) -> datetime | None:
    """Return until when a mail waits, None when it is sent at once.

    ``earlier`` are the moments of the mails of its thread to the same address within ``AT_ONCE_WITHIN``.
    """
    if len(earlier) < AT_ONCE:
        return None
    due = max(earlier) + QUIET
    return due if due > now else None


def digest_due_at(now: datetime, frequency: Frequency) -> datetime:
    """Return when the next mail of a day or a week goes out."""
    local = now.astimezone(COPENHAGEN)
    day = local.date()
    if frequency is Frequency.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    due = datetime.combine(day, DIGEST_AT, COPENHAGEN)
    if due <= local:
        day += timedelta(days=7 if frequency is Frequency.WEEKLY else 1)
        due = datetime.combine(day, DIGEST_AT, COPENHAGEN)
    return due.astimezone(UTC)


def people(named: Mapping[Role, Person | None], cvr: str | None) -> list[Recipient]:
    """Return leader and contact person, as far as they can be written to, as recipients on the provider's side."""
    return [
        Recipient(person.email, role, provider_organisation(cvr))
        for role, person in named.items()
        if person and person.email
    ]


def people_at(addresses: Mapping[str, str] | None, cvr: str | None) -> list[Recipient]:
    """Return leader and contact person at their known ``addresses``, by role."""
    organisation = provider_organisation(cvr)
    return [Recipient(email, Role(role), organisation) for role, email in (addresses or {}).items()]


def followers_wanting(
    mail_type: MailType, followers: Iterable[Follower], organisation: str | None = None
) -> list[Recipient]:
    """Return the followers that want this type of mail, of one organisation when it is given."""
    return [
        Recipient(
            follower.email or "", Role.FOLLOWER, follower.organisation, follower.sub, follower.frequency_of(mail_type)
        )
        for follower in followers
        if follower.wants(mail_type) and organisation in {None, follower.organisation}
    ]


def by_address(recipients: Sequence[Recipient]) -> dict[str, Recipient]:
    """Return one recipient for each address, in the order of the addresses: who is leader and follows gets one mail."""
    first = {address_key(recipient.email): recipient for recipient in reversed(recipients)}
    return dict(sorted(first.items()))


def message_id(subject_key: str, fact: str, mail_type: str, email: str, domain: str, secret: bytes) -> str:
    """Return the Message-ID of a mail: the same mail has the same one, however often it is sent.

    Only who has got the mail can know it: a report that it did not arrive names it.
    """
    identity = f"message-id\0{subject_key}\x1f{fact}\x1f{mail_type}\x1f{email}"
    return f"<{hmac.digest(secret, identity.encode(), 'sha256').hex()[:40]}@{domain}>"
