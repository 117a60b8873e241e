"""Following and unfollowing, and what each user wants to hear (rows 21–23)."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.clock import now
from chassis.database import lock
from chassis.etags import etag, require_match
from chassis.outbox import emit, emit_republished
from chassis.problems import not_found
from contracts.access import authority_of, organisation_of
from contracts.events import FollowersChanged
from contracts.events.notification import Follower
from notification.models import Follow, Tilbud, User


def organisation(principal: Principal) -> str:
    """Return the organisation that the user is counted in (row 22)."""
    return organisation_of(principal.rights, principal.cvr)


def may_follow(tilbud: Tilbud, principal: Principal) -> bool:
    """Return whether the user may see that the tilbud exists: public, its operator's, or an authority's with a part."""
    own = bool(principal.cvr) and tilbud.operator_cvr == principal.cvr
    return tilbud.is_public or own or authority_of(principal.rights) in tilbud.authorities


async def follow(session: AsyncSession, principal: Principal, tilbud_id: str) -> tuple[Tilbud, Follow]:
    """Let the user follow a tilbud; 404 when it does not exist for this user. A second time changes nothing."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    if tilbud is None or not may_follow(tilbud, principal):
        raise not_found()
    await remember(session, principal)
    row = await session.get(Follow, (tilbud_id, principal.sub))
    side = organisation(principal)
    if row is not None and row.organisation == side:
        return tilbud, row
    if row is None:
        row = Follow(tilbud_id=tilbud_id, sub=principal.sub, organisation=side, followed_at=now())
        session.add(row)
    row.organisation = side
    await session.flush()
    await _tell(session, tilbud)
    return tilbud, row


async def unfollow(session: AsyncSession, principal: Principal, tilbud_id: str) -> None:
    """Let the user follow a tilbud no longer; 404 when it does not exist for this user."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    if tilbud is None:
        raise not_found()
    mine = (Follow.tilbud_id == tilbud_id, Follow.sub == principal.sub)
    removed = await session.scalar(delete(Follow).where(*mine).returning(Follow.sub))
    if removed is not None:
        await _tell(session, tilbud)
    elif not may_follow(tilbud, principal):
        raise not_found()


async def _tell(session: AsyncSession, tilbud: Tilbud) -> None:
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
    rows = await session.execute(
        select(Follow.sub, Follow.organisation).where(Follow.tilbud_id == tilbud.id).order_by(Follow.sub)
    )
    return FollowersChanged(
        tilbud_id=tilbud.id,
        version=tilbud.followers_version,
        followers=[Follower(sub=row.sub, organisation=row.organisation) for row in rows],
        changed_at=at,
    )


async def remember(session: AsyncSession, principal: Principal) -> None:
    """Note the address in the user's token: it is where mails go until the user chooses another."""
    values = {"sub": principal.sub, "email": principal.email}
    statement = insert(User).values(values)
    changed = User.email.is_distinct_from(statement.excluded.email)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[User.sub], set_={"email": principal.email}, where=changed)
    )


async def change_preferences(
    session: AsyncSession, principal: Principal, if_match: str | None, email: str | None, mails: dict[str, Any]
) -> User:
    """Set the user's own address (None: the token's) and which mails are wanted."""
    await remember(session, principal)
    user = await lock(session, User, User.sub == principal.sub)
    require_match(if_match, preferences_tag(principal.sub, user))
    if user is None:
        raise not_found()
    user.own_email, user.mails = email, mails
    user.version += 1
    await session.flush()
    return user


def preferences_tag(sub: str, user: User | None) -> str:
    """Return the ETag of a user's preferences, also of those who never had any."""
    return etag("preferences", sub, user.version if user else 0)
