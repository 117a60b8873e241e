"""Mails owed: what happened to a tilbud becomes one row for each address."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from notification.kinds import Kind
from notification.models import OWED, Follow, Mail, Tilbud, User
from notification.rules import Follower, Recipient, once_each, provider


async def owe(
    session: AsyncSession,
    tilbud: Tilbud,
    kind: Kind,
    fact: str,
    recipients: Sequence[Recipient],
    **data: Any,
) -> None:
    """Owe each of ``recipients`` a mail; ``fact`` names what happened, so that nobody is told it twice."""
    moment = now()
    rows = [
        {
            "tilbud_id": tilbud.id,
            "fact": fact,
            "kind": kind,
            "role": recipient.role,
            "email": recipient.email.casefold(),
            "sub": recipient.sub,
            "organisation": recipient.organisation,
            "data": {"name": tilbud.name, "provider": provider(tilbud.operator_cvr), **data},
            "state": OWED,
            "next_at": moment,
            "created_at": moment,
        }
        for recipient in once_each(recipients)
    ]
    if rows:
        await session.execute(insert(Mail).values(rows).on_conflict_do_nothing())


async def following(session: AsyncSession, tilbud_id: str) -> list[Follower]:
    """Return everybody who follows a tilbud, with the address that mails go to."""
    address = func.coalesce(User.own_email, User.email)
    statement = (
        select(Follow.sub, Follow.organisation, address.label("email"), User.mails)
        .join(User, User.sub == Follow.sub)
        .where(Follow.tilbud_id == tilbud_id)
        .order_by(Follow.sub)
    )
    rows = await session.execute(statement)
    return [Follower(row.sub, row.organisation, row.email, row.mails) for row in rows]
