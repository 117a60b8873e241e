"""What this service listens to: each handler has the tilbud's locked row, keeps what the fact says, and owes mails.

A fact that comes again marked as republished, or that is too old to be news, is kept, but no mail is owed for it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.envelope import Envelope
from chassis.subscriptions import Handler, Subscription
from contracts.events import (
    AuthorityAssigned,
    CaseApproved,
    CaseOpened,
    CaseReturned,
    TilbudCreated,
    TilbudPublished,
    TilsynPublished,
)
from contracts.topics import topic
from notification.mails import commands as mails
from notification.mails.rules import is_news
from notification.subjects import commands as subjects
from notification.subjects.models import Tilbud


async def on_created(session: AsyncSession, event: TilbudCreated, envelope: Envelope) -> None:
    """Keep a new tilbud, and tell its leader and contact person."""
    tilbud = await _tilbud(session, event.tilbud_id)
    subjects.apply_creation(tilbud, event)
    if _is_news(event, envelope):
        await mails.queue_creation_mails(session, tilbud, event)


async def on_assigned(session: AsyncSession, event: AuthorityAssigned, envelope: Envelope) -> None:
    """Keep the authority, and tell the followers that it has changed."""
    tilbud = await _tilbud(session, event.tilbud_id)
    if subjects.apply_authority(tilbud, event) and _is_news(event, envelope):
        await mails.queue_authority_mails(session, tilbud, event)


async def on_opened(session: AsyncSession, event: CaseOpened, envelope: Envelope) -> None:
    """Tell the followers at the authority that a case waits."""
    tilbud = await _tilbud(session, event.tilbud_id)
    subjects.add_authority(tilbud, event.authority)
    if _is_news(event, envelope):
        await mails.queue_opening_mails(session, tilbud, event)


async def on_returned(session: AsyncSession, event: CaseReturned, envelope: Envelope) -> None:
    """Tell the tilbud and its followers on the provider's side what must be corrected."""
    if _is_news(event, envelope):
        await mails.queue_return_mails(session, await _tilbud(session, event.tilbud_id), event)


async def on_approved(session: AsyncSession, event: CaseApproved, envelope: Envelope) -> None:
    """Keep what was approved, and tell the provider's side."""
    tilbud = await _tilbud(session, event.tilbud_id)
    subjects.apply_approval(tilbud, event)
    if _is_news(event, envelope):
        await mails.queue_approval_mails(session, tilbud, event)


async def on_tilsyn(session: AsyncSession, event: TilsynPublished, envelope: Envelope) -> None:
    """Tell every follower of a new or corrected tilsyn."""
    tilbud = await _tilbud(session, event.tilbud_id)
    subjects.add_authority(tilbud, event.authority)
    if _is_news(event, envelope):
        await mails.queue_tilsyn_mails(session, tilbud, event)


async def on_published(session: AsyncSession, event: TilbudPublished, envelope: Envelope) -> None:
    """Keep that a tilbud is public, and tell the followers when it was not before."""
    tilbud = await _tilbud(session, event.tilbud_id)
    turned = subjects.apply_publication(tilbud, envelope.sequence, is_public=True)
    if turned and _is_news(event, envelope):
        await mails.queue_publication_mails(session, tilbud)


async def on_unpublished(session: AsyncSession, key: str, envelope: Envelope) -> None:
    """Keep that a tilbud is not public any more, and tell the followers when it was before."""
    tilbud = await _tilbud(session, key)
    turned = subjects.apply_publication(tilbud, envelope.sequence, is_public=False)
    if turned and is_news(envelope.time, now()):
        await mails.queue_publication_mails(session, tilbud)


async def _tilbud(session: AsyncSession, tilbud_id: str) -> Tilbud:
    return await session.get_one(Tilbud, tilbud_id)


def _is_news(event: Any, envelope: Envelope) -> bool:
    return not event.republished and is_news(envelope.time, now())


def _subscription(name: str, topic_name: str, on: Mapping[type[Any], Handler], **options: Any) -> Subscription:
    return Subscription(f"notification.{name}", (topic(topic_name),), lock=subjects.lock_tilbud, on=on, **options)


SUBSCRIPTIONS = (
    _subscription("tilbud", "reporting.tilbud.v1", {TilbudCreated: on_created}),
    _subscription("authorities", "jurisdiction.tilbud.v1", {AuthorityAssigned: on_assigned}, full_state=True),
    _subscription(
        "cases",
        "approval.cases.v1",
        {CaseOpened: on_opened, CaseReturned: on_returned, CaseApproved: on_approved},
    ),
    _subscription("tilsyn", "approval.tilsyn.v1", {TilsynPublished: on_tilsyn}),
    _subscription(
        "public", "publication.tilbud.v1", {TilbudPublished: on_published}, full_state=True, on_deleted=on_unpublished
    ),
)
