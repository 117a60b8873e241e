"""Following and unfollowing (R21 to R23)."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.clock import now
from chassis.database import lock
from chassis.errors import NotFound
from chassis.outbox import emit, emit_republished
from contracts.access import authority_of, organisation_of
from contracts.events import FollowersChanged
from notification.follows.events import followers_changed
from notification.follows.models import Follow
from notification.follows.rules import may_follow
from notification.preferences.commands import save_token_address
from notification.subjects.models import Tilbud


async def follow(session: AsyncSession, principal: Principal, tilbud_id: str) -> tuple[Tilbud, Follow]:
    """Let the user follow a tilbud; 404 when it does not exist for this user. A second time changes nothing."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    if tilbud is None or not _may_follow(tilbud, principal):
        raise NotFound
    await save_token_address(session, principal)
    row = await session.get(Follow, (tilbud_id, principal.sub))
    organisation = organisation_of(principal.rights, principal.cvr)
    if row is not None and row.organisation == organisation:
        return tilbud, row
    if row is None:
        row = Follow(tilbud_id=tilbud_id, sub=principal.sub, organisation=organisation, followed_at=now())
        session.add(row)
    row.organisation = organisation
    await session.flush()
    await _publish_followers(session, tilbud)
    return tilbud, row


async def unfollow(session: AsyncSession, principal: Principal, tilbud_id: str) -> None:
    """Let the user follow a tilbud no longer; 404 when it does not exist for this user."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    if tilbud is None:
        raise NotFound
    own = (Follow.tilbud_id == tilbud_id, Follow.sub == principal.sub)
    removed = await session.scalar(delete(Follow).where(*own).returning(Follow.sub))
    if removed is not None:
        await _publish_followers(session, tilbud)
    elif not _may_follow(tilbud, principal):
        raise NotFound


def _may_follow(tilbud: Tilbud, principal: Principal) -> bool:
    return may_follow(
        is_public=tilbud.is_public,
        operator_cvr=tilbud.operator_cvr,
        authorities=tilbud.authorities,
        cvr=principal.cvr,
        authority=authority_of(principal.rights),
    )


async def _publish_followers(session: AsyncSession, tilbud: Tilbud) -> None:
    """Publish everybody who follows the locked tilbud from now on."""
    tilbud.followers_version += 1
    emit(session, await _followers(session, tilbud, now()), aggregate=tilbud)


async def republish(session: AsyncSession, tilbud_id: str) -> int:
    """Publish everybody who follows a tilbud once more; return the number of events, 0 where nobody ever did."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id, Tilbud.followers_version > 0)
    if tilbud is None:
        return 0
    last = await session.scalar(select(func.max(Follow.followed_at)).where(Follow.tilbud_id == tilbud_id))
    return emit_republished(session, [await _followers(session, tilbud, last or now())], aggregate=tilbud)


async def _followers(session: AsyncSession, tilbud: Tilbud, at: datetime) -> FollowersChanged:
    statement = select(Follow).where(Follow.tilbud_id == tilbud.id).order_by(Follow.sub)
    return followers_changed(tilbud, (await session.scalars(statement)).all(), at)
