"""Receipts: stored once, published on the authority's topic, and published again, identical, for a repeat."""

from sqlalchemy.ext.asyncio import AsyncSession

from approval.inbound.messages import Identity
from approval.inbound.models import InboundReceipt
from chassis.clock import now
from chassis.envelope import CorrelationContext, correlated
from chassis.errors import DomainError, FieldError
from chassis.ids import uuid7
from chassis.outbox import emit
from contracts.cpr import holds_cpr
from contracts.events import Receipt
from contracts.events.external import KafkaRecord, ReceiptError, ReceiptProblem
from contracts.problems import PROBLEMS

MAX_POINTER = 200
MAX_ERRORS = 50


def accept(session: AsyncSession, row: InboundReceipt, tilbud_id: str) -> None:
    """Settle the receipt of an event that was accepted."""
    _settle(session, row, receipt_of(row.authority, _identity(row), None, tilbud_id=tilbud_id))


def refuse(session: AsyncSession, row: InboundReceipt, error: DomainError) -> None:
    """Settle the receipt of an event that was refused."""
    _settle(session, row, receipt_of(row.authority, _identity(row), error))


def refuse_duplicate(
    session: AsyncSession, authority: str, identity: Identity, error: DomainError, record: KafkaRecord | None
) -> InboundReceipt:
    """Answer a second event with an id that is taken; the receipt of the first stays what that id stands for."""
    receipt = receipt_of(authority, identity, error, record=record)
    row = InboundReceipt(
        id=uuid7(), authority=authority, source="", content_hash="", received_at=now(), answer=as_stored(receipt)
    )
    session.add(row)
    publish(session, row)
    return row


def publish(session: AsyncSession, row: InboundReceipt) -> None:
    """Publish the stored receipt, caused by the event that it answers."""
    receipt = Receipt.model_validate({**(row.answer or {}), "authority": row.authority})
    cause = receipt.key
    with correlated(CorrelationContext(correlation_id=cause, causation_id=cause)):
        emit(session, receipt, aggregate=None)


def as_stored(receipt: Receipt) -> dict[str, object]:
    """Return a receipt as its row holds it."""
    return receipt.model_dump(mode="json", by_alias=True)


def _settle(session: AsyncSession, row: InboundReceipt, receipt: Receipt) -> None:
    row.answer = as_stored(receipt)
    for _ in range(1 + row.repeats):
        publish(session, row)


def _identity(row: InboundReceipt) -> Identity:
    return Identity(row.event_id, row.source or None)


def receipt_of(
    authority: str,
    identity: Identity,
    error: DomainError | None,
    *,
    tilbud_id: str | None = None,
    record: KafkaRecord | None = None,
) -> Receipt:
    """Return the receipt of an event; ``record`` is named when its id cannot be read."""
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
        errors=[_error(each) for each in error.errors[:MAX_ERRORS]],
    )


def _error(error: FieldError) -> ReceiptError:
    pointer = _presentable(error.pointer)
    return ReceiptError(pointer=pointer, code=error.code, detail=error.detail, allowed=list(error.allowed))


def _presentable(pointer: str) -> str:
    """Return a pointer without what a sender can put into it by the name of a field: length, or a CPR number."""
    return pointer if len(pointer) <= MAX_POINTER and not holds_cpr(pointer) else ""
