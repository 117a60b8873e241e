"""Mails owed for what becomes public of a subject, changes there, or is public no more."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from notification.kinds import provider_organisation
from notification.mail_types import MailType
from notification.mails.commands import queue_mail
from notification.mails.phrases import rate_line, shortened, step_titles, turn_line, vacancies_line
from notification.mails.queries import followers_of
from notification.mails.removal import reason_of
from notification.mails.rules import Fact, Follower, followers_wanting
from notification.subjects.commands import PublicChange
from notification.subjects.models import Subject

# A mail about a removal waits so long for the decision that led to it.
REASON_WITHIN = timedelta(seconds=20)


async def queue_publication_mails(session: AsyncSession, subject: Subject, change: PublicChange) -> None:
    """Tell every follower that a subject has become public, no longer is, or says something new (R23, R83, R89)."""
    followers = await followers_of(session, subject)
    if not followers:
        return
    if not change.turned:
        await _queue_changes(session, subject, change, followers)
    elif subject.is_public:
        recipients = followers_wanting(MailType.BECAME_PUBLIC, followers)
        await queue_mail(session, subject, MailType.BECAME_PUBLIC, _fact(subject, "public"), recipients)
    else:
        reason = reason_of(subject)
        recipients = followers_wanting(MailType.NO_LONGER_PUBLIC, followers)
        fact = replace(_fact(subject, "public"), held=timedelta() if reason else REASON_WITHIN)
        await queue_mail(session, subject, MailType.NO_LONGER_PUBLIC, fact, recipients, **reason)


async def _queue_changes(
    session: AsyncSession, subject: Subject, change: PublicChange, followers: list[Follower]
) -> None:
    """Tell of changed rates, vacancies and sanctions, and in one line of what else is new.

    The provider's own side hears of that when its case is approved.
    """
    new = change.differences
    own = provider_organisation(subject.operator_cvr)
    others = [each for each in followers if each.organisation != own]
    told = (
        (MailType.RATE_CHANGED, "rates", [rate_line(each) for each in new.rates], followers),
        (MailType.VACANCIES_CHANGED, "vacancies", [vacancies_line(each) for each in new.vacancies], followers),
        (MailType.SANCTION_CHANGED, "sanctions", [turn_line(each) for each in new.sanctions], followers),
        (MailType.RECORD_CHANGED, "record", step_titles(subject.kind, new.steps), others),
    )
    for mail_type, thread, lines, readers in told:
        if lines:
            recipients = followers_wanting(mail_type, readers)
            await queue_mail(session, subject, mail_type, _fact(subject, thread), recipients, lines=shortened(lines))


def _fact(subject: Subject, thread: str) -> Fact:
    return Fact(f"public/{subject.public_sequence}", thread)
