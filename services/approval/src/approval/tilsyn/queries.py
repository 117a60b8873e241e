"""The read side of tilsyn: for officers of any authority and for the tilbud's own operator."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from approval.kinds import TILBUD
from approval.subjects.models import Subject
from approval.tilsyn.models import Tilsyn
from approval.tilsyn.schemas import SanctionView, TilsynPage, TilsynView
from chassis.clock import today
from chassis.errors import NotFound
from contracts.access import authority_of, employer_cvr
from contracts.events import TilsynPublished
from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.reference import authority_name
from contracts.sanctions import StandingSanction, Supervision
from contracts.tilsyn import without_effect
from web.auth import Principal
from web.pagination import decode_cursor, encode_cursor


async def list_tilsyn(
    session: AsyncSession, principal: Principal, tilbud_id: str, *, cursor: str | None, limit: int
) -> TilsynPage:
    """Return every completed tilsyn of a tilbud in its newest version, the latest first (R90)."""
    subject = await _visible(session, principal, tilbud_id)
    own = _current().where(Tilsyn.subject_id == tilbud_id)
    page = own if cursor is None else own.where(_place_of(cursor) > _PLACE)
    rows = list(await session.scalars(_ordered(page).limit(limit + 1)))
    supervision = await supervision_of(session, subject)
    events = [TilsynPublished.model_validate(row.content) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return TilsynPage(
        items=[_view(event, latest=_is_same(event, supervision.deciding)) for event in events],
        next=encode_cursor(last.decided_on, last.accepted_number) if last else None,
        total=await session.scalar(select(func.count()).select_from(own.subquery())),
        status=supervision.status,
        ceased_on=_ceased_on(subject),
        sanctions=[_sanction(each) for each in supervision.in_force],
        announced=[_sanction(each) for each in supervision.announced],
    )


async def show_tilsyn(
    session: AsyncSession, principal: Principal, tilsyn_id: str, authority: str | None, version: int | None = None
) -> TilsynView:
    """Return one tilsyn. Two authorities can give the same id: ``authority`` tells them apart, else the newest.

    Officers see its earlier versions too, each by its ``version``.
    """
    statement = _current().where(Tilsyn.tilsyn_id == tilsyn_id)
    if authority:
        statement = statement.where(Tilsyn.authority == authority)
    for row in await session.scalars(_ordered(statement)):
        subject = await session.get(Subject, {"id": row.subject_id, "kind": row.kind})
        if subject is None or not _sees(principal, subject):
            continue
        versions = await _versions_of(session, row) if authority_of(principal.rights) else [row]
        shown = row if version is None else next((each for each in versions if each.version == version), None)
        if shown is None:
            raise NotFound
        event = TilsynPublished.model_validate(shown.content)
        is_latest = shown is row and _is_same(event, (await supervision_of(session, subject)).deciding)
        return _view(event, latest=is_latest, earlier=[each for each in versions if each.version < shown.version])
    raise NotFound


async def _versions_of(session: AsyncSession, newest: Tilsyn) -> list[Tilsyn]:
    """Return every version of a tilsyn, the newest first."""
    same = (Tilsyn.kind == newest.kind, Tilsyn.authority == newest.authority, Tilsyn.tilsyn_id == newest.tilsyn_id)
    return list(await session.scalars(select(Tilsyn).where(*same).order_by(Tilsyn.version.desc())))


async def newest_version(session: AsyncSession, kind: str, authority: str, tilsyn_id: str) -> Tilsyn | None:
    """Return the highest version of a tilsyn."""
    own = (Tilsyn.kind == kind, Tilsyn.authority == authority, Tilsyn.tilsyn_id == tilsyn_id)
    statement = select(Tilsyn).where(*own).order_by(Tilsyn.version.desc()).limit(1)
    return (await session.execute(statement)).scalar_one_or_none()


async def supervision_of(session: AsyncSession, subject: Subject) -> Supervision:
    """Return what the tilsyn of a subject say about it today.

    Only those are read that say something: the one that decides, the last loss, what may open it again, and whoever
    gave or ended a sanction. Most of a long history does none of it.
    """
    own = _counting(_current(subject.kind).where(Tilsyn.subject_id == subject.id), subject)
    deciding = own.where(_DECISION != TilsynDecision.NO_DECISION)
    lost = own.where(_DECISION == TilsynDecision.NOT_APPROVED)
    reopening = own.where(Tilsyn.content["kind"].astext == TilsynKind.APPROVAL, _DECISION.in_(_POSITIVE))
    parts = (*map(_newest, (deciding, lost, reopening)), own.where(_SAYS_MORE))
    contents = {(row.authority, row.tilsyn_id): row.content for part in parts for row in await session.scalars(part)}
    events = [TilsynPublished.model_validate(content) for content in contents.values()]
    return Supervision.on(today(), events, _ceased_on(subject))


async def ceased_on(session: AsyncSession, subject: Subject) -> date | None:
    """Return the last day of a subject that is closed for good; None for one that goes on or was opened again (R99)."""
    day = _ceased_on(subject)
    return day if day and (await supervision_of(session, subject)).status == "ceased" else None


_DECISION = Tilsyn.content["decision"].astext
_POSITIVE = [decision for decision in TilsynDecision if decision.positive]
_NOTHING = literal([], JSONB)
_SAYS_MORE = or_(
    Tilsyn.content["orders"] != _NOTHING,
    Tilsyn.content["conditions"] != _NOTHING,
    func.jsonb_typeof(Tilsyn.content["intensified"]) == "object",
    Tilsyn.content.has_key("ended"),
)
_PLACE = tuple_(Tilsyn.decided_on, Tilsyn.accepted_number)


def _current(kind: str = TILBUD.id) -> Select[Tilsyn]:
    """Select each tilsyn of a kind of subject in its highest version."""
    newer = aliased(Tilsyn)
    highest = (
        select(func.max(newer.version))
        .where(newer.kind == Tilsyn.kind, newer.authority == Tilsyn.authority, newer.tilsyn_id == Tilsyn.tilsyn_id)
        .scalar_subquery()
    )
    return select(Tilsyn).where(Tilsyn.kind == kind, Tilsyn.version == highest)


def _counting(statement: Select[Tilsyn], subject: Subject) -> Select[Tilsyn]:
    """Select the tilsyn that say something about the approval, as ``contracts.tilsyn.counts`` has it."""
    if not subject.approving_kinds:
        return statement
    counting = statement.where(Tilsyn.authority.not_in(without_effect(subject.approving_kinds)))
    since = subject.approving_since
    return counting if since is None else counting.where(Tilsyn.decided_on >= since)


def _ordered(statement: Select[Tilsyn]) -> Select[Tilsyn]:
    return statement.order_by(Tilsyn.decided_on.desc(), Tilsyn.accepted_number.desc())


def _newest(statement: Select[Tilsyn]) -> Select[Tilsyn]:
    return _ordered(statement).limit(1)


def _place_of(cursor: str) -> Any:
    return tuple_(*decode_cursor(cursor, date, int))


def _is_same(event: TilsynPublished, other: TilsynPublished | None) -> bool:
    return other is not None and (event.authority, event.tilsyn_id) == (other.authority, other.tilsyn_id)


async def _visible(session: AsyncSession, principal: Principal, tilbud_id: str) -> Subject:
    subject = await session.get(Subject, {"id": tilbud_id, "kind": TILBUD.id})
    if subject is None or not subject.known or not _sees(principal, subject):
        raise NotFound
    return subject


def _sees(principal: Principal, subject: Subject) -> bool:
    authority = authority_of(principal.rights)
    if authority is not None:
        # Tilbud move, and what was inspected is known elsewhere; before that, it is nobody else's business.
        return authority == subject.authority or subject.accepted_tilsyn > 0
    cvr = employer_cvr(principal.rights, principal.cvr)
    return cvr != "" and cvr == subject.operator_cvr


def _ceased_on(subject: Subject) -> date | None:
    return date.fromisoformat(subject.ceased["ceased_on"]) if subject.ceased else None


def _view(event: TilsynPublished, *, latest: bool, earlier: Sequence[Tilsyn] = ()) -> TilsynView:
    content: dict[str, Any] = event.model_dump(mode="json", by_alias=True)
    added = {
        "id": event.tilsyn_id,
        "authority_name": authority_name(event.authority),
        "latest": latest,
        "earlier_versions": [_version(each) for each in earlier],
    }
    return TilsynView.model_validate(content | added)


def _version(row: Tilsyn) -> dict[str, Any]:
    made_by = (row.created_by or {}).get("name")
    return {"version": row.version, "accepted_at": row.content["accepted_at"], "made_by": made_by}


def _sanction(sanction: StandingSanction) -> SanctionView:
    return SanctionView(
        kind=sanction.kind,
        authority=sanction.given_by.authority,
        tilsyn_id=sanction.given_by.tilsyn_id,
        text=sanction.text,
        id=sanction.id,
        deadline=sanction.deadline,
        overdue=sanction.overdue,
        start=sanction.start,
        until=sanction.until,
    )
