"""Mails about what has to be reported: to the people of the subject, and followers at its operator (L10, P1)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from notification.kinds import provider_organisation
from notification.mail_types import MailType
from notification.mails.commands import queue_mail
from notification.mails.phrases import duty_line
from notification.mails.queries import followers_of
from notification.mails.rules import Fact, followers_wanting, people_at
from notification.subjects.models import Subject


async def queue_duty_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell them in one mail what is due soon and what is overdue; the same notice again is told once."""
    organisation = provider_organisation(subject.operator_cvr)
    followers = followers_wanting(MailType.DUTIES, await followers_of(session, subject), organisation)
    recipients = [*people_at(subject.people, subject.operator_cvr), *followers]
    overdue = [duty_line(each) for each in event.duties if each.turn != "soon"]
    soon = [duty_line(each) for each in event.duties if each.turn == "soon"]
    turns = ",".join(sorted(f"{each.kind}-{each.turn}" for each in event.duties))
    fact = Fact(f"duties/{event.noticed_on}/{turns}", "duties")
    await queue_mail(session, subject, MailType.DUTIES, fact, recipients, overdue=overdue, soon=soon)
