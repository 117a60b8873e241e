"""Mails about deadlines that are watched: to the followers on the two sides that they concern."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.access import authority_side
from contracts.events.approval import DeadlineOf
from contracts.reference import authority_name
from notification.kinds import provider_organisation
from notification.mail_types import MailType
from notification.mails.commands import queue_mail
from notification.mails.phrases import deadline_line
from notification.mails.queries import followers_of
from notification.mails.rules import Fact, followers_wanting, people_at
from notification.subjects.models import Subject


async def queue_deadline_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell the followers at the authorities that it concerns, and at the operator, that a deadline is near or over.

    Of a control sample the leader and the contact person are told, too: it asks something of the tilbud itself.
    """
    authorities = {event.authority, subject.authority or event.authority}
    sides = {provider_organisation(subject.operator_cvr), *map(authority_side, authorities)}
    followers = followers_wanting(MailType.DEADLINE, await followers_of(session, subject))
    is_asked = event.deadline_of == DeadlineOf.CONTROL_SAMPLE
    recipients = [
        *(people_at(subject.people, subject.operator_cvr) if is_asked else ()),
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
