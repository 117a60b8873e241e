"""Receipts, as the system that sent the event reads them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.database import Json
from approval.inbound.models import InboundReceipt
from chassis.errors import NotFound


async def show_receipt(session: AsyncSession, authorities: frozenset[str], receipt_id: str) -> Json:
    """Return a receipt of one of these authorities; what still waits is neither accepted nor refused."""
    statement = select(InboundReceipt).where(InboundReceipt.id == receipt_id, InboundReceipt.authority.in_(authorities))
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise NotFound
    waiting = {"event_id": row.event_id, "event_source": row.source or None, "accepted": None}
    return row.answer or {**waiting, "problem": None, "tilbud_id": None, "record": None}
