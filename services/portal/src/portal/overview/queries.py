"""The lists: search, filters and pages of the overview rows, in SQL (R15 to R20, R28, R61)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from portal.overview.models import Case, Follower, Subject
from portal.overview.rules import words_of
from portal.sessions.visitor import Visitor
from web.pagination import decode_cursor, encode_cursor

PAGE_SIZE = 25
LONGEST_QUERY = 200
CEASED = "ceased"
# What stands at the end of a list: a kommune or a region ends a tilbud by not approving it, a socialtilsyn by its
# cessation (R98 to R100).
_HAS_ENDED = Subject.status.in_((CEASED, "not-approved"))
AWAITING = "awaiting"
OPEN = (AWAITING, "returned")
# What is changed and not sent: only reporting knows which, and names them by their ids.
DRAFT = "draft"
# What awaits another authority than the one whose list it is: a filter, and no state of a case.
AWAITING_ELSEWHERE = "awaiting-elsewhere"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; everything that is set must hold (R19).

    ``ids`` are the only subjects that are shown, None for all.
    """

    q: str = ""
    followed_by_me: bool = False
    followed_by_nobody: bool = False
    published: bool = False
    not_published: bool = False
    status: str = ""
    case_status: str = ""
    ids: frozenset[str] | None = None

    @property
    def is_too_long(self) -> bool:
        """Return whether nothing is found because the text to search for is too long."""
        return len(self.q) > LONGEST_QUERY


@dataclass(frozen=True)
class ListRow:
    """One row of a list. ``awaits_others`` says that what awaits approval is not the reader's to decide (R63).

    ``also_awaits`` says that a case awaits approval beside the one that ``case_status`` is of.
    """

    id: str
    name: str
    status: str
    case_status: str
    published: bool
    changed_at: datetime | None
    operator_name: str
    authority: str | None
    followed: bool
    awaits_others: bool
    also_awaits: bool = False


@dataclass(frozen=True)
class FollowedRow:
    """What somebody who follows a subject sees of it: nothing of cases under way, which are others'."""

    id: str
    name: str
    operator_name: str
    status: str
    published: bool
    public_changed_at: datetime | None


@dataclass(frozen=True)
class Listing:
    """One page of a list, with how many rows there are in all."""

    rows: list[ListRow]
    next: str | None
    total: int


def operated_by(kind: str, cvr: str) -> ColumnElement[bool]:
    """Return the condition of a reporter's list: the own organisation's subjects of a kind, none other (R15).

    Who has no CVR number runs nothing, also not what has no operator.
    """
    own = and_(Subject.operator_cvr == cvr, Subject.operator_cvr != "")
    return and_(Subject.kind == kind, own, Subject.identity_number >= 0)


def handled_by(kind: str, authorities: frozenset[str]) -> ColumnElement[bool]:
    """Return the condition of an officer's list: what the authority supervises, decides on, or gave away."""
    decides = exists().where(_is_about_subject(Case), Case.authority.in_(authorities), Case.state == AWAITING)
    supervises = or_(
        Subject.authority.in_(authorities),
        Subject.previous_authority.in_(authorities),
        Subject.givers.has_any(array(sorted(authorities))) if authorities else false(),
    )
    return and_(Subject.kind == kind, or_(supervises, decides), Subject.identity_number >= 0)


def supervised_by(kind: str, authorities: frozenset[str]) -> ColumnElement[bool]:
    """Return the condition of what the authorities supervise now, and nobody else."""
    return and_(Subject.kind == kind, Subject.authority.in_(authorities))


async def has_any(session: AsyncSession, scope: ColumnElement[bool]) -> bool:
    """Return whether the scope has any subject at all, ceased ones included (R6)."""
    return bool(await session.scalar(select(exists().where(scope))))


async def list_rows(
    session: AsyncSession,
    visitor: Visitor,
    scope: ColumnElement[bool],
    filters: Filters,
    cursor: str = "",
    *,
    decided_by: frozenset[str] | None = None,
) -> Listing:
    """Return one page; what has ended stands at the bottom (R100).

    What has ceased is there for those who follow it, and for everybody in the scope who asks for its id (R28).
    ``decided_by`` are the authorities whose officers read the list: a case that only others may decide does not await
    them.
    """
    awaits_others = false() if decided_by is None else _awaits_others(decided_by)
    narrowing = _narrowing(visitor, filters, decided_by)
    conditions = [scope, _visible_to(visitor, filters.q), *narrowing]
    total = await session.scalar(select(func.count()).select_from(Subject).where(*conditions)) or 0
    found = (await session.execute(_page(conditions, visitor, cursor, awaits_others))).all()
    next_cursor = None
    if len(found) > PAGE_SIZE:
        last = found[PAGE_SIZE - 1].Subject
        next_cursor = encode_cursor(found[PAGE_SIZE - 1].ended, last.sort_key, last.id)
    return Listing([_list_row(row) for row in found[:PAGE_SIZE]], next_cursor, total)


def _page(
    conditions: list[ColumnElement[bool]], visitor: Visitor, cursor: str, awaits_others: ColumnElement[bool]
) -> Select[Subject, bool, bool, bool, bool]:
    position = tuple_(_HAS_ENDED, Subject.sort_key, Subject.id)
    followed, ended = _is_followed_by(visitor).label("followed"), _HAS_ENDED.label("ended")
    also = and_(Subject.case_status != AWAITING, _has_case(AWAITING)).label("also_awaits")
    statement = select(Subject, followed, ended, awaits_others.label("awaits_others"), also).where(*conditions)
    if cursor:
        has_ended, key, subject_id = decode_cursor(cursor, bool, str, str)
        statement = statement.where(position > tuple_(has_ended, key.replace("\0", ""), subject_id.replace("\0", "")))
    return statement.order_by(_HAS_ENDED, Subject.sort_key, Subject.id).limit(PAGE_SIZE + 1)


def _list_row(row: Any) -> ListRow:
    subject: Subject = row.Subject
    return ListRow(
        id=subject.id,
        name=subject.name or subject.id,
        status=subject.status,
        case_status=subject.case_status,
        published=subject.published,
        changed_at=subject.changed_at,
        operator_name=subject.operator_name,
        authority=subject.authority,
        followed=row.followed,
        awaits_others=row.awaits_others,
        also_awaits=row.also_awaits,
    )


def _is_about_subject(model: type[Case | Follower]) -> ColumnElement[bool]:
    return and_(model.kind == Subject.kind, model.subject_id == Subject.id)


def _is_followed_by(visitor: Visitor) -> ColumnElement[bool]:
    return exists().where(_is_about_subject(Follower), Follower.sub == visitor.principal.sub)


def _visible_to(visitor: Visitor, query: str) -> ColumnElement[bool]:
    asked_for = func.lower(Subject.id) == query.replace("\0", "").strip().casefold()
    return or_(Subject.status != CEASED, _is_followed_by(visitor), asked_for)


def _has_case(state: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether any case of the subject is in that state, however many run side by side."""
    return exists().where(_is_about_subject(Case), Case.state == state, *conditions)


def _is_in(case_status: str, decided_by: frozenset[str] | None) -> ColumnElement[bool]:
    """Return the condition of a filter: an open state is that of any case, any other that of the newest one."""
    if case_status == AWAITING_ELSEWHERE:
        return _has_case(AWAITING, Case.authority.not_in(decided_by)) if decided_by is not None else false()
    if case_status == AWAITING and decided_by is not None:
        return _has_case(AWAITING, or_(Case.authority.in_(decided_by), Case.authority.is_(None)))
    return _has_case(case_status) if case_status in OPEN else Subject.case_status == case_status


def _awaits_others(authorities: frozenset[str]) -> ColumnElement[bool]:
    """Return whether a case awaits approval, and none of those that do is these authorities' to decide (R63)."""
    mine = or_(Case.authority.in_(authorities), Case.authority.is_(None))
    return and_(Subject.case_status == AWAITING, ~exists().where(_is_about_subject(Case), Case.state == AWAITING, mine))


def _narrowing(visitor: Visitor, filters: Filters, decided_by: frozenset[str] | None) -> list[ColumnElement[bool]]:
    followed_here = exists().where(_is_about_subject(Follower), Follower.organisation == visitor.organisation)
    wanted: list[tuple[object, ColumnElement[bool]]] = [
        (filters.followed_by_me, _is_followed_by(visitor)),
        (filters.followed_by_nobody, ~followed_here),
        (filters.published, Subject.published.is_(True)),
        (filters.not_published, Subject.published.is_(False)),
        (filters.status, Subject.status == filters.status),
        (filters.ids is not None, Subject.id.in_(filters.ids or ())),
        (filters.case_status not in ("", DRAFT), _is_in(filters.case_status, decided_by)),
    ]
    if filters.is_too_long:
        return [false()]
    searched = [Subject.search_text.contains(word, autoescape=True) for word in words_of(filters.q)]
    return [condition for value, condition in wanted if value] + searched


async def name_of(session: AsyncSession, kind: str, subject_id: str) -> str:
    """Return the name of a subject, or its id while the name is not known here."""
    name = select(Subject.name).where(Subject.kind == kind, Subject.id == subject_id)
    return await session.scalar(name) or subject_id


async def followed_of(session: AsyncSession, kind: str, visitor: Visitor, ids: Sequence[str]) -> frozenset[str]:
    """Return which of these subjects the user follows (R21)."""
    own = select(Follower.subject_id).filter_by(kind=kind, sub=visitor.principal.sub)
    return frozenset((await session.scalars(own.where(Follower.subject_id.in_(ids)))).all())


async def followed_by(session: AsyncSession, kind: str, visitor: Visitor, limit: int) -> list[FollowedRow]:
    """Return what the user follows, the last change that all can see first, what has ended at the end (R28)."""
    is_known = and_(Subject.kind == kind, _is_followed_by(visitor), Subject.identity_number >= 0)
    newest = Subject.public_changed_at.desc().nulls_last()
    statement = select(Subject).where(is_known).order_by(_HAS_ENDED, newest, Subject.sort_key, Subject.id)
    return [
        FollowedRow(
            each.id, each.name or each.id, each.operator_name, each.status, each.published, each.public_changed_at
        )
        for each in await session.scalars(statement.limit(limit))
    ]


async def find_subject(session: AsyncSession, subject_id: str, scope: ColumnElement[bool]) -> Subject | None:
    """Return the overview row of a subject when it is within the scope."""
    return (await session.execute(select(Subject).where(Subject.id == subject_id, scope))).scalar_one_or_none()


async def find_case_row(session: AsyncSession, case_id: str) -> Case | None:
    """Return what the overview has of a case."""
    return (await session.execute(select(Case).where(Case.id == case_id))).scalar_one_or_none()
