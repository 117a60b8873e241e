"""Webhooks of a user, and the calls that are owed to them."""

import base64
import secrets
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import lock
from chassis.errors import NotFound
from chassis.ids import uuid7
from notification.subjects.models import Subject
from notification.users.commands import save_token_address
from notification.users.models import User
from notification.webhooks.models import Webhook, WebhookCall
from notification.webhooks.rules import MOST_WEBHOOKS, PREFIX, TooManyWebhooks
from web.auth import Principal


async def create(session: AsyncSession, principal: Principal, url: str) -> Webhook:
    """Make a webhook; TooManyWebhooks when the user has several."""
    await save_token_address(session, principal)
    await lock(session, User, User.sub == principal.sub)
    count = await session.scalar(select(func.count()).where(Webhook.sub == principal.sub))
    if (count or 0) >= MOST_WEBHOOKS:
        raise TooManyWebhooks
    secret = PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
    webhook = Webhook(id=uuid7(), sub=principal.sub, url=url, secret=secret, created_at=now())
    session.add(webhook)
    await session.flush()
    return webhook


async def webhooks_of(session: AsyncSession, principal: Principal) -> Sequence[Webhook]:
    """Return the user's webhooks, the oldest first."""
    own = select(Webhook).where(Webhook.sub == principal.sub).order_by(Webhook.id)
    return (await session.scalars(own)).all()


async def webhook_of(session: AsyncSession, principal: Principal, webhook_id: str) -> Webhook:
    """Return one of the user's webhooks; NotFound for any other."""
    found = await session.get(Webhook, webhook_id)
    if found is None or found.sub != principal.sub:
        raise NotFound
    return found


async def remove(session: AsyncSession, principal: Principal, webhook_id: str) -> None:
    """Delete a webhook, and the calls that are owed to it."""
    webhook = await webhook_of(session, principal, webhook_id)
    await session.execute(delete(WebhookCall).where(WebhookCall.webhook_id == webhook.id))
    await session.delete(webhook)


async def turn_on(session: AsyncSession, webhook_id: str) -> None:
    """Call a webhook again: a test call has arrived."""
    await session.execute(update(Webhook).where(Webhook.id == webhook_id).values(failures=0, off_at=None))


async def queue_calls(session: AsyncSession, subject: Subject, news: str, fact: str, subs: Collection[str]) -> None:
    """Owe a call about a fact to each webhook of these users; it says what happened to which subject, and no more."""
    on = select(Webhook.id).where(Webhook.sub.in_(subs), Webhook.off_at.is_(None))
    webhooks = (await session.scalars(on)).all()
    if not webhooks:
        return
    moment = now()
    body = {
        "type": f"{subject.kind}.{news}",
        "timestamp": moment.isoformat(),
        "data": {"kind": subject.kind, "id": subject.id},
    }
    rows = [
        {
            "webhook_id": each,
            "fact": f"{subject.kind}/{subject.id}/{news}/{fact}",
            "message_id": f"msg_{uuid7()}",
            "body": body,
            "created_at": moment,
            "next_at": moment,
        }
        for each in webhooks
    ]
    await session.execute(insert(WebhookCall).on_conflict_do_nothing(), rows)
