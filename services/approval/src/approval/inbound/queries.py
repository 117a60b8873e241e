"""Receipts, as the system that sent the events reads them: one, what became of an event, and the list of all."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.database import Json
from approval.inbound.models import InboundReceipt
from approval.inbound.rules import Effect, effect_of
from approval.inbound.schemas import EventStatus, ListedReceipt, ReceiptList
from approval.subjects.models import Subject
from approval.tilsyn.queries import newest_version, supervision_of
from chassis.errors import NotFound
from contracts.events.approval import TilsynDecision
from contracts.events.external import TilbudCeasedInbound, TilsynCompleted


async def show_receipt(session: AsyncSession, authorities: frozenset[str], receipt_id: str) -> Json:
    """Return a receipt of one of these authorities; what still waits is neither accepted nor refused."""
    row = await _find(session, InboundReceipt.id == receipt_id, InboundReceipt.authority.in_(authorities))
    waiting = {"event_id": row.event_id, "event_source": row.source or None, "accepted": None}
    return row.answer or {**waiting, "problem": None, "tilbud_id": None, "record": None}


async def event_status(session: AsyncSession, authorities: frozenset[str], source: str, event_id: str) -> EventStatus:
    """Return what became of an event; NotFound when none with this id came from this source."""
    row = await _find(
        session,
        InboundReceipt.authority.in_(authorities),
        InboundReceipt.source == source,
        InboundReceipt.event_id == event_id,
    )
    accepted = row.answer["accepted"] if row.answer else None
    effect = await _effect(session, row) if accepted else Effect.NONE
    return EventStatus(accepted=accepted, effect=effect, receipt=receipt_address(row.id))


async def list_receipts(session: AsyncSession, authorities: frozenset[str], after: int, limit: int) -> ReceiptList:
    """Return the settled receipts behind the position ``after``, in the order in which they were settled."""
    statement = (
        select(InboundReceipt)
        .where(InboundReceipt.authority.in_(authorities), InboundReceipt.position > after)
        .order_by(InboundReceipt.position)
        .limit(limit + 1)
    )
    rows = list(await session.scalars(statement))
    items = [_listed(row) for row in rows[:limit]]
    return ReceiptList(items=items, next=items[-1].position if len(rows) > limit else None)


def receipt_address(receipt_id: str) -> str:
    """Return where a receipt is read."""
    return f"/v1/external/receipts/{receipt_id}"


def _listed(row: InboundReceipt) -> ListedReceipt:
    place = {"position": row.position, "receipt": receipt_address(row.id), "received_at": row.received_at}
    return ListedReceipt.model_validate({**(row.answer or {}), **place})


async def _find(session: AsyncSession, *criteria: ColumnElement[bool]) -> InboundReceipt:
    row = (await session.execute(select(InboundReceipt).where(*criteria))).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row


async def _effect(session: AsyncSession, row: InboundReceipt) -> Effect:
    """Return whether what an accepted event said still stands."""
    if row.event_type not in {TilsynCompleted.ce_type, TilbudCeasedInbound.ce_type}:
        return Effect.PUBLISHED
    subject = await session.get_one(Subject, {"kind": row.kind, "id": row.subject_id})
    supervision = await supervision_of(session, subject)
    if row.event_type == TilbudCeasedInbound.ce_type:
        return effect_of(stands=supervision.status == "ceased")
    tilsyn = await newest_version(session, row.kind, row.authority, str(row.tilsyn_id))
    if tilsyn is None or tilsyn.version != row.version:
        return Effect.SUPERSEDED
    deciding = supervision.deciding
    decides = deciding is not None and (deciding.authority, deciding.tilsyn_id) == (row.authority, row.tilsyn_id)
    return effect_of(stands=decides or tilsyn.content["decision"] == TilsynDecision.NO_DECISION)
