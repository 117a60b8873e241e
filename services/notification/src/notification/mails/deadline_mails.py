"""Mails about deadlines that the authority watches: to the people of the subject, and followers on both sides."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.access import authority_side
from contracts.reference import authority_name
from notification.kinds import provider_organisation
from notification.mail_types import MailType
from notification.mails.commands import queue_mail
from notification.mails.phrases import deadline_line
from notification.mails.queries import followers_of
from notification.mails.rules import Fact, followers_wanting, people_at
from notification.subjects.models import Subject


async def queue_deadline_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell its people, and followers at the operator and the authorities concerned, that a deadline is near or over."""
    authorities = {event.authority, subject.authority or event.authority}
    sides = {provider_organisation(subject.operator_cvr), *map(authority_side, authorities)}
    followers = followers_wanting(MailType.DEADLINE, await followers_of(session, subject))
    recipients = [
        *people_at(subject.people, subject.operator_cvr),
        *(each for each in followers if each.organisation in sides),
    ]
    turn = "passed" if event.passed else "near"
    name = f"deadline/{event.authority}/{event.deadline_of}/{event.reference}/{event.deadline}/{turn}"
    data = {
        "authority": authority_name(event.authority),
        "passed": event.passed,
        "line": deadline_line(event),
    }
    await queue_mail(session, subject, MailType.DEADLINE, Fact(name, "deadlines"), recipients, **data)
