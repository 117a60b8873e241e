"""What this service listens to: each handler has the subject's locked row and calls one use case."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.envelope import Envelope
from chassis.subscriptions import Handler, Subscription
from contracts.events.base import SubjectEvent
from contracts.topics import topic
from jurisdiction.assignments.commands import (
    assign_first,
    get_locked_subject,
    keep_creation,
    keep_operator,
    keep_publication,
    lock_subjects,
)
from jurisdiction.assignments.rules import CREATED_BY
from jurisdiction.handovers.commands import settle
from jurisdiction.kinds import KINDS, RoutedKind
from jurisdiction.reference_sets.queries import Rulebooks
from jurisdiction.routing.commands import apply_approval, close, mark_returned, note_undecided, route_submission

Handlers = Mapping[type[Any], Handler]


def subscriptions(switched_on: Mapping[str, date] | None = None) -> tuple[Subscription, ...]:
    """Return every group of each kind; ``switched_on`` gives the first day of each rule that is off by default."""
    books = Rulebooks(switched_on)
    return tuple(group for kind in KINDS for group in _groups(kind, books))


def _groups(kind: RoutedKind, books: Rulebooks) -> Iterator[Subscription]:
    yield _reports(kind, books)
    yield _cases(kind, books)
    if kind.published:
        yield _public(kind, kind.published)


def _reports(kind: RoutedKind, books: Rulebooks) -> Subscription:
    async def on_created(session: AsyncSession, event: Any, _: Envelope) -> None:
        subject = await get_locked_subject(session, kind.id, event.subject_id)
        keep_operator(subject, event, 0)
        keep_creation(subject, event)
        first = assign_first(session, await books.of(session, kind.id), subject, event)
        if first and first.rule == CREATED_BY:
            facts = kind.facts_at_creation(event)
            note_undecided(session, subject, facts, first.explanation, provisional=first.authority)

    async def on_sent(session: AsyncSession, event: Any, _: Envelope) -> None:
        subject = await get_locked_subject(session, kind.id, event.subject_id)
        await route_submission(session, await books.of(session, kind.id), subject, event)

    async def on_closed(session: AsyncSession, event: Any, _: Envelope) -> None:
        await close(session, await get_locked_subject(session, kind.id, event.subject_id), event.submission_id)

    events = kind.events
    handlers = {events.created: on_created, events.submission_sent: on_sent, events.submission_closed: on_closed}
    return _subscription(kind, "reports", events.created.topic, handlers)


def _cases(kind: RoutedKind, books: Rulebooks) -> Subscription:
    async def on_approved(session: AsyncSession, event: Any, _: Envelope) -> None:
        subject = await get_locked_subject(session, kind.id, event.subject_id)
        if kind.says_identity(event):
            keep_operator(subject, event, event.number)
        await apply_approval(session, await books.of(session, kind.id), subject, event)

    async def on_returned(session: AsyncSession, event: Any, _: Envelope) -> None:
        await mark_returned(session, event)

    async def on_closed(session: AsyncSession, event: Any, _: Envelope) -> None:
        await close(session, await get_locked_subject(session, kind.id, event.subject_id), event.case_id)

    async def on_settled(session: AsyncSession, event: Any, _: Envelope) -> None:
        subject = await get_locked_subject(session, kind.id, event.subject_id)
        await settle(session, await books.of(session, kind.id), subject, event)

    events = kind.events
    handlers: dict[type[Any], Handler] = {
        events.case_approved: on_approved,
        events.case_returned: on_returned,
        events.case_closed: on_closed,
    }
    if events.handover_settled:
        handlers[events.handover_settled] = on_settled
    return _subscription(kind, "cases", events.case_approved.topic, handlers)


def _public(kind: RoutedKind, published: type[SubjectEvent]) -> Subscription:
    async def on_published(session: AsyncSession, event: Any, envelope: Envelope) -> None:
        subject = await get_locked_subject(session, kind.id, event.subject_id)
        keep_publication(subject, envelope.sequence, is_public=True)

    async def on_unpublished(session: AsyncSession, key: str, envelope: Envelope) -> None:
        subject = await get_locked_subject(session, kind.id, key)
        keep_publication(subject, envelope.sequence, is_public=False)

    options = {"full_state": True, "on_deleted": on_unpublished}
    return _subscription(kind, "public", published.topic, {published: on_published}, **options)


def _subscription(kind: RoutedKind, stream: str, topic_name: str, handlers: Handlers, **options: Any) -> Subscription:
    async def lock(session: AsyncSession, keys: Sequence[str]) -> None:
        await lock_subjects(session, kind.id, keys)

    return Subscription(kind.group(stream), (topic(topic_name),), lock=lock, on=handlers, **options)
