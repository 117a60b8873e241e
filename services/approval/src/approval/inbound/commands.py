"""Events from external supervision systems: each gets exactly one receipt, and the same one again for a repeat.

Kafka and HTTPS lead here: read, verify, lock the tilbud (or the application), claim the receipt, let the event take
effect, settle the receipt; all in one transaction. The lock order is tilbud or application before receipt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from approval.inbound import receipts
from approval.inbound.applications import accept_application, lock_application
from approval.inbound.cloudevents import is_batch
from approval.inbound.effects import TilbudEvent, apply_event, is_unknown
from approval.inbound.fingerprints import fingerprint, is_same
from approval.inbound.messages import InboundMessage, read_messages, read_record
from approval.inbound.models import InboundReceipt
from approval.inbound.parking import park
from approval.inbound.parsing import parse_event
from approval.inbound.rules import AlreadyHandled, InboundEvent, Unreadable, check_event
from approval.kinds import TILBUD
from approval.subjects.models import Subject
from chassis.clock import now, today
from chassis.database import lock, lock_all, lock_once
from chassis.envelope import CorrelationContext, Headers, correlated
from chassis.errors import DomainError
from chassis.ids import uuid7
from chassis.subscriptions import Record
from contracts.events.external import ApplicationTransferred, KafkaRecord

# Built once: building it takes as long as running it.
_CLAIM = insert(InboundReceipt.__table__).on_conflict_do_nothing().returning(InboundReceipt.id)  # type: ignore[arg-type]
PREFIX, SUFFIX = "external.tilsyn.", ".v1"


@dataclass(frozen=True)
class VerifiedMessage:
    """A message with its event, or with the error that its receipt says."""

    message: InboundMessage
    event: InboundEvent | None
    error: DomainError | None = None


async def lock_claimed_subjects(session: AsyncSession, keys: Sequence[str]) -> None:
    """Lock the tilbud that the keys of a batch claim to be about, in order.

    A key is only a claim. A record about another tilbud locks that one by itself; where two such batches meet in a
    deadlock, they are taken again record by record.
    """
    await lock_all(session, Subject.id, keys, kind=TILBUD.id)


async def on_record(session: AsyncSession, record: Record) -> None:
    """Receive whatever stands on an authority's topic and answer every event in it by a receipt."""
    authority = record.topic.removeprefix(PREFIX).removesuffix(SUFFIX)
    place = KafkaRecord(topic=record.topic, partition=record.partition, offset=record.offset)
    await _receive_all(session, authority, read_record(record.headers, record.value), place)


async def receive_over_http(session: AsyncSession, authority: str, headers: Headers, body: bytes) -> list[str]:
    """Receive an event or a batch over HTTPS and return the ids of the receipts, in the order of the events.

    Of a single event Unreadable when its id cannot be read, AlreadyHandled when it came before with other content; in
    a batch that is said by the receipt.
    """
    messages = read_messages(headers, body)
    if is_batch(headers):
        return [row.id for row in await _receive_all(session, authority, messages, None)]
    [message] = messages
    if message.identity.id is None:
        raise message.error or Unreadable("Hændelsens id kan ikke læses.")
    return [(await _receive(session, authority, _verify(message), None)).id]


async def _receive_all(
    session: AsyncSession, authority: str, messages: Sequence[InboundMessage], place: KafkaRecord | None
) -> list[InboundReceipt]:
    verified = [_verify(message) for message in messages]
    if len(verified) > 1:
        named = [each.event.tilbud_id for each in verified if isinstance(each.event, TilbudEvent)]
        await lock_all(session, Subject.id, named, kind=TILBUD.id)
    rows = []
    for each in verified:
        try:
            rows.append(await _receive(session, authority, each, place))
        except AlreadyHandled as error:
            rows.append(receipts.refuse_duplicate(session, authority, each.message.identity, error, place))
    return rows


def _verify(message: InboundMessage) -> VerifiedMessage:
    if message.error:
        return VerifiedMessage(message, None, message.error)
    try:
        event = parse_event(message.type, message.data)
        check_event(event, today())
    except DomainError as error:
        return VerifiedMessage(message, None, error)
    return VerifiedMessage(message, event)


async def _receive(
    session: AsyncSession, authority: str, verified: VerifiedMessage, place: KafkaRecord | None
) -> InboundReceipt:
    """Return the one receipt of an event, settled or waiting; AlreadyHandled for the same id with other content."""
    message, event = verified.message, verified.event
    subject = await _lock_subject(session, authority, event)
    row, is_new = await _claim_receipt(session, authority, verified, place)
    if not is_new:
        _answer_repeat(session, row, message)
    elif event is None:
        receipts.publish(session, row)
    else:
        cause = row.event_id or row.id
        with correlated(CorrelationContext(correlation_id=cause, causation_id=cause)):
            await _apply_or_park(session, row, event, subject)
    return row


async def _lock_subject(session: AsyncSession, authority: str, event: InboundEvent | None) -> Any:
    if event is None:
        return None
    if isinstance(event, ApplicationTransferred):
        return await lock_application(session, authority, event)
    return await lock_once(session, Subject, kind=TILBUD.id, id=event.tilbud_id)


async def _claim_receipt(
    session: AsyncSession, authority: str, verified: VerifiedMessage, place: KafkaRecord | None
) -> tuple[InboundReceipt, bool]:
    """Return the receipt of this event and whether it is the first time that it came; a duplicate waits here."""
    row = _new_row(session, authority, verified, place)
    with session.no_autoflush:
        claimed = await session.scalar(_CLAIM, row)
    if claimed is not None:
        receipt = InboundReceipt(**row)
        # The receipt of a refused event is written already, and nothing about it will change.
        if not verified.error:
            make_transient_to_detached(receipt)
            session.add(receipt)
        return receipt, True
    same_event = (
        InboundReceipt.authority == authority,
        InboundReceipt.source == row["source"],
        InboundReceipt.event_id == row["event_id"],
    )
    known = await lock(session, InboundReceipt, *same_event)
    if known is None:
        raise LookupError("the receipt that stands in the way of a new one cannot be seen")
    return known, False


def _new_row(
    session: AsyncSession, authority: str, verified: VerifiedMessage, place: KafkaRecord | None
) -> dict[str, Any]:
    """Return the row of a receipt; the one of a refused event is settled at once."""
    message, identity = verified.message, verified.message.identity
    row: dict[str, Any] = {
        "id": uuid7(),
        "authority": authority,
        "source": identity.source or "",
        "event_id": identity.id,
        "content_hash": fingerprint(session, message.content),
        "repeats": 0,
        "received_at": now(),
        "answer": None,
    }
    if verified.error:
        row["answer"] = receipts.as_stored(receipts.receipt_of(authority, identity, verified.error, record=place))
    return row


def _answer_repeat(session: AsyncSession, row: InboundReceipt, message: InboundMessage) -> None:
    if not is_same(session, row.content_hash, message.content):
        raise AlreadyHandled
    if row.answer is None:
        row.repeats += 1
    else:
        receipts.publish(session, row)


async def _apply_or_park(session: AsyncSession, row: InboundReceipt, event: InboundEvent, subject: Any) -> None:
    """Let the event take effect and settle its receipt; it waits for a tilbud that is not known yet."""
    if isinstance(event, ApplicationTransferred):
        try:
            await accept_application(session, row, subject, event)
        except DomainError as error:
            receipts.refuse(session, row, error)
    elif is_unknown(subject):
        park(row, event)
    else:
        await apply_event(session, row, event, subject)
