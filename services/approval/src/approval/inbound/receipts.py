"""Receipts: stored once, published on the authority's topic, and published again, identical, for a repeat."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.database import Json
from approval.inbound.messages import Identity
from approval.inbound.models import InboundReceipt
from chassis.errors import DomainError
from chassis.outbox import emit
from chassis.problems import not_found
from contracts.cpr import holds_cpr
from contracts.events import Receipt
from contracts.events.external import KafkaRecord, ReceiptError, ReceiptProblem
from contracts.problems import PROBLEMS

MAX_POINTER = 200


def accept(session: AsyncSession, row: InboundReceipt, tilbud_id: str) -> None:
    """Settle the receipt of an event that was accepted."""
    _settle(session, row, _receipt(row.authority, _identity(row), None, tilbud_id=tilbud_id))


def refuse(session: AsyncSession, row: InboundReceipt, problem: DomainError, place: KafkaRecord | None) -> None:
    """Settle the receipt of an event that was refused; ``place`` names the record when its id cannot be read."""
    _settle(session, row, _receipt(row.authority, _identity(row), problem, place=place))


def answer_once(
    session: AsyncSession, authority: str, identity: Identity, problem: DomainError, place: KafkaRecord
) -> None:
    """Answer a second event with an id that is taken; the stored receipt stays the one of the first."""
    emit(session, _receipt(authority, identity, problem, place=place), aggregate=None)


def send(session: AsyncSession, row: InboundReceipt) -> None:
    """Publish the stored receipt."""
    receipt = Receipt.model_validate({**(row.answer or {}), "authority": row.authority})
    emit(session, receipt, aggregate=None)


async def find(session: AsyncSession, authorities: frozenset[str], receipt_id: str) -> Json:
    """Return a receipt of one of these authorities; what still waits is neither accepted nor refused."""
    statement = select(InboundReceipt).where(InboundReceipt.id == receipt_id, InboundReceipt.authority.in_(authorities))
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise not_found()
    waiting = {"event_id": row.event_id, "event_source": row.source or None, "accepted": None}
    return row.answer or {**waiting, "problem": None, "tilbud_id": None, "record": None}


def _settle(session: AsyncSession, row: InboundReceipt, receipt: Receipt) -> None:
    row.answer = receipt.model_dump(mode="json", by_alias=True)
    for _ in range(1 + row.repeats):
        send(session, row)


def _identity(row: InboundReceipt) -> Identity:
    return Identity(row.event_id, row.source or None)


def _receipt(
    authority: str,
    identity: Identity,
    problem: DomainError | None,
    *,
    tilbud_id: str | None = None,
    place: KafkaRecord | None = None,
) -> Receipt:
    return Receipt(
        authority=authority,
        event_id=identity.id,
        event_source=identity.source,
        accepted=problem is None,
        problem=_described(problem) if problem else None,
        tilbud_id=tilbud_id,
        record=place if identity.id is None else None,
    )


def _described(problem: DomainError) -> ReceiptProblem:
    kind = PROBLEMS[problem.slug]
    return ReceiptProblem(
        type=kind.type,
        title=kind.title,
        detail=problem.detail or kind.title + ".",
        errors=[ReceiptError(pointer=_presentable(error.pointer), detail=error.detail) for error in problem.errors],
    )


def _presentable(pointer: str) -> str:
    """Return a pointer without what a sender can put into it by the name of a field: length, or a CPR number."""
    return pointer if len(pointer) <= MAX_POINTER and not holds_cpr(pointer) else ""
