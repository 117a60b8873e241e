"""Events from external supervision systems: each gets exactly one receipt, and the same one again for a repeat.

The way is the same for Kafka and HTTPS: read, verify, lock the tilbud (or the application), claim the receipt,
take effect, settle the receipt; all in one transaction. The lock order is tilbud or application before receipt.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import DateTime, bindparam, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from approval.inbound import applications, receipts, rules
from approval.inbound.messages import Arrival, arrival_of
from approval.inbound.models import InboundReceipt
from approval.subjects.models import Tilbud
from approval.tilsyn import commands as tilsyn
from chassis.clock import now, today
from chassis.database import Database, lock, lock_all
from chassis.envelope import CorrelationContext, Headers, correlated
from chassis.errors import DomainError
from chassis.ids import uuid7
from chassis.problems import Problem
from chassis.subscriptions import Record
from contracts.events.external import ApplicationTransferred, KafkaRecord, TilbudCeasedInbound, TilsynCompleted

PREFIX, SUFFIX = "external.tilsyn.", ".v1"
TilbudEvent = TilsynCompleted | TilbudCeasedInbound
# A receipt is owed within five seconds; the rest is the way to the broker.
PARKED_SECONDS = 4.5


async def lock_claimed(session: AsyncSession, keys: Sequence[str]) -> None:
    """Lock the tilbud that the keys of a batch claim to be about, in order.

    A key is only a claim. A record about another tilbud locks that one by itself; where two such batches meet in a
    deadlock, they are taken again record by record.
    """
    await lock_all(session, Tilbud.id, keys)


async def on_record(session: AsyncSession, record: Record) -> None:
    """Take whatever stands on an authority's topic and answer it by a receipt."""
    authority = record.topic.removeprefix(PREFIX).removesuffix(SUFFIX)
    arrival = arrival_of(record.headers, record.value)
    place = KafkaRecord(topic=record.topic, partition=record.partition, offset=record.offset)
    cause = arrival.identity.id or f"{record.topic}/{record.partition}/{record.offset}"
    with correlated(CorrelationContext(correlation_id=cause, causation_id=cause)):
        try:
            await receive(session, authority, arrival, place)
        except DomainError as problem:
            receipts.answer_once(session, authority, arrival.identity, problem, place)


async def over_http(session: AsyncSession, authority: str, headers: Headers, body: bytes) -> str:
    """Take an event over HTTPS and return the id of its receipt.

    Problem ``unreadable`` when its id cannot be read, ``already-handled`` when it came before with other content.
    """
    arrival = arrival_of(headers, body)
    if arrival.identity.id is None:
        raise arrival.problem or Problem("unreadable", "Hændelsens id kan ikke læses.")
    return (await receive(session, authority, arrival, None)).id


async def receive(session: AsyncSession, authority: str, arrival: Arrival, place: KafkaRecord | None) -> InboundReceipt:
    """Return the one receipt of an event, settled or waiting; ``already-handled`` for the same id, other content."""
    event, problem = _verified(arrival)
    subject = await _lock_subject(session, authority, event)
    row, is_new = await _claim(session, authority, arrival)
    if not is_new:
        _repeat(session, row, arrival)
    elif event is None:
        receipts.refuse(session, row, problem or Problem("unreadable"), place)
    else:
        await _apply(session, row, event, subject, patient=True)
    return row


def _verified(arrival: Arrival) -> tuple[rules.InboundEvent | None, DomainError | None]:
    if arrival.problem:
        return None, arrival.problem
    try:
        return rules.verified(arrival.type, arrival.data, today()), None
    except DomainError as problem:
        return None, problem


async def _lock_subject(session: AsyncSession, authority: str, event: rules.InboundEvent | None) -> Any:
    if event is None:
        return None
    if isinstance(event, ApplicationTransferred):
        return await applications.locked(session, authority, event)
    return await lock(session, Tilbud, Tilbud.id == event.tilbud_id)


async def _claim(session: AsyncSession, authority: str, arrival: Arrival) -> tuple[InboundReceipt, bool]:
    """Return the receipt of this event and whether this is the first time it is seen; a twin waits here."""
    identity = arrival.identity
    row = {
        "id": uuid7(),
        "authority": authority,
        "source": identity.source or "",
        "event_id": identity.id,
        "content_hash": arrival.fingerprint,
        "repeats": 0,
        "received_at": now(),
    }
    claimed = await session.scalar(
        insert(InboundReceipt).values(row).on_conflict_do_nothing().returning(InboundReceipt.id)
    )
    if claimed is not None:
        return await session.get_one(InboundReceipt, claimed), True
    mine = (
        InboundReceipt.authority == authority,
        InboundReceipt.source == (identity.source or ""),
        InboundReceipt.event_id == identity.id,
    )
    known = await lock(session, InboundReceipt, *mine)
    if known is None:
        raise LookupError("a receipt that is in the way cannot be seen")
    return known, False


def _repeat(session: AsyncSession, row: InboundReceipt, arrival: Arrival) -> None:
    if row.content_hash != arrival.fingerprint:
        raise Problem("already-handled", "En hændelse med dette id er modtaget med et andet indhold.")
    if row.answer is None:
        row.repeats += 1
    else:
        receipts.send(session, row)


async def _apply(
    session: AsyncSession,
    row: InboundReceipt,
    event: rules.InboundEvent,
    subject: Any,
    *,
    patient: bool,
) -> None:
    """Let the event take effect and settle its receipt; a patient one waits for a tilbud that is not known yet."""
    try:
        if isinstance(event, ApplicationTransferred):
            applications.accept(session, row, subject, event)
            return
        if patient and _is_unknown(subject):
            _park(row, event)
            return
        await _take_effect(session, row, event, subject)
    except DomainError as problem:
        receipts.refuse(session, row, problem, None)
    else:
        receipts.accept(session, row, event.tilbud_id)


async def _take_effect(session: AsyncSession, row: InboundReceipt, event: TilbudEvent, tilbud: Tilbud | None) -> None:
    known = tilbud is not None and tilbud.known
    rules.require_supervisor(row.authority, known=known, supervisor=tilbud.authority if tilbud else None)
    if tilbud is None:
        raise LookupError(event.tilbud_id)
    if isinstance(event, TilsynCompleted):
        await tilsyn.publish(session, tilbud, authority=row.authority, tilsyn=event, external=True)
    else:
        tilsyn.cease(session, tilbud, authority=row.authority, ceased=event)


def _is_unknown(tilbud: Tilbud | None) -> bool:
    return tilbud is None or not tilbud.known or tilbud.authority is None


def _park(row: InboundReceipt, event: TilbudEvent) -> None:
    """Put the event beside the partition: what comes behind it does not wait."""
    row.tilbud_id = event.tilbud_id
    row.waiting = {"type": event.ce_type, "data": event.model_dump(mode="json", by_alias=True)}
    row.park_until = now() + timedelta(seconds=PARKED_SECONDS)


_NOW_KNOWN = exists().where(
    Tilbud.id == InboundReceipt.tilbud_id, Tilbud.known.is_(True), Tilbud.authority.is_not(None)
)
# Built once, since it is asked four times a second.
_DUE = (
    select(InboundReceipt.id, InboundReceipt.tilbud_id)
    .where(
        InboundReceipt.park_until.is_not(None),
        or_(InboundReceipt.park_until <= bindparam("moment", type_=DateTime(timezone=True)), _NOW_KNOWN),
    )
    .order_by(InboundReceipt.received_at, InboundReceipt.id)
    .limit(500)
)


async def retry_parked(database: Database) -> None:
    """Take up again what waits for a tilbud: it is known now, or its time is over."""
    async with database.read() as session:
        due = (await session.execute(_DUE, {"moment": now()})).all()
    failures = [error for row in due if (error := await _retry_alone(database, row.id, row.tilbud_id))]
    if failures:
        raise failures[0]


async def _retry_alone(database: Database, receipt_id: str, tilbud_id: str) -> Exception | None:
    """Return what went wrong, so that one event cannot keep the others waiting."""
    try:
        async with database.begin() as session:
            await _retry(session, receipt_id, tilbud_id)
    except Exception as error:  # noqa: BLE001  Whatever it is, it is raised when the others had their turn.
        return error
    return None


async def _retry(session: AsyncSession, receipt_id: str, tilbud_id: str) -> None:
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    row = await lock(session, InboundReceipt, InboundReceipt.id == receipt_id)
    if row is None or row.park_until is None or row.waiting is None:
        return
    model = rules.MODELS[row.waiting["type"]]
    event = model.model_validate(row.waiting["data"])
    row.park_until, row.waiting = None, None
    if isinstance(event, ApplicationTransferred):
        return
    await _apply(session, row, event, tilbud, patient=False)
