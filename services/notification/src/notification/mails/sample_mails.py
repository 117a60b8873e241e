"""Mails about control samples: to the tilbud, to its followers at the operator, and a copy to the authority (L3)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.access import authority_side
from contracts.events.samples import SampleAct
from notification.kinds import provider_organisation
from notification.mail_types import MailType
from notification.mails.commands import queue_mail
from notification.mails.phrases import step_titles
from notification.mails.queries import followers_of
from notification.mails.rules import Fact, followers_wanting, people_at
from notification.mails.sample_phrases import sample_lines, sample_subject
from notification.subjects.models import Subject


async def queue_sample_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell what was done in a sample; what the tilbud itself has said is told to its authority and its followers."""
    authorities = {each for each in (event.authority, subject.authority) if each}
    sides = {provider_organisation(subject.operator_cvr), *map(authority_side, authorities)}
    followers = followers_wanting(MailType.CONTROL_SAMPLE, await followers_of(session, subject))
    asked = people_at(subject.people, subject.operator_cvr) if event.act != SampleAct.ANSWER else []
    recipients = [*asked, *(each for each in followers if each.organisation in sides)]
    data = {
        "heading": sample_subject(event),
        "lines": sample_lines(event),
        "steps": step_titles(subject.kind, event.steps),
        "sample": event.sample_id,
    }
    fact = Fact(f"control-sample/{event.sample_id}/{event.version}", f"control-sample/{event.sample_id}")
    await queue_mail(session, subject, MailType.CONTROL_SAMPLE, fact, recipients, **data)
