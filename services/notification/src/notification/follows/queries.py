"""The read side: what a user follows, and what nobody of the user's organisation follows."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.access import organisation_of
from notification.follows.models import Follow
from notification.follows.schemas import FollowBody, UnfollowedBody
from notification.kinds import KINDS
from notification.subjects.models import Subject
from web.auth import Principal
from web.pagination import Page, decode_cursor, encode_cursor


async def follows_of(
    session: AsyncSession, principal: Principal, kind: str, cursor: str | None, limit: int
) -> Page[FollowBody]:
    """Return what the user follows of a kind, in the order of the ids."""
    statement = (
        select(Follow.subject_id, Follow.followed_at, Subject.name)
        .join(Subject, and_(Subject.id == Follow.subject_id, Subject.kind == Follow.kind))
        .where(Follow.sub == principal.sub, Follow.kind == kind, _after_cursor(Follow.subject_id, cursor))
        .order_by(Follow.subject_id)
        .limit(limit + 1)
    )
    rows = (await session.execute(statement)).all()
    items = [FollowBody(kind=kind, id=row.subject_id, name=row.name, followed_at=row.followed_at) for row in rows]
    return _page(items, limit)


async def unfollowed_by(
    session: AsyncSession, principal: Principal, kind: str, cursor: str | None, limit: int
) -> Page[UnfollowedBody]:
    """Return the subjects of the user's organisation that nobody in the organisation follows (R22, R24, R25)."""
    organisation = organisation_of(principal.rights, principal.cvr, principal.sub)
    followed = exists().where(
        Follow.subject_id == Subject.id, Follow.kind == Subject.kind, Follow.organisation == organisation
    )
    mine = and_(Subject.kind == kind, _of_organisation(principal, kind), ~followed)
    statement = (
        select(Subject.id, Subject.name)
        .where(mine, _after_cursor(Subject.id, cursor))
        .order_by(Subject.id)
        .limit(limit + 1)
    )
    rows = (await session.execute(statement)).all()
    page = _page([UnfollowedBody(kind=kind, id=row.id, name=row.name) for row in rows], limit)
    page.total = await session.scalar(select(func.count()).select_from(Subject).where(mine)) or 0
    return page


def _of_organisation(principal: Principal, kind: str) -> ColumnElement[bool]:
    authority = KINDS[kind].authority_of(principal.rights)
    if authority:
        return Subject.authority == authority
    return Subject.operator_cvr == principal.cvr if principal.cvr else false()


def _after_cursor(column: Any, cursor: str | None) -> ColumnElement[bool]:
    return column > decode_cursor(cursor, str)[0] if cursor else true()


def _page(items: list[Any], limit: int) -> Page[Any]:
    following = encode_cursor(items[limit - 1].id) if len(items) > limit else None
    return Page(items=items[:limit], next=following)
