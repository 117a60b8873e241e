"""The read side: what a user follows, what nobody follows, preferences, and deliveries."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.pagination import Page, decode_cursor, encode_cursor
from contracts.access import Privilege, authority_of
from notification.follows import organisation
from notification.kinds import CHOOSABLE, Role
from notification.models import Follow, Mail, Tilbud, User
from notification.schemas import DeliveryBody, FollowBody, PreferencesBody, UnfollowedBody


async def follows_of(session: AsyncSession, principal: Principal, cursor: str | None, limit: int) -> Page[FollowBody]:
    """Return what the user follows, in the order of the ids."""
    statement = (
        select(Follow.tilbud_id, Follow.followed_at, Tilbud.name)
        .join(Tilbud, Tilbud.id == Follow.tilbud_id)
        .where(Follow.sub == principal.sub, _behind(Follow.tilbud_id, cursor))
        .order_by(Follow.tilbud_id)
        .limit(limit + 1)
    )
    rows = (await session.execute(statement)).all()
    items = [FollowBody(id=row.tilbud_id, name=row.name, followed_at=row.followed_at) for row in rows]
    return _page(items, limit)


async def unfollowed_by(
    session: AsyncSession, principal: Principal, cursor: str | None, limit: int
) -> Page[UnfollowedBody]:
    """Return the tilbud of the user's organisation that nobody in the organisation follows (rows 22, 24, 25)."""
    followed = exists().where(Follow.tilbud_id == Tilbud.id, Follow.organisation == organisation(principal))
    mine = and_(_of_organisation(principal), ~followed)
    statement = (
        select(Tilbud.id, Tilbud.name).where(mine, _behind(Tilbud.id, cursor)).order_by(Tilbud.id).limit(limit + 1)
    )
    rows = (await session.execute(statement)).all()
    page = _page([UnfollowedBody(id=row.id, name=row.name) for row in rows], limit)
    page.total = await session.scalar(select(func.count()).select_from(Tilbud).where(mine)) or 0
    return page


def _of_organisation(principal: Principal) -> ColumnElement[bool]:
    authority = authority_of(principal.rights)
    return Tilbud.authority == authority if authority else Tilbud.operator_cvr == principal.cvr


def _behind(column: Any, cursor: str | None) -> ColumnElement[bool]:
    return column > decode_cursor(cursor, str)[0] if cursor else true()


def _page(items: list[Any], limit: int) -> Page[Any]:
    following = encode_cursor(items[limit - 1].id) if len(items) > limit else None
    return Page(items=items[:limit], next=following)


async def preferences_of(session: AsyncSession, principal: Principal) -> tuple[PreferencesBody, User | None]:
    """Return the user's preferences; everything is wanted until the user says otherwise."""
    user = await session.get(User, principal.sub)
    return as_preferences(principal, user), user


def as_preferences(principal: Principal, user: User | None) -> PreferencesBody:
    """Return the preferences as the API shows them."""
    own = user.own_email if user else None
    chosen = user.mails if user else {}
    wanted = {kind: bool(chosen.get(kind, True)) for kind in CHOOSABLE}
    return PreferencesBody(email=own or principal.email, own_email=own, mails=wanted)


async def deliveries(
    session: AsyncSession, principal: Principal, about: str, cursor: str | None, limit: int
) -> Page[DeliveryBody]:
    """Return the mails about a tilbud that the caller's organisation got, the newest first.

    Its authority also sees that leader and contact person were told; the national operator sees every delivery.
    """
    before = Mail.id < decode_cursor(cursor, int)[0] if cursor else true()
    statement = (
        select(Mail)
        .where(Mail.tilbud_id == about, before, _may_see(principal, about))
        .order_by(Mail.id.desc())
        .limit(limit + 1)
    )
    rows = (await session.scalars(statement)).all()
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return Page(items=[_delivery(row, principal) for row in rows[:limit]], next=following)


def _may_see(principal: Principal, about: str) -> ColumnElement[bool]:
    if principal.holds(Privilege.RUN_OPERATIONS):
        return true()
    own = Mail.organisation == organisation(principal)
    authority = authority_of(principal.rights)
    if authority is None:  # A tilbud whose authority is not known yet has none either, and is nobody's to see.
        return own
    supervised = exists().where(Tilbud.id == about, Tilbud.authority == authority)
    return or_(own, and_(Mail.role != Role.FOLLOWER, supervised))


def _delivery(row: Mail, principal: Principal) -> DeliveryBody:
    mine = row.sub == principal.sub or (principal.email or "").casefold() == row.email
    return DeliveryBody.model_validate(
        {
            "id": str(row.id),
            "kind": row.kind,
            "about": row.tilbud_id,
            "role": row.role,
            "state": row.state,
            "attempts": row.attempts,
            "created_at": row.created_at,
            "settled_at": row.settled_at,
            "to": row.email if mine else None,
        }
    )
