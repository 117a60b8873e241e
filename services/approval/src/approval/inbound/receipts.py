"""Receipts: stored once, published on the authority's topic, and published again, identical, for a repeat."""

from sqlalchemy.ext.asyncio import AsyncSession

from approval.inbound.messages import Identity
from approval.inbound.models import InboundReceipt
from chassis.errors import DomainError
from chassis.outbox import emit
from contracts.cpr import holds_cpr
from contracts.events import Receipt
from contracts.events.external import KafkaRecord, ReceiptError, ReceiptProblem
from contracts.problems import PROBLEMS

MAX_POINTER = 200


def accept(session: AsyncSession, row: InboundReceipt, tilbud_id: str) -> None:
    """Settle the receipt of an event that was accepted."""
    _settle(session, row, _receipt(row.authority, _identity(row), None, tilbud_id=tilbud_id))


def refuse(session: AsyncSession, row: InboundReceipt, error: DomainError, record: KafkaRecord | None) -> None:
    """Settle the receipt of an event that was refused; ``record`` is named when its id cannot be read."""
    _settle(session, row, _receipt(row.authority, _identity(row), error, record=record))


def refuse_duplicate(
    session: AsyncSession, authority: str, identity: Identity, error: DomainError, record: KafkaRecord
) -> None:
    """Answer a second event with an id that is taken; the stored receipt stays the one of the first."""
    emit(session, _receipt(authority, identity, error, record=record), aggregate=None)


def publish(session: AsyncSession, row: InboundReceipt) -> None:
    """Publish the stored receipt."""
    receipt = Receipt.model_validate({**(row.answer or {}), "authority": row.authority})
    emit(session, receipt, aggregate=None)


def _settle(session: AsyncSession, row: InboundReceipt, receipt: Receipt) -> None:
    row.answer = receipt.model_dump(mode="json", by_alias=True)
    for _ in range(1 + row.repeats):
        publish(session, row)


def _identity(row: InboundReceipt) -> Identity:
    return Identity(row.event_id, row.source or None)


def _receipt(
    authority: str,
    identity: Identity,
    error: DomainError | None,
    *,
    tilbud_id: str | None = None,
    record: KafkaRecord | None = None,
) -> Receipt:
    return Receipt(
        authority=authority,
        event_id=identity.id,
        event_source=identity.source,
        accepted=error is None,
        problem=_problem(error) if error else None,
        tilbud_id=tilbud_id,
        record=record if identity.id is None else None,
    )


def _problem(error: DomainError) -> ReceiptProblem:
    known = PROBLEMS[error.slug]
    return ReceiptProblem(
        type=known.type,
        title=known.title,
        detail=error.detail or known.title + ".",
        errors=[ReceiptError(pointer=_presentable(each.pointer), detail=each.detail) for each in error.errors],
    )


def _presentable(pointer: str) -> str:
    """Return a pointer without what a sender can put into it by the name of a field: length, or a CPR number."""
    return pointer if len(pointer) <= MAX_POINTER and not holds_cpr(pointer) else ""
