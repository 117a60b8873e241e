"""The read side: what a user follows, what nobody follows, and who follows a tilbud."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.pagination import Page, decode_cursor, encode_cursor
from contracts.access import authority_of, organisation_of
from notification.follows.models import Follow
from notification.follows.schemas import FollowBody, UnfollowedBody
from notification.subjects.models import Tilbud


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
    """Return the tilbud of the user's organisation that nobody in the organisation follows (R22, R24, R25)."""
    organisation = organisation_of(principal.rights, principal.cvr)
    followed = exists().where(Follow.tilbud_id == Tilbud.id, Follow.organisation == organisation)
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
