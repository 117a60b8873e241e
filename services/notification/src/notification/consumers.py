"""What this service listens to: each handler has the subject's locked row, keeps what the fact says, and owes mails.

A fact that comes again marked as republished, or that is too old to be news, is kept, but no mail is owed for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.envelope import Envelope
from chassis.subscriptions import Handler, Subscription
from contracts.topics import topic
from notification.kinds import KINDS, FollowedKind
from notification.mails import commands as mails
from notification.mails.rules import is_news
from notification.subjects import commands as subjects
from notification.subjects.models import Subject


def subscriptions() -> tuple[Subscription, ...]:
    """Return every group of each kind of subject."""
    return tuple(group for kind in KINDS for group in _groups(kind))


def _groups(kind: FollowedKind) -> Iterator[Subscription]:
    events = kind.events
    yield _group(kind, "reports", {events.created: on_created})
    yield _group(kind, "authorities", {events.authority_assigned: on_assigned}, full_state=True)
    cases = {events.case_opened: on_opened, events.case_returned: on_returned, events.case_approved: on_approved}
    yield _group(kind, "cases", cases)
    if events.tilsyn_published:
        yield _group(kind, "tilsyn", {events.tilsyn_published: on_tilsyn})
    if kind.published:

        async def on_unpublished(session: AsyncSession, key: str, envelope: Envelope) -> None:
            subject = await subjects.get_locked_subject(session, kind.id, key)
            await _apply_publication(session, subject, envelope, is_public=False)

        yield _group(kind, "public", {kind.published: on_published}, full_state=True, on_deleted=on_unpublished)


def _group(kind: FollowedKind, stream: str, handlers: Mapping[type[Any], Handler], **options: Any) -> Subscription:
    async def lock(session: AsyncSession, keys: Sequence[str]) -> None:
        await subjects.lock_subjects(session, kind.id, keys)

    (topic_name,) = {model.topic for model in handlers}
    return Subscription(kind.group(stream), (topic(topic_name),), lock=lock, on=handlers, **options)


async def on_created(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Keep a new subject, and tell its leader and contact person."""
    subject = await _subject(session, event)
    subjects.apply_creation(subject, event)
    if _is_news(event, envelope):
        await mails.queue_creation_mails(session, subject, event)


async def on_assigned(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Keep the authority, and tell the followers that it has changed."""
    subject = await _subject(session, event)
    if subjects.apply_authority(subject, event) and _is_news(event, envelope):
        await mails.queue_authority_mails(session, subject, event)


async def on_opened(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Tell the followers at the authority that a case waits."""
    subject = await _subject(session, event)
    subjects.add_authority(subject, event.authority)
    if _is_news(event, envelope):
        await mails.queue_opening_mails(session, subject, event)


async def on_returned(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Tell the reporting side what must be corrected."""
    if _is_news(event, envelope):
        await mails.queue_return_mails(session, await _subject(session, event), event)


async def on_approved(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Keep what was approved, and tell the reporting side."""
    subject = await _subject(session, event)
    subjects.apply_approval(subject, event)
    if _is_news(event, envelope):
        await mails.queue_approval_mails(session, subject, event)


async def on_tilsyn(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Tell every follower of a new or corrected tilsyn."""
    subject = await _subject(session, event)
    subjects.add_authority(subject, event.authority)
    if _is_news(event, envelope):
        await mails.queue_tilsyn_mails(session, subject, event)


async def on_published(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Keep that a subject is public."""
    subject = await _subject(session, event)
    await _apply_publication(session, subject, envelope, is_public=True, republished=event.republished)


async def _apply_publication(
    session: AsyncSession, subject: Subject, envelope: Envelope, *, is_public: bool, republished: bool = False
) -> None:
    """Keep whether a subject is public, and tell the followers when that is new."""
    changed = subjects.apply_publication(subject, envelope.sequence, is_public=is_public)
    if changed and not republished and is_news(envelope.time, now()):
        await mails.queue_publication_mails(session, subject)


async def _subject(session: AsyncSession, event: Any) -> Subject:
    return await subjects.get_locked_subject(session, event.subject_kind, event.subject_id)


def _is_news(event: Any, envelope: Envelope) -> bool:
    return not event.republished and is_news(envelope.time, now())
