"""What this service listens to: each handler holds the tilbud's row, remembers, and owes mails.

A fact that comes again marked as republished, or that is too old to be news, is remembered but told to nobody.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import lock_all
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
from notification import tilbud as use
from notification.models import Tilbud
from notification.rules import is_news


async def lock_tilbud(session: AsyncSession, keys: Sequence[str]) -> None:
    """Lock the rows of these tilbud; a message that comes before all others creates its row."""
    rows = [{"id": key} for key in sorted(set(keys))]
    await session.execute(insert(Tilbud).values(rows).on_conflict_do_nothing())
    await lock_all(session, Tilbud.id, keys)


def _handling(use_case: Callable[..., Awaitable[None]]) -> Handler:
    async def handle(session: AsyncSession, event: Any, envelope: Envelope) -> None:
        tell = not event.republished and is_news(envelope.time, now())
        await use_case(session, await session.get_one(Tilbud, event.tilbud_id), event, tell=tell)

    return handle


async def on_published(session: AsyncSession, event: TilbudPublished, envelope: Envelope) -> None:
    """Take the public state of a tilbud."""
    tell = not event.republished and is_news(envelope.time, now())
    await use.take_public(session, await session.get_one(Tilbud, event.tilbud_id), event, envelope, tell=tell)


async def on_unpublished(session: AsyncSession, key: str, envelope: Envelope) -> None:
    """Take that a tilbud is not public any more."""
    tell = is_news(envelope.time, now())
    await use.take_public(session, await session.get_one(Tilbud, key), None, envelope, tell=tell)


def _subscription(name: str, topic_name: str, on: dict[type[Any], Handler], **options: Any) -> Subscription:
    return Subscription(f"notification.{name}", (topic(topic_name),), lock=lock_tilbud, on=on, **options)


SUBSCRIPTIONS = (
    _subscription("tilbud", "reporting.tilbud.v1", {TilbudCreated: _handling(use.take_creation)}),
    _subscription(
        "authorities",
        "jurisdiction.tilbud.v1",
        {AuthorityAssigned: _handling(use.take_authority)},
        full_state=True,
    ),
    _subscription(
        "cases",
        "approval.cases.v1",
        {
            CaseOpened: _handling(use.take_opening),
            CaseReturned: _handling(use.take_return),
            CaseApproved: _handling(use.take_approval),
        },
    ),
    _subscription("tilsyn", "approval.tilsyn.v1", {TilsynPublished: _handling(use.take_tilsyn)}),
    _subscription(
        "public",
        "publication.tilbud.v1",
        {TilbudPublished: on_published},
        full_state=True,
        on_deleted=on_unpublished,
    ),
)
