"""The lists: search, filters and pages of the overview rows, in SQL (R15 to R20, R28, R61)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.pagination import decode_cursor, encode_cursor
from portal.models import Case, Follower, Tilbud
from portal.sessions.visitor import Visitor

PAGE_SIZE = 25
CEASED = "ceased"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; everything that is set must hold (R19)."""

    q: str = ""
    followed_by_me: bool = False
    followed_by_nobody: bool = False
    published: bool = False
    not_published: bool = False
    status: str = ""
    case_status: str = ""


@dataclass(frozen=True)
class ListRow:
    """One row of a list."""

    id: str
    name: str
    status: str
    case_status: str
    published: bool
    changed_at: datetime | None
    operator_name: str
    authority: str | None
    followed: bool


@dataclass(frozen=True)
class Listing:
    """One page of a list, with how many rows there are in all."""

    rows: list[ListRow]
    next: str | None
    total: int


def operated_by(cvr: str) -> ColumnElement[bool]:
    """Return the condition of a reporter's list: the own organisation's tilbud, none other (R15)."""
    return and_(Tilbud.operator_cvr == cvr, Tilbud.facts_number >= 0)


def handled_by(authorities: frozenset[str]) -> ColumnElement[bool]:
    """Return the condition of an officer's list: what the authority supervises, decides on, or gave away."""
    decides = exists().where(Case.tilbud_id == Tilbud.id, Case.authority.in_(authorities), Case.state == "awaiting")
    supervises = or_(Tilbud.authority.in_(authorities), Tilbud.previous_authority.in_(authorities))
    return and_(or_(supervises, decides), Tilbud.facts_number >= 0)


async def any_tilbud(session: AsyncSession, scope: ColumnElement[bool]) -> bool:
    """Return whether the scope has any tilbud at all, ceased ones included (R6)."""
    return bool(await session.scalar(select(exists().where(scope))))


async def list_rows(
    session: AsyncSession, visitor: Visitor, scope: ColumnElement[bool], filters: Filters, cursor: str = ""
) -> Listing:
    """Return one page; ceased tilbud stand at the bottom, and only for those who follow them (R28)."""
    conditions = [scope, _visible_to(visitor), *_narrowing(visitor, filters)]
    total = await session.scalar(select(func.count()).select_from(Tilbud).where(*conditions)) or 0
    found = (await session.execute(_page(conditions, visitor, cursor))).all()
    next_cursor = None
    if len(found) > PAGE_SIZE:
        last = found[PAGE_SIZE - 1].Tilbud
        next_cursor = encode_cursor(last.status == CEASED, last.sort_key, last.id)
    return Listing([_list_row(row) for row in found[:PAGE_SIZE]], next_cursor, total)


def _page(conditions: list[ColumnElement[bool]], visitor: Visitor, cursor: str) -> Select[Tilbud, bool]:
    position = tuple_(Tilbud.status == CEASED, Tilbud.sort_key, Tilbud.id)
    statement = select(Tilbud, _follows(visitor).label("followed")).where(*conditions)
    if cursor:
        ceased, key, tilbud_id = decode_cursor(cursor, bool, str, str)
        statement = statement.where(position > tuple_(ceased, key.replace("\0", ""), tilbud_id.replace("\0", "")))
    return statement.order_by(Tilbud.status == CEASED, Tilbud.sort_key, Tilbud.id).limit(PAGE_SIZE + 1)


def _list_row(row: Any) -> ListRow:
    tilbud: Tilbud = row.Tilbud
    return ListRow(
        id=tilbud.id,
        name=tilbud.name,
        status=tilbud.status,
        case_status=tilbud.case_status,
        published=tilbud.published,
        changed_at=tilbud.changed_at,
        operator_name=tilbud.operator_name,
        authority=tilbud.authority,
        followed=row.followed,
    )


def _follows(visitor: Visitor) -> ColumnElement[bool]:
    return exists().where(Follower.tilbud_id == Tilbud.id, Follower.sub == visitor.principal.sub)


def _visible_to(visitor: Visitor) -> ColumnElement[bool]:
    return or_(Tilbud.status != CEASED, _follows(visitor))


def _narrowing(visitor: Visitor, filters: Filters) -> list[ColumnElement[bool]]:
    followed_here = exists().where(Follower.tilbud_id == Tilbud.id, Follower.organisation == visitor.organisation)
    wanted: list[tuple[object, ColumnElement[bool]]] = [
        (filters.followed_by_me, _follows(visitor)),
        (filters.followed_by_nobody, ~followed_here),
        (filters.published, Tilbud.published.is_(True)),
        (filters.not_published, Tilbud.published.is_(False)),
        (filters.status, Tilbud.status == filters.status),
        (filters.case_status, Tilbud.case_status == filters.case_status),
    ]
    words = [word for word in filters.q.casefold().split() if word]
    searched = [Tilbud.search_text.contains(word, autoescape=True) for word in words]
    return [condition for value, condition in wanted if value] + searched


async def name_of(session: AsyncSession, tilbud_id: str) -> str:
    """Return the name of a tilbud, or its id while the name is not known here."""
    return await session.scalar(select(Tilbud.name).where(Tilbud.id == tilbud_id)) or tilbud_id


async def find_row(session: AsyncSession, tilbud_id: str, scope: ColumnElement[bool]) -> Tilbud | None:
    """Return the overview row of a tilbud when it is within the scope."""
    return (await session.execute(select(Tilbud).where(Tilbud.id == tilbud_id, scope))).scalar_one_or_none()


async def find_case_row(session: AsyncSession, case_id: str) -> Case | None:
    """Return what the overview has of a case."""
    return (await session.execute(select(Case).where(Case.id == case_id))).scalar_one_or_none()
