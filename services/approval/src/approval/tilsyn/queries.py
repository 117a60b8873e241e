"""The read side of tilsyn: for officers of any authority and for the tilbud's own operator."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from approval.kinds import TILBUD
from approval.subjects.models import Subject
from approval.tilsyn.models import Tilsyn
from approval.tilsyn.schemas import SanctionView, TilsynPage, TilsynView
from chassis.auth import Principal
from chassis.clock import today
from chassis.errors import NotFound
from chassis.pagination import decode_cursor, encode_cursor
from contracts.access import authority_of
from contracts.events import TilsynPublished
from contracts.reference import authority_name
from contracts.sanctions import StandingSanction, Supervision


async def list_tilsyn(
    session: AsyncSession, principal: Principal, tilbud_id: str, *, cursor: str | None, limit: int
) -> TilsynPage:
    """Return every completed tilsyn of a tilbud in its newest version, the latest first (R90)."""
    subject = await _visible(session, principal, tilbud_id)
    statement = _current().where(Tilsyn.subject_id == tilbud_id)
    rows = list(await session.scalars(_ordered(statement)))
    events = [TilsynPublished.model_validate(row.content) for row in rows]
    start = _place(rows, cursor)
    chosen = events[start : start + limit]
    more = len(events) > start + limit
    ceased_on = _ceased_on(subject)
    supervision = Supervision.on(today(), events, ceased_on)
    return TilsynPage(
        items=[_view(event, latest=event is supervision.deciding) for event in chosen],
        next=encode_cursor(chosen[-1].authority, chosen[-1].tilsyn_id) if more else None,
        total=len(rows),
        status=supervision.status,
        ceased_on=ceased_on,
        sanctions=[_sanction(each) for each in supervision.in_force],
        announced=[_sanction(each) for each in supervision.announced],
    )


async def show_tilsyn(session: AsyncSession, principal: Principal, tilsyn_id: str, authority: str | None) -> TilsynView:
    """Return one tilsyn. Two authorities can give the same id: ``authority`` tells them apart, else the newest."""
    statement = _current().where(Tilsyn.tilsyn_id == tilsyn_id)
    if authority:
        statement = statement.where(Tilsyn.authority == authority)
    for row in await session.scalars(_ordered(statement)):
        subject = await session.get(Subject, {"id": row.subject_id, "kind": row.kind})
        if subject is not None and _sees(principal, subject):
            others = await session.scalars(_current().where(Tilsyn.subject_id == row.subject_id))
            events = [TilsynPublished.model_validate(other.content) for other in others]
            event = TilsynPublished.model_validate(row.content)
            return _view(event, latest=event == Supervision.on(today(), events, _ceased_on(subject)).deciding)
    raise NotFound


def _current() -> Select[Tilsyn]:
    """Select each tilsyn of a tilbud in its highest version."""
    newer = aliased(Tilsyn)
    highest = (
        select(func.max(newer.version))
        .where(newer.kind == Tilsyn.kind, newer.authority == Tilsyn.authority, newer.tilsyn_id == Tilsyn.tilsyn_id)
        .scalar_subquery()
    )
    return select(Tilsyn).where(Tilsyn.kind == TILBUD.id, Tilsyn.version == highest)


def _ordered(statement: Select[Tilsyn]) -> Select[Tilsyn]:
    return statement.order_by(Tilsyn.decided_on.desc(), Tilsyn.accepted_number.desc())


def _place(rows: list[Tilsyn], cursor: str | None) -> int:
    if cursor is None:
        return 0
    authority, tilsyn_id = decode_cursor(cursor, str, str)
    places = [index for index, row in enumerate(rows) if (row.authority, row.tilsyn_id) == (authority, tilsyn_id)]
    return places[0] + 1 if places else len(rows)


async def _visible(session: AsyncSession, principal: Principal, tilbud_id: str) -> Subject:
    subject = await session.get(Subject, {"id": tilbud_id, "kind": TILBUD.id})
    if subject is None or not subject.known or not _sees(principal, subject):
        raise NotFound
    return subject


def _sees(principal: Principal, subject: Subject) -> bool:
    if authority_of(principal.rights) is not None:
        return True
    return principal.cvr != "" and principal.cvr == subject.operator_cvr


def _ceased_on(subject: Subject) -> date | None:
    return date.fromisoformat(subject.ceased["ceased_on"]) if subject.ceased else None


def _view(event: TilsynPublished, *, latest: bool) -> TilsynView:
    content: dict[str, Any] = event.model_dump(mode="json", by_alias=True)
    name = authority_name(event.authority)
    return TilsynView.model_validate(content | {"id": event.tilsyn_id, "authority_name": name, "latest": latest})


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
