"""What this service listens to: each handler has the subject's locked row, keeps what the fact says, and owes mails.

A fact that comes again marked as republished, or that is too old to be news, is kept, but no mail is owed for it.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.envelope import Envelope
from chassis.subscriptions import Handler, Subscription
from contracts.topics import topic
from notification.figures import Figures
from notification.kinds import KINDS, FollowedKind
from notification.mail_types import MailType
from notification.mails import commands as mails
from notification.mails import publication_mails
from notification.mails.deadline_mails import queue_deadline_mails
from notification.mails.duty_mails import queue_duty_mails
from notification.mails.removal import explain_removal
from notification.mails.rules import is_news
from notification.mails.sample_mails import queue_sample_mails
from notification.subjects import commands as subjects
from notification.subjects.models import Subject

# Keeps what an event says of a subject; False when it says nothing that is to be told.
Keep = Callable[[Subject, Any], bool]
# Owes the mails about an event.
QueueMails = Callable[[AsyncSession, Subject, Any], Awaitable[None]]


def subscriptions() -> tuple[Subscription, ...]:
    """Return every group of each kind of subject."""
    return tuple(group for kind in KINDS for group in _groups(kind))


def _groups(kind: FollowedKind) -> Iterator[Subscription]:
    events = kind.events
    yield _group(kind, "reports", {events.created: _telling(subjects.apply_creation, mails.queue_creation_mails)})
    assigned = _telling(subjects.apply_authority, mails.queue_authority_mails)
    yield _group(kind, "authorities", {events.authority_assigned: assigned}, full_state=True)
    if MailType.AUTHORITY_UNDECIDED in kind.mail_types:
        undecided = _telling(subjects.apply_report, mails.queue_undecided_mails)
        yield _group(kind, "routings", {events.case_not_routed: undecided})
    cases = {
        events.case_opened: _telling(subjects.apply_participation, mails.queue_opening_mails),
        events.case_returned: _telling(subjects.apply_participation, mails.queue_return_mails),
        events.case_closed: _telling(subjects.apply_participation, mails.queue_closing_mails),
        events.case_approved: _telling(subjects.apply_approval, mails.queue_approval_mails),
    }
    yield _group(kind, "cases", cases)
    if events.tilsyn_published:
        tilsyn: dict[type[Any], Handler] = {
            events.tilsyn_published: _telling(subjects.apply_tilsyn, mails.queue_tilsyn_mails)
        }
        if events.ceased:
            tilsyn[events.ceased] = _telling(subjects.apply_cessation, explain_removal)
        yield _group(kind, "tilsyn", tilsyn)
    notices: tuple[tuple[str, type[Any] | None, Keep, QueueMails], ...] = (
        ("deadlines", events.deadline_noticed, subjects.apply_participation, queue_deadline_mails),
        ("duties", events.duties_noticed, lambda *_: True, queue_duty_mails),
        ("samples", events.sample_changed, subjects.apply_sample, queue_sample_mails),
    )
    for stream, model, keep, queue_mails in notices:
        if model:
            yield _group(kind, stream, {model: _telling(keep, queue_mails)})
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


def _telling(keep: Keep, queue_mails: QueueMails) -> Handler:
    """Return the handler of an event: it keeps what the event says, and owes mails about it while it is news."""

    async def on_event(session: AsyncSession, event: Any, envelope: Envelope) -> None:
        subject = await subjects.get_locked_subject(session, event.subject_kind, event.subject_id)
        if keep(subject, event) and not event.republished and is_news(envelope.time, now()):
            await queue_mails(session, subject, event)

    return on_event


async def on_published(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Keep that a subject is public, and what it says."""
    subject = await subjects.get_locked_subject(session, event.subject_kind, event.subject_id)
    figures = KINDS[subject.kind].figures(event)
    await _apply_publication(session, subject, envelope, is_public=True, figures=figures, republished=event.republished)


async def _apply_publication(
    session: AsyncSession,
    subject: Subject,
    envelope: Envelope,
    *,
    is_public: bool,
    figures: Figures | None = None,
    republished: bool = False,
) -> None:
    """Keep what is public of a subject, and tell the followers what is new."""
    change = subjects.apply_publication(subject, envelope.sequence, is_public=is_public, figures=figures)
    if change and not republished and is_news(envelope.time, now()):
        await publication_mails.queue_publication_mails(session, subject, change)
