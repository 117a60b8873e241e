"""Events from external supervision systems: each gets exactly one receipt, and the same one again for a repeat.

Kafka and HTTPS lead here: read, verify, lock the tilbud (or the application), claim the receipt, let the event take
effect, settle the receipt; all in one transaction. The lock order is tilbud or application before receipt.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import DateTime, bindparam, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from approval.inbound import receipts
from approval.inbound.applications import accept_application, lock_application
from approval.inbound.messages import InboundMessage, read_message
from approval.inbound.models import InboundReceipt
from approval.inbound.parsing import MODELS, parse_event
from approval.inbound.rules import AlreadyHandled, InboundEvent, Unreadable, check_event, require_supervisor
from approval.kinds import TILBUD
from approval.subjects.models import Subject
from approval.tilsyn.commands import cease, publish
from chassis.clock import now, today
from chassis.database import Database, lock, lock_all
from chassis.envelope import CorrelationContext, Headers, correlated
from chassis.errors import DomainError
from chassis.ids import uuid7
from chassis.subscriptions import Record
from contracts.events.external import ApplicationTransferred, KafkaRecord, TilbudCeasedInbound, TilsynCompleted

PREFIX, SUFFIX = "external.tilsyn.", ".v1"
TilbudEvent = TilsynCompleted | TilbudCeasedInbound
# A receipt is due within five seconds; the rest is the way to the broker.
PARKED_SECONDS = 4.5


async def lock_claimed_subjects(session: AsyncSession, keys: Sequence[str]) -> None:
    """Lock the tilbud that the keys of a batch claim to be about, in order.

    A key is only a claim. A record about another tilbud locks that one by itself; where two such batches meet in a
    deadlock, they are taken again record by record.
    """
    await lock_all(session, Subject.id, keys, kind=TILBUD.id)


async def on_record(session: AsyncSession, record: Record) -> None:
    """Receive whatever stands on an authority's topic and answer it by a receipt."""
    authority = record.topic.removeprefix(PREFIX).removesuffix(SUFFIX)
    message = read_message(record.headers, record.value)
    place = KafkaRecord(topic=record.topic, partition=record.partition, offset=record.offset)
    cause = message.identity.id or f"{record.topic}/{record.partition}/{record.offset}"
    with correlated(CorrelationContext(correlation_id=cause, causation_id=cause)):
        try:
            await _receive(session, authority, message, place)
        except AlreadyHandled as error:
            receipts.refuse_duplicate(session, authority, message.identity, error, place)


async def receive_over_http(session: AsyncSession, authority: str, headers: Headers, body: bytes) -> str:
    """Receive an event over HTTPS and return the id of its receipt.

    Unreadable when its id cannot be read, AlreadyHandled when it came before with other content.
    """
    message = read_message(headers, body)
    if message.identity.id is None:
        raise message.error or Unreadable("Hændelsens id kan ikke læses.")
    return (await _receive(session, authority, message, None)).id


async def _receive(
    session: AsyncSession, authority: str, message: InboundMessage, place: KafkaRecord | None
) -> InboundReceipt:
    """Return the one receipt of an event, settled or waiting; AlreadyHandled for the same id with other content."""
    event, error = _verify(message)
    subject = await _lock_subject(session, authority, event)
    row, is_new = await _claim_receipt(session, authority, message)
    if not is_new:
        _answer_repeat(session, row, message)
    elif event is None:
        receipts.refuse(session, row, error or Unreadable(), place)
    else:
        await _apply(session, row, event, subject, may_wait=True)
    return row


def _verify(message: InboundMessage) -> tuple[InboundEvent | None, DomainError | None]:
    """Return the event of a message, or the error that its receipt says."""
    if message.error:
        return None, message.error
    try:
        event = parse_event(message.type, message.data)
        check_event(event, today())
    except DomainError as error:
        return None, error
    return event, None


async def _lock_subject(session: AsyncSession, authority: str, event: InboundEvent | None) -> Any:
    if event is None:
        return None
    if isinstance(event, ApplicationTransferred):
        return await lock_application(session, authority, event)
    return await lock(session, Subject, Subject.kind == TILBUD.id, Subject.id == event.tilbud_id)


async def _claim_receipt(session: AsyncSession, authority: str, message: InboundMessage) -> tuple[InboundReceipt, bool]:
    """Return the receipt of this event and whether it is the first time that it came; a duplicate waits here."""
    identity = message.identity
    row = {
        "id": uuid7(),
        "authority": authority,
        "source": identity.source or "",
        "event_id": identity.id,
        "content_hash": message.fingerprint,
        "repeats": 0,
        "received_at": now(),
    }
    claimed = await session.scalar(
        insert(InboundReceipt).values(row).on_conflict_do_nothing().returning(InboundReceipt.id)
    )
    if claimed is not None:
        return await session.get_one(InboundReceipt, claimed), True
    same_event = (
        InboundReceipt.authority == authority,
        InboundReceipt.source == (identity.source or ""),
        InboundReceipt.event_id == identity.id,
    )
    known = await lock(session, InboundReceipt, *same_event)
    if known is None:
        raise LookupError("the receipt that stands in the way of a new one cannot be seen")
    return known, False


def _answer_repeat(session: AsyncSession, row: InboundReceipt, message: InboundMessage) -> None:
    if row.content_hash != message.fingerprint:
        raise AlreadyHandled
    if row.answer is None:
        row.repeats += 1
    else:
        receipts.publish(session, row)


async def _apply(
    session: AsyncSession, row: InboundReceipt, event: InboundEvent, subject: Any, *, may_wait: bool
) -> None:
    """Let the event take effect and settle its receipt; where it may, it waits for a tilbud that is not known yet."""
    try:
        if isinstance(event, ApplicationTransferred):
            accept_application(session, row, subject, event)
            return
        if may_wait and _is_unknown(subject):
            _park(row, event)
            return
        await _apply_to_tilbud(session, row, event, subject)
    except DomainError as error:
        receipts.refuse(session, row, error, None)
    else:
        receipts.accept(session, row, event.tilbud_id)


async def _apply_to_tilbud(
    session: AsyncSession, row: InboundReceipt, event: TilbudEvent, subject: Subject | None
) -> None:
    known = subject is not None and subject.known
    require_supervisor(row.authority, known=known, supervisor=subject.authority if subject else None)
    if subject is None:
        raise LookupError(event.tilbud_id)
    if isinstance(event, TilsynCompleted):
        await publish(session, subject, authority=row.authority, tilsyn=event, external=True)
    else:
        cease(session, subject, authority=row.authority, ceased=event)


def _is_unknown(subject: Subject | None) -> bool:
    return subject is None or not subject.known or subject.authority is None


def _park(row: InboundReceipt, event: TilbudEvent) -> None:
    """Store the event with its receipt: what comes behind it on the partition does not wait."""
    row.kind, row.subject_id = TILBUD.id, event.tilbud_id
    row.waiting = {"type": event.ce_type, "data": event.model_dump(mode="json", by_alias=True)}
    row.park_until = now() + timedelta(seconds=PARKED_SECONDS)


_NOW_KNOWN = exists().where(
    Subject.kind == InboundReceipt.kind,
    Subject.id == InboundReceipt.subject_id,
    Subject.known.is_(True),
    Subject.authority.is_not(None),
)
# Built once, since it is asked four times a second.
_DUE = (
    select(InboundReceipt.id, InboundReceipt.kind, InboundReceipt.subject_id)
    .where(
        InboundReceipt.park_until.is_not(None),
        or_(InboundReceipt.park_until <= bindparam("moment", type_=DateTime(timezone=True)), _NOW_KNOWN),
    )
    .order_by(InboundReceipt.received_at, InboundReceipt.id)
    .limit(500)
)


async def retry_parked(database: Database) -> None:
    """Apply what waits for a tilbud: it is known now, or its time is over."""
    async with database.read() as session:
        due = (await session.execute(_DUE, {"moment": now()})).all()
    failures = [error for row in due if (error := await _retry_one(database, row.id, row.kind, row.subject_id))]
    if failures:
        raise failures[0]


async def _retry_one(database: Database, receipt_id: str, kind: str, subject_id: str) -> Exception | None:
    """Return what went wrong, so that one event cannot keep the others waiting."""
    try:
        async with database.begin() as session:
            await _retry(session, receipt_id, kind, subject_id)
    except Exception as error:  # noqa: BLE001  Whatever it is, it is raised when the others had their turn.
        return error
    return None


async def _retry(session: AsyncSession, receipt_id: str, kind: str, subject_id: str) -> None:
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    row = await lock(session, InboundReceipt, InboundReceipt.id == receipt_id)
    if row is None or row.park_until is None or row.waiting is None:
        return
    event = MODELS[row.waiting["type"]].model_validate(row.waiting["data"])
    row.park_until, row.waiting = None, None
    if isinstance(event, ApplicationTransferred):
        return
    await _apply(session, row, event, subject, may_wait=False)
